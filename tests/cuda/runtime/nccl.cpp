// The fake's libnccl.so.2: a collective happens when the stream is waited for, on all ranks, as with the real one.
#include <nccl.h>

#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

#include "kernels/bf16.h"
#include "tests/cuda/runtime/libraries.hpp"
#include "tests/cuda/runtime/nccl_communicator.hpp"

namespace fake = rackproof::fake;

namespace {

struct Piece {
  const void* send;
  void* receive;
  std::size_t bytes;
};

struct Group {
  bool open = false;
  ncclComm* communicator = nullptr;
  cudaStream_t stream = nullptr;
  std::vector<Piece> pieces;  ///< by peer
};

Group& group() {
  static Group only;
  return only;
}

std::size_t size_of(ncclDataType_t type) {
  switch (type) {
    case ncclInt8:
      return 1;
    case ncclFloat16:
    case ncclBfloat16:
      return 2;
    case ncclInt32:
    case ncclFloat32:
      return 4;
    default:
      return 8;
  }
}

/// Whether the regions are memory of the communicator's device, and the stream too.
bool right(const ncclComm* communicator, const void* send, std::size_t sent, const void* receive,
           std::size_t received, cudaStream_t stream) {
  return fake::is_stream(stream) && stream->device == communicator->device &&
         stream->device == fake::current_device() && fake::owner_of(send, sent) == communicator->device &&
         fake::owner_of(receive, received) == communicator->device;
}

template <class T>
void add(unsigned char* to, const unsigned char* from, std::size_t bytes) {
  for (std::size_t at = 0; at < bytes; at += sizeof(T)) {
    T sum, other;
    std::memcpy(&sum, to + at, sizeof sum);
    std::memcpy(&other, from + at, sizeof other);
    if constexpr (std::is_same_v<T, rackproof::kernels::Bf16>) {
      sum = T(static_cast<float>(sum) + static_cast<float>(other));
    } else {
      sum = static_cast<T>(sum + other);
    }
    std::memcpy(to + at, &sum, sizeof sum);
  }
}

bool add_as(ncclDataType_t type, unsigned char* to, const unsigned char* from, std::size_t bytes) {
  switch (type) {
    case ncclInt8:
      add<std::int8_t>(to, from, bytes);
      return true;
    case ncclInt32:
      add<std::int32_t>(to, from, bytes);
      return true;
    case ncclUint64:
      add<std::uint64_t>(to, from, bytes);
      return true;
    case ncclFloat32:
      add<float>(to, from, bytes);
      return true;
    case ncclFloat64:
      add<double>(to, from, bytes);
      return true;
    case ncclBfloat16:
      add<rackproof::kernels::Bf16>(to, from, bytes);
      return true;
    default:
      return false;
  }
}

/// Sums of the ranks' `sent` bytes, of which [first, first + bytes) are received.
ncclResult_t reduce(const void* send, std::size_t sent, void* receive, std::size_t first, std::size_t bytes,
                    ncclDataType_t type, ncclRedOp_t op, ncclComm_t communicator, cudaStream_t stream) {
  if (op != ncclSum || !right(communicator, send, sent, receive, bytes, stream)) return ncclInvalidArgument;
  unsigned char nothing[8] = {};
  if (!add_as(type, nothing, nothing, 0)) return ncclInvalidArgument;
  fake::enqueue(stream, [=] {
    std::vector<unsigned char> sums(sent);
    const cudaError_t error = fake::show(communicator, send, sent, [&](std::size_t begin, std::size_t part) {
      for (int rank = 0; rank < communicator->ranks; ++rank)
        add_as(type, sums.data() + begin, communicator->segment->shown[rank], part);
    });
    if (bytes != 0) std::memcpy(receive, sums.data() + first, bytes);
    return error;
  });
  return communicator->begun();
}

}  // namespace

extern "C" {

ncclResult_t ncclAllGather(const void* send, void* receive, size_t count, ncclDataType_t type,
                           ncclComm_t communicator, cudaStream_t stream) {
  FAKE_NCCL();
  if (communicator->would_wait(__func__, count, type)) return ncclSystemError;
  const std::size_t bytes = count * size_of(type);
  if (!right(communicator, send, bytes, receive, bytes * static_cast<std::size_t>(communicator->ranks),
             stream))
    return ncclInvalidArgument;
  fake::enqueue(stream, [=] {
    return fake::show(communicator, send, bytes, [&](std::size_t begin, std::size_t part) {
      for (std::size_t rank = 0; rank < static_cast<std::size_t>(communicator->ranks); ++rank)
        std::memcpy(static_cast<char*>(receive) + rank * bytes + begin, communicator->segment->shown[rank],
                    part);
    });
  });
  return communicator->begun();
}

ncclResult_t ncclAllReduce(const void* send, void* receive, size_t count, ncclDataType_t type, ncclRedOp_t op,
                           ncclComm_t communicator, cudaStream_t stream) {
  FAKE_NCCL();
  if (communicator->would_wait(__func__, count, type)) return ncclSystemError;
  const std::size_t bytes = count * size_of(type);
  return reduce(send, bytes, receive, 0, bytes, type, op, communicator, stream);
}

ncclResult_t ncclReduceScatter(const void* send, void* receive, size_t count, ncclDataType_t type,
                               ncclRedOp_t op, ncclComm_t communicator, cudaStream_t stream) {
  FAKE_NCCL();
  if (communicator->would_wait(__func__, count, type)) return ncclSystemError;
  const std::size_t bytes = count * size_of(type);
  return reduce(send, bytes * static_cast<std::size_t>(communicator->ranks), receive,
                bytes * static_cast<std::size_t>(communicator->rank), bytes, type, op, communicator, stream);
}

ncclResult_t ncclBroadcast(const void* send, void* receive, size_t count, ncclDataType_t type, int root,
                           ncclComm_t communicator, cudaStream_t stream) {
  FAKE_NCCL();
  if (communicator->would_wait(__func__, count, type)) return ncclSystemError;
  const std::size_t bytes = count * size_of(type);
  if (root < 0 || root >= communicator->ranks || !right(communicator, send, bytes, receive, bytes, stream))
    return ncclInvalidArgument;
  fake::enqueue(stream, [=] {
    return fake::show(communicator, send, bytes, [&](std::size_t begin, std::size_t part) {
      std::memcpy(static_cast<char*>(receive) + begin, communicator->segment->shown[root], part);
    });
  });
  return communicator->begun();
}

ncclResult_t ncclGroupStart() {
  FAKE_NCCL();
  group() = {};
  group().open = true;
  return ncclSuccess;
}

static Piece* piece_of(int peer, ncclComm_t communicator, cudaStream_t stream) {
  if (!group().open || peer < 0 || peer >= communicator->ranks || !fake::is_stream(stream)) return nullptr;
  group().communicator = communicator;
  group().stream = stream;
  group().pieces.resize(static_cast<std::size_t>(communicator->ranks));
  return &group().pieces[static_cast<std::size_t>(peer)];
}

ncclResult_t ncclSend(const void* send, size_t count, ncclDataType_t type, int peer, ncclComm_t communicator,
                      cudaStream_t stream) {
  FAKE_NCCL();
  if (communicator->would_wait(__func__, count, type)) return ncclSystemError;
  Piece* const piece = piece_of(peer, communicator, stream);
  if (piece == nullptr || fake::owner_of(send, count * size_of(type)) != communicator->device)
    return ncclInvalidUsage;
  piece->send = send;
  piece->bytes = count * size_of(type);
  return ncclSuccess;
}

ncclResult_t ncclRecv(void* receive, size_t count, ncclDataType_t type, int peer, ncclComm_t communicator,
                      cudaStream_t stream) {
  FAKE_NCCL();
  Piece* const piece = piece_of(peer, communicator, stream);
  if (piece == nullptr || piece->bytes != count * size_of(type) ||
      fake::owner_of(receive, count * size_of(type)) != communicator->device)
    return ncclInvalidUsage;
  piece->receive = receive;
  return ncclSuccess;
}

/// An all-to-all: every rank shows what it has for each peer in turn.
ncclResult_t ncclGroupEnd() {
  FAKE_NCCL();
  const Group ended = std::exchange(group(), {});
  if (!ended.open) return ncclInvalidUsage;
  if (ended.communicator == nullptr) return ncclSuccess;
  for (const Piece& piece : ended.pieces) {
    if (piece.send == nullptr || piece.receive == nullptr) return ncclInvalidUsage;
  }
  fake::enqueue(ended.stream, [=, communicator = ended.communicator, pieces = ended.pieces] {
    for (std::size_t peer = 0; peer < pieces.size(); ++peer) {
      const cudaError_t error = fake::show(communicator, pieces[peer].send, pieces[peer].bytes,
                                           [&](std::size_t begin, std::size_t part) {
                                             if (static_cast<std::size_t>(communicator->rank) != peer) return;
                                             for (std::size_t from = 0; from < pieces.size(); ++from)
                                               std::memcpy(static_cast<char*>(pieces[from].receive) + begin,
                                                           communicator->segment->shown[from], part);
                                           });
      if (error != cudaSuccess) return error;
    }
    return cudaSuccess;
  });
  return ended.communicator->begun();
}

const char* ncclGetErrorString(ncclResult_t) { return "as it was told to"; }

}  // extern "C"

#define FAKE_SYMBOL(function) \
  { #function, reinterpret_cast < void*>(&function) }

std::span<const fake::Symbol> rackproof::fake::nccl_symbols() {
  static const Symbol kSymbols[] = {FAKE_SYMBOL(ncclGetUniqueId),
                                    FAKE_SYMBOL(ncclCommInitRankConfig),
                                    FAKE_SYMBOL(ncclCommGetAsyncError),
                                    FAKE_SYMBOL(ncclCommFinalize),
                                    FAKE_SYMBOL(ncclCommDestroy),
                                    FAKE_SYMBOL(ncclCommAbort),
                                    FAKE_SYMBOL(ncclAllReduce),
                                    FAKE_SYMBOL(ncclAllGather),
                                    FAKE_SYMBOL(ncclReduceScatter),
                                    FAKE_SYMBOL(ncclBroadcast),
                                    FAKE_SYMBOL(ncclSend),
                                    FAKE_SYMBOL(ncclRecv),
                                    FAKE_SYMBOL(ncclGroupStart),
                                    FAKE_SYMBOL(ncclGroupEnd),
                                    FAKE_SYMBOL(ncclGetErrorString)};
  return kSymbols;
}
