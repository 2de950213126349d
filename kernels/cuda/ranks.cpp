#include "kernels/cuda/ranks.hpp"

#include <string>
#include <thread>

#include "kernels/cuda/error.hpp"
#include "kernels/cuda/nccl.hpp"
#include "kernels/edge.h"

namespace rackproof::cuda {
namespace {

/// Between two looks at a call that is under way.
constexpr std::chrono::microseconds kPause{100};

}  // namespace

Ranks::~Ranks() {
  if (handle_ == nullptr) return;
  if (complete()) {
    nccl().destroy(handle_);
  } else {
    nccl().abort(handle_);
  }
}

bool Ranks::complete() {
  ncclResult_t state = ncclSuccess;
  if (failed_ || nccl().async_error(handle_, &state) != ncclSuccess || state != ncclSuccess) return false;
  try {
    settle(nccl().finalize(handle_), "ncclCommFinalize", "the end of a communicator");
  } catch (const kernels::Failure&) {
    return false;
  }
  return true;
}

void Ranks::join(const ncclUniqueId& id, std::uint32_t ranks, std::uint32_t rank) {
  ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
  config.blocking = 0;
  settle(nccl().init_rank(&handle_, static_cast<int>(ranks), id, static_cast<int>(rank), &config),
         "ncclCommInitRankConfig", "a communicator");
}

void Ranks::settle(ncclResult_t result, const char* call, const char* attempt) {
  const auto end = std::chrono::steady_clock::now() + patience_;
  while (result == ncclInProgress && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(kPause);
    const ncclResult_t asked = nccl().async_error(handle_, &result);
    if (asked == ncclSuccess) continue;
    result = asked;
    call = "ncclCommGetAsyncError";
  }
  if (result == ncclSuccess) return;
  failed_ = true;
  const std::string text = text_of(result, call, attempt);
  if (result == ncclInProgress)
    throw kernels::Failure(
        RP_FAILED, text + ": not every rank came within " + std::to_string(patience_.count()) + " ms");
  throw_if_lost(call, text);
  throw kernels::Failure(RP_FAILED, text);
}

}  // namespace rackproof::cuda
