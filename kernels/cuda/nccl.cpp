#include "kernels/cuda/nccl.hpp"

#include "kernels/edge.h"

namespace rackproof::cuda {
namespace {

constexpr const char* kLibrary = "libnccl.so.2";

template <class F>
void load(const SharedLibrary& library, F& function, const char* name) {
  function = reinterpret_cast<F>(library.symbol(name));
  if (function == nullptr)
    throw kernels::Failure(RP_UNSUPPORTED, std::string(kLibrary) + " has no function " + name);
}

}  // namespace

Nccl::Nccl(const SharedLibrary& library) {
  if (!library.found()) throw kernels::Failure(RP_UNSUPPORTED, std::string(kLibrary) + " is not there");
  load(library, get_unique_id, "ncclGetUniqueId");
  load(library, init_rank, "ncclCommInitRankConfig");
  load(library, async_error, "ncclCommGetAsyncError");
  load(library, finalize, "ncclCommFinalize");
  load(library, destroy, "ncclCommDestroy");
  load(library, abort, "ncclCommAbort");
  load(library, all_reduce, "ncclAllReduce");
  load(library, all_gather, "ncclAllGather");
  load(library, reduce_scatter, "ncclReduceScatter");
  load(library, broadcast, "ncclBroadcast");
  load(library, send, "ncclSend");
  load(library, receive, "ncclRecv");
  load(library, group_start, "ncclGroupStart");
  load(library, group_end, "ncclGroupEnd");
  load(library, error_string, "ncclGetErrorString");
}

const Nccl& nccl() {
  static const Nccl functions{SharedLibrary(kLibrary)};  // a failure is tried again
  return functions;
}

std::string text_of(ncclResult_t result, const char* call, const char* attempt) {
  return std::string(call) + ": error " + std::to_string(result) + ", " + nccl().error_string(result) + "; " +
         attempt;
}

}  // namespace rackproof::cuda
