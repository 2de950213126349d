#include "kernels/cuda/communicator.hpp"

#include <chrono>
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <tuple>

#include "kernels/cuda/entry.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/cuda/nccl.hpp"
#include "kernels/cuda/ranks.hpp"
#include "kernels/regions.h"

/// Knows its device by number: it may live longer than the rp_device.
struct rp_communicator {
  rp_communicator(int where, std::uint32_t size, std::chrono::milliseconds patience)
      : device(where), ranks(size), own(patience) {}
  ~rp_communicator() { rackproof::cuda::ignore(cudaSetDevice(device)); }
  rp_communicator(const rp_communicator&) = delete;
  rp_communicator& operator=(const rp_communicator&) = delete;

  int device;
  std::uint32_t ranks;
  rackproof::cuda::Ranks own;
  /// What has run: NCCL connects the ranks of an algorithm when it is first chosen, by exactly these.
  std::set<std::tuple<rp_collective, rp_dtype, std::uint64_t>> known{};
};

namespace rackproof::cuda {
namespace {

using kernels::Failure;
using kernels::Region;

static_assert(sizeof(ncclUniqueId) == RP_COMMUNICATOR_ID_BYTES);

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
    if (const ncclResult_t result = nccl().get_unique_id(&unique); result != ncclSuccess) {
      const std::string text = text_of(result, "ncclGetUniqueId", "the name of a communicator");
      if (!backend().devices.empty()) throw_if_lost("ncclGetUniqueId", text);  // there is a context
      throw Failure(RP_FAILED, text);
    }
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
    auto made = std::make_unique<rp_communicator>(device->index, ranks, backend().communicator_patience);
    backend().require_none_held("communicator_create");
    device->make_current();
    made->own.join(unique, ranks, rank);
    *communicator = made.release();
  });
}

void communicator_destroy(rp_communicator* communicator) {
  if (communicator == nullptr) return;
  entry([&] { backend().end(std::unique_ptr<rp_communicator>(communicator)); });
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
void all_to_all(rp_communicator& communicator, const void* send, void* receive, std::uint64_t bytes,
                cudaStream_t stream) {
  const Nccl& api = nccl();
  const ncclComm_t handle = communicator.own.get();
  communicator.own.settle(api.group_start(), "ncclGroupStart", "an all-to-all");
  ncclResult_t result = ncclSuccess;
  const auto going = [&] { return result == ncclSuccess || result == ncclInProgress; };
  for (std::uint32_t peer = 0; peer < communicator.ranks && going(); ++peer) {
    const auto* const from = static_cast<const char*>(send) + peer * bytes;
    auto* const to = static_cast<char*>(receive) + peer * bytes;
    result = api.send(from, bytes, ncclInt8, static_cast<int>(peer), handle, stream);
    if (going()) result = api.receive(to, bytes, ncclInt8, static_cast<int>(peer), handle, stream);
  }
  const ncclResult_t end = api.group_end();  // a group that was begun is ended, come what may
  if (!going()) communicator.own.settle(result, "ncclSend, ncclRecv", "an all-to-all");
  communicator.own.settle(end, "ncclGroupEnd", "an all-to-all");
}

void start(rp_communicator& communicator, rp_collective collective, rp_dtype dtype, const void* send,
           void* receive, std::uint64_t count, int root, cudaStream_t stream) {
  const ncclDataType_t type = type_of(dtype);
  const Nccl& api = nccl();
  Ranks& own = communicator.own;
  switch (collective) {
    case RP_ALLREDUCE:
      return own.settle(api.all_reduce(send, receive, count, type, ncclSum, own.get(), stream),
                        "ncclAllReduce", "an allreduce");
    case RP_ALLGATHER:
      return own.settle(api.all_gather(send, receive, count, type, own.get(), stream), "ncclAllGather",
                        "an allgather");
    case RP_REDUCE_SCATTER:
      return own.settle(api.reduce_scatter(send, receive, count, type, ncclSum, own.get(), stream),
                        "ncclReduceScatter", "a reduce-scatter");
    case RP_BROADCAST:
      return own.settle(api.broadcast(send, receive, count, type, root, own.get(), stream), "ncclBroadcast",
                        "a broadcast");
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
    rp_device& device = *stream->device;
    require(device.index == communicator->device, "the stream belongs to another device");
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
