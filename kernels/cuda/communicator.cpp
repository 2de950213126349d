#include "kernels/cuda/communicator.hpp"

#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <tuple>

#include "kernels/cuda/entry.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/cuda/nccl.hpp"
#include "kernels/regions.h"

struct rp_communicator {
  rp_communicator(rp_device* where, std::uint32_t size) : device(where), ranks(size) {}
  ~rp_communicator() {
    if (handle != nullptr) rackproof::cuda::nccl().destroy(handle);
  }
  rp_communicator(const rp_communicator&) = delete;
  rp_communicator& operator=(const rp_communicator&) = delete;

  rp_device* device;
  std::uint32_t ranks;
  ncclComm_t handle = nullptr;
  /// What has run: NCCL connects the ranks of an algorithm when it is first chosen, by exactly these.
  std::set<std::tuple<rp_collective, rp_dtype, std::uint64_t>> known{};
};

namespace rackproof::cuda {
namespace {

using kernels::Failure;
using kernels::Region;

static_assert(sizeof(ncclUniqueId) == RP_COMMUNICATOR_ID_BYTES);

void check(ncclResult_t result, const char* call, const char* attempt) {
  if (result == ncclSuccess) return;
  const std::string text = std::string(call) + ": error " + std::to_string(result) + ", " +
                           nccl().error_string(result) + "; " + attempt;
  throw_if_lost(call, text);
  throw Failure(RP_FAILED, text);
}

ncclDataType_t type_of(rp_dtype dtype) {
  switch (dtype) {
    case RP_F64:
      return ncclFloat64;
    case RP_F32:
      return ncclFloat32;
    case RP_BF16:
      return ncclBfloat16;
    case RP_F16:
      return ncclFloat16;
    case RP_I8:
      return ncclInt8;
    case RP_I32:
      return ncclInt32;
    case RP_U64:
      return ncclUint64;
    default:
      throw Failure(RP_UNSUPPORTED, "no collectives for data type " + std::to_string(dtype));
  }
}

rp_result communicator_id(unsigned char id[RP_COMMUNICATOR_ID_BYTES]) {
  return entry([&] {
    require(id != nullptr, "id is NULL");
    ncclUniqueId unique{};
    check(nccl().get_unique_id(&unique), "ncclGetUniqueId", "the name of a communicator");
    std::memcpy(id, &unique, sizeof unique);
  });
}

rp_result communicator_create(rp_device* device, const unsigned char id[RP_COMMUNICATOR_ID_BYTES],
                              std::uint32_t ranks, std::uint32_t rank, rp_communicator** communicator) {
  return entry([&] {
    require(device != nullptr && id != nullptr && communicator != nullptr, "an argument is NULL");
    require(rank < ranks && ranks <= 1u << 20, "the rank is not below the number of ranks");
    ncclUniqueId unique;
    std::memcpy(&unique, id, sizeof unique);
    auto made = std::make_unique<rp_communicator>(device, ranks);
    backend().require_none_held("communicator_create");
    device->make_current();
    check(nccl().init_rank(&made->handle, static_cast<int>(ranks), unique, static_cast<int>(rank)),
          "ncclCommInitRank", "a communicator");
    *communicator = made.release();
  });
}

void communicator_destroy(rp_communicator* communicator) {
  if (communicator == nullptr) return;
  entry([&] {
    communicator->device->try_current();
    backend().end(std::unique_ptr<rp_communicator>(communicator));
  });
}

/// What is received (written), and what is sent.
std::vector<Region> regions_of(rp_collective collective, std::uint64_t element, std::uint64_t ranks,
                               rp_memory send, rp_memory receive, std::uint64_t count) {
  const std::uint64_t sent =
      collective == RP_REDUCE_SCATTER || collective == RP_ALL_TO_ALL ? ranks : std::uint64_t{1};
  const std::uint64_t received =
      collective == RP_ALLGATHER || collective == RP_ALL_TO_ALL ? ranks : std::uint64_t{1};
  std::vector<Region> regions{kernels::region_of(receive, received, count, element, true),
                              kernels::region_of(send, sent, count, element, false)};
  const bool in_place = (collective == RP_ALLREDUCE || collective == RP_BROADCAST) &&
                        send.handle == receive.handle && send.offset == receive.offset;
  if (!in_place) kernels::refuse_overlap(regions);
  return regions;
}

/// NCCL has had a call of this name only since 2.28; a group of sends and receives is the same.
void all_to_all(const rp_communicator& communicator, const void* send, void* receive, std::uint64_t bytes,
                cudaStream_t stream) {
  const Nccl& api = nccl();
  check(api.group_start(), "ncclGroupStart", "an all-to-all");
  ncclResult_t result = ncclSuccess;
  for (std::uint32_t peer = 0; peer < communicator.ranks && result == ncclSuccess; ++peer) {
    const auto* const from = static_cast<const char*>(send) + peer * bytes;
    auto* const to = static_cast<char*>(receive) + peer * bytes;
    result = api.send(from, bytes, ncclInt8, static_cast<int>(peer), communicator.handle, stream);
    if (result == ncclSuccess)
      result = api.receive(to, bytes, ncclInt8, static_cast<int>(peer), communicator.handle, stream);
  }
  const ncclResult_t end = api.group_end();  // a group that was begun is ended, come what may
  check(result, "ncclSend, ncclRecv", "an all-to-all");
  check(end, "ncclGroupEnd", "an all-to-all");
}

void start(const rp_communicator& communicator, rp_collective collective, rp_dtype dtype, const void* send,
           void* receive, std::uint64_t count, int root, cudaStream_t stream) {
  const ncclDataType_t type = type_of(dtype);
  const Nccl& api = nccl();
  switch (collective) {
    case RP_ALLREDUCE:
      return check(api.all_reduce(send, receive, count, type, ncclSum, communicator.handle, stream),
                   "ncclAllReduce", "an allreduce");
    case RP_ALLGATHER:
      return check(api.all_gather(send, receive, count, type, communicator.handle, stream), "ncclAllGather",
                   "an allgather");
    case RP_REDUCE_SCATTER:
      return check(api.reduce_scatter(send, receive, count, type, ncclSum, communicator.handle, stream),
                   "ncclReduceScatter", "a reduce-scatter");
    case RP_BROADCAST:
      return check(api.broadcast(send, receive, count, type, root, communicator.handle, stream),
                   "ncclBroadcast", "a broadcast");
    case RP_ALL_TO_ALL:
      return all_to_all(communicator, send, receive, count * kernels::element_bytes(dtype), stream);
  }
  throw Failure(RP_INVALID, "no such collective");
}

rp_result communicator_enqueue(rp_communicator* communicator, rp_stream* stream, rp_collective collective,
                               rp_dtype dtype, rp_memory send, rp_memory receive, std::uint64_t count,
                               std::uint32_t root) {
  return entry([&] {
    require(communicator != nullptr && stream != nullptr, "an argument is NULL");
    rp_device& device = *communicator->device;
    require(stream->device == &device, "the stream belongs to another device");
    require(collective != RP_BROADCAST || root < communicator->ranks, "the root is no rank");
    type_of(dtype);
    const auto regions =
        regions_of(collective, kernels::element_bytes(dtype), communicator->ranks, send, receive, count);
    void* const to = device.memory.at(receive, regions[0].bytes);
    const void* const from = device.memory.at(send, regions[1].bytes);
    const auto kind = std::tuple(collective, dtype, count);
    if (!communicator->known.contains(kind))
      backend().require_none_held("a collective that its communicator did not run before");
    stream->stream.gates().admit();
    device.make_current();
    start(*communicator, collective, dtype, from, to, count, static_cast<int>(root), stream->stream.get());
    communicator->known.insert(kind);
  });
}

}  // namespace

void add_collectives(rp_backend& entries) {
  entries.communicator_id = communicator_id;
  entries.communicator_create = communicator_create;
  entries.communicator_destroy = communicator_destroy;
  entries.communicator_enqueue = communicator_enqueue;
}

}  // namespace rackproof::cuda
