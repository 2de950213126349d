#include "kernels/cuda/nccl.hpp"

#include "kernels/edge.h"

namespace rackproof::cuda {
namespace {

constexpr const char* kNcclLibrary = "libnccl.so.2";

template <class F>
void load_required(const SharedLibrary& library, F& function, const char* name) {
  function = reinterpret_cast<F>(library.symbol(name));
  if (function == nullptr)
    throw kernels::Failure(RP_UNSUPPORTED, std::string(kNcclLibrary) + " has no function " + name);
}

}  // namespace

Nccl::Nccl(const SharedLibrary& library) {
  if (!library.found()) throw kernels::Failure(RP_UNSUPPORTED, std::string(kNcclLibrary) + " is not there");
  load_required(library, get_unique_id, "ncclGetUniqueId");
  load_required(library, init_rank, "ncclCommInitRankConfig");
  load_required(library, async_error, "ncclCommGetAsyncError");
  load_required(library, finalize, "ncclCommFinalize");
  load_required(library, destroy, "ncclCommDestroy");
  load_required(library, abort, "ncclCommAbort");
  load_required(library, all_reduce, "ncclAllReduce");
  load_required(library, all_gather, "ncclAllGather");
  load_required(library, reduce_scatter, "ncclReduceScatter");
  load_required(library, broadcast, "ncclBroadcast");
  load_required(library, send, "ncclSend");
  load_required(library, receive, "ncclRecv");
  load_required(library, group_start, "ncclGroupStart");
  load_required(library, group_end, "ncclGroupEnd");
  load_required(library, error_string, "ncclGetErrorString");
}

const Nccl& nccl() {
  static const Nccl functions{SharedLibrary(kNcclLibrary)};  // a failure is tried again
  return functions;
}

std::string text_of(ncclResult_t result, const char* call, const char* attempt) {
  return std::string(call) + ": error " + std::to_string(result) + ", " + nccl().error_string(result) + "; " +
         attempt;
}

}  // namespace rackproof::cuda
