// NVIDIA's library of collectives (NCCL), which is opened when it is first asked for: the module loads without it.
#pragma once

#include <nccl.h>

#include <string>

#include "kernels/cuda/shared_library.hpp"

namespace rackproof::cuda {

/// Its functions, with the types of its header.
struct Nccl {
  /// Throws kernels::Failure(RP_UNSUPPORTED) when the library or one of the functions is not there.
  explicit Nccl(const SharedLibrary& library);

  decltype(&ncclGetUniqueId) get_unique_id;
  decltype(&ncclCommInitRankConfig) init_rank;
  decltype(&ncclCommGetAsyncError) async_error;
  decltype(&ncclCommFinalize) finalize;
  decltype(&ncclCommDestroy) destroy;
  decltype(&ncclCommAbort) abort;
  decltype(&ncclAllReduce) all_reduce;
  decltype(&ncclAllGather) all_gather;
  decltype(&ncclReduceScatter) reduce_scatter;
  decltype(&ncclBroadcast) broadcast;
  decltype(&ncclSend) send;
  decltype(&ncclRecv) receive;
  decltype(&ncclGroupStart) group_start;
  decltype(&ncclGroupEnd) group_end;
  decltype(&ncclGetErrorString) error_string;
};

/// The library of this process. Throws as the constructor.
const Nccl& nccl();

/// "ncclSend: error 3, internal error; an all-to-all"
std::string text_of(ncclResult_t result, const char* call, const char* attempt);

}  // namespace rackproof::cuda
