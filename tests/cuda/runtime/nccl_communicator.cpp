// The fake's libnccl.so.2: ranks are processes of one machine that meet in shared memory.
#include "tests/cuda/runtime/nccl_communicator.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>

namespace fake = rackproof::fake;

extern "C" {

ncclResult_t ncclGetUniqueId(ncclUniqueId* id) {
  FAKE_NCCL();
  static int last = 0;
  *id = {};
  std::snprintf(id->internal, sizeof id->internal, "/rackproof-fake-nccl-%d-%d", getpid(), ++last);
  return ncclSuccess;
}

ncclResult_t ncclCommInitRankConfig(ncclComm_t* communicator, int ranks, ncclUniqueId id, int rank,
                                    ncclConfig_t* config) {
  FAKE_NCCL();
  if (fake::would_wait()) return ncclSystemError;
  if (ranks > fake::kMostNcclRanks || id.internal[0] != '/' || config->blocking != 0)
    return ncclInvalidArgument;
  const int file = shm_open(id.internal, O_RDWR | O_CREAT, 0600);
  if (file < 0 || ftruncate(file, sizeof(fake::NcclSegment)) != 0) return ncclSystemError;
  void* const bytes = mmap(nullptr, sizeof(fake::NcclSegment), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (bytes == MAP_FAILED) return ncclSystemError;
  auto* const segment = static_cast<fake::NcclSegment*>(bytes);
  *communicator = new ncclComm{segment, ranks, rank, fake::current_device(), id.internal, 0};
  (*communicator)->arrive();
  // The last one to come takes the name away.
  if ((*communicator)->complete()) shm_unlink(id.internal);
  fake::count_live("communicators", 1);
  (*communicator)->begun();
  return ncclInProgress;
}

ncclResult_t ncclCommGetAsyncError(ncclComm_t communicator, ncclResult_t* state) {
  FAKE_NCCL();
  if (communicator->polls > 0) --communicator->polls;
  *state = communicator->polls == 0 && communicator->complete() ? ncclSuccess : ncclInProgress;
  return ncclSuccess;
}

ncclResult_t ncclCommFinalize(ncclComm_t communicator) {
  FAKE_NCCL();
  if (fake::would_wait()) return ncclSystemError;
  if (!communicator->complete()) return ncclInvalidUsage;
  fake::flush_device(communicator->device);  // it completes what was started
  return communicator->begun();
}

}  // extern "C"

namespace {

ncclResult_t end(ncclComm_t communicator, ncclResult_t result) {
  if (fake::would_wait()) result = ncclSystemError;
  fake::flush_device(communicator->device);
  if (!communicator->complete()) shm_unlink(communicator->name.c_str());
  munmap(communicator->segment, sizeof(fake::NcclSegment));
  delete communicator;
  if (result == ncclSuccess || fake::lost()) fake::count_live("communicators", -1);
  return result;
}

}  // namespace

extern "C" {

/// Only of what was finalised, and nothing of which is under way.
ncclResult_t ncclCommDestroy(ncclComm_t communicator) {
  return end(communicator, communicator->polls == 0 ? fake::planned_nccl(__func__) : ncclInvalidUsage);
}

ncclResult_t ncclCommAbort(ncclComm_t communicator) {
  communicator->aborted = true;
  return end(communicator, fake::planned_nccl(__func__));
}

}  // extern "C"
