// The module without collectives: NCCL's header was not there when it was built.
#include "kernels/cuda/communicator.hpp"

namespace rackproof::cuda {

void add_collectives(rp_backend&) {}

}  // namespace rackproof::cuda
