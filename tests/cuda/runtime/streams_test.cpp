// Memory, streams, events, copies and peers of the CUDA backend on the fake runtime.
#include <cuda_runtime_api.h>

#include <cmath>
#include <cstring>

#include "kernels/cuda/error.hpp"
#include "kernels/cuda/stream.hpp"
#include "kernels/edge.h"
#include "kernels/fma.h"
#include "kernels/stream.h"
#include "tests/cuda/runtime/opened.hpp"

namespace rackproof::fake {
namespace {

using Streams = OpenedTest;

constexpr std::uint64_t kStreamCount = 1000;
constexpr std::uint64_t kStreamBytes = 8 * kStreamCount;

TEST(Errors, HaveTheResultThatTheCallerActsOn) {
  EXPECT_EQ(cuda::result_of(cudaSuccess), RP_OK);
  EXPECT_EQ(cuda::result_of(cudaErrorMemoryAllocation), RP_OUT_OF_MEMORY);
  // 226, 721: cudaErrorContained and cudaErrorTensorMemoryLeak, which older headers do not name.
  for (const int lost : {214, 226, 700, 719, 721})
    EXPECT_EQ(cuda::result_of(static_cast<cudaError_t>(lost)), RP_DEVICE_LOST) << lost;
  for (const cudaError_t missing :
       {cudaErrorNoKernelImageForDevice, cudaErrorDevicesUnavailable, cudaErrorDeviceAlreadyInUse})
    EXPECT_EQ(cuda::result_of(missing), RP_UNSUPPORTED) << missing;
  EXPECT_EQ(cuda::result_of(cudaErrorInvalidValue), RP_FAILED);
}

TEST_F(Streams, NothingHappensBeforeTheSync) {
  const rp_memory from = filled(std::vector<double>(kStreamCount, 1.5)), to = allocate(kStreamBytes);
  const rp_stream_params copy{to, from, {}, kStreamCount, 0, RP_STORES_REGULAR, 0};
  ASSERT_EQ(b.op_enqueue(stream, RP_OP_COPY, RP_F64, &copy, sizeof copy), RP_OK) << last_text();
  EXPECT_TRUE(std::isnan(content<double>(to, 1)[0]));
  ASSERT_EQ(sync(), RP_OK);
  EXPECT_EQ(content<double>(to, kStreamCount), std::vector<double>(kStreamCount, 1.5));
}

TEST_F(Streams, ParamsMayLieAnywhere) {
  const rp_memory from = filled(std::vector<double>(4, 1.5)), to = allocate(32);
  const rp_stream_params copy{to, from, {}, 4, 0, RP_STORES_REGULAR, 0};
  unsigned char bytes[sizeof copy + 1];
  std::memcpy(bytes + 1, &copy, sizeof copy);
  ASSERT_EQ(b.op_enqueue(stream, RP_OP_COPY, RP_F64, bytes + 1, sizeof copy), RP_OK);
  ASSERT_EQ(sync(), RP_OK);
  EXPECT_EQ(content<double>(to, 4), std::vector<double>(4, 1.5));
}

TEST_F(Streams, HostMemoryIsCopiedOnTheStream) {
  void* pinned = nullptr;
  ASSERT_EQ(b.host_allocate(device, kStreamBytes, &pinned), RP_OK);
  EXPECT_EQ(b.host_allocate(device, 0, &pinned), RP_INVALID);
  auto* const values = static_cast<double*>(pinned);
  std::fill_n(values, kStreamCount, 2.5);
  const rp_memory memory = allocate(kStreamBytes), second = allocate(kStreamBytes);
  EXPECT_EQ(b.enqueue_write(stream, memory, pinned, kStreamBytes), RP_OK);
  EXPECT_EQ(b.enqueue_copy(stream, second, memory, kStreamBytes), RP_OK);
  std::vector<double> found(kStreamCount);
  EXPECT_EQ(b.enqueue_read(stream, found.data(), second, kStreamBytes), RP_OK);
  EXPECT_EQ(found[0], 0) << "too early";
  ASSERT_EQ(sync(), RP_OK);
  EXPECT_EQ(found, std::vector<double>(kStreamCount, 2.5));
  EXPECT_EQ(b.enqueue_write(stream, memory, pinned, kStreamBytes + 1), RP_INVALID);
  EXPECT_EQ(b.enqueue_read(stream, pinned, memory, kStreamBytes + 1), RP_INVALID);
  EXPECT_EQ(b.enqueue_copy(stream, second, memory, kStreamBytes + 1), RP_INVALID);
  EXPECT_EQ(b.enqueue_copy(stream, memory, {memory.handle, 8}, 16), RP_INVALID) << "they overlap";
  b.host_release(device, pinned);
  b.host_release(device, pinned);
  EXPECT_NE(last_text().find("no pinned memory"), std::string::npos);
}

TEST_F(Streams, EventsTellTheTimeOnceTheyAreReached) {
  rp_event *begin = nullptr, *end = nullptr, *elsewhere = nullptr;
  ASSERT_EQ(b.event_create(device, &begin), RP_OK);
  ASSERT_EQ(b.event_create(device, &end), RP_OK);
  ASSERT_EQ(b.event_create(other, &elsewhere), RP_OK);
  std::int64_t ns = -1, resolution = 0;
  EXPECT_EQ(b.event_elapsed_ns(begin, end, &ns, &resolution), RP_INVALID) << "not recorded";
  ASSERT_EQ(b.event_record(begin, stream), RP_OK);
  ASSERT_EQ(b.event_record(end, stream), RP_OK);
  EXPECT_EQ(b.event_elapsed_ns(begin, end, &ns, &resolution), RP_INVALID) << "not reached";
  EXPECT_EQ(last_error(), 0);
  ASSERT_EQ(sync(), RP_OK);
  ASSERT_EQ(b.event_elapsed_ns(begin, end, &ns, &resolution), RP_OK);
  EXPECT_GE(ns, 0);
  EXPECT_GE(resolution, 500);
  EXPECT_EQ(b.event_elapsed_ns(begin, end, &ns, nullptr), RP_OK);
  EXPECT_EQ(b.event_elapsed_ns(begin, elsewhere, &ns, &resolution), RP_INVALID) << "of another device";
  EXPECT_EQ(b.event_record(elsewhere, stream), RP_INVALID) << "of another device";
  for (rp_event* const event : {begin, end, elsewhere}) b.event_destroy(event);
  b.event_destroy(nullptr);
}

TEST_F(Streams, PeersReachEachOthersMemory) {
  const rp_memory here = allocate(kStreamBytes), there = allocate(kStreamBytes, other);
  const std::vector<double> values(kStreamCount, 3.5);
  ASSERT_EQ(b.memory_write(other, there, values.data(), kStreamBytes), RP_OK);
  EXPECT_EQ(b.enqueue_copy(stream, here, there, kStreamBytes), RP_INVALID) << "not open yet";
  EXPECT_EQ(b.peer_open(device, device), RP_INVALID) << "no peer of itself";
  ASSERT_EQ(b.peer_open(device, other), RP_OK) << last_text();
  ASSERT_EQ(b.peer_open(device, other), RP_OK) << "again: " << last_text();
  EXPECT_EQ(last_error(), 0);
  ASSERT_EQ(b.enqueue_copy(stream, here, there, kStreamBytes), RP_OK) << last_text();
  ASSERT_EQ(sync(), RP_OK);
  EXPECT_EQ(content<double>(here, kStreamCount), values);
  const rp_stream_params copy{here, there, {}, kStreamCount, 0, RP_STORES_REGULAR, 0};
  EXPECT_EQ(b.op_enqueue(stream, RP_OP_COPY, RP_F64, &copy, sizeof copy), RP_OK) << "a kernel reads it too";
  EXPECT_EQ(sync(), RP_OK);
  b.device_close(other);
  other = nullptr;
  EXPECT_EQ(b.enqueue_copy(stream, here, there, kStreamBytes), RP_INVALID) << "it is closed";
}

TEST_F(Streams, APeerThatIsOutOfReachIsUnsupported) {
  Configuration apart;
  apart.peers = false;
  open(apart);
  EXPECT_EQ(b.peer_open(device, other), RP_UNSUPPORTED);
  EXPECT_NE(last_text().find(uuid_of(1)), std::string::npos) << last_text();
}

TEST_F(Streams, APeerThatIsDeniedStaysOutOfReach) {
  Configuration configuration;
  configuration.faults = {{"cudaDeviceEnablePeerAccess", 1, 1, cudaErrorPeerAccessUnsupported, false}};
  open(configuration);
  const rp_memory here = allocate(8), there = allocate(8, other);
  EXPECT_EQ(b.peer_open(device, other), RP_UNSUPPORTED);
  EXPECT_EQ(last_error(), 0);
  EXPECT_EQ(b.enqueue_copy(stream, here, there, 8), RP_INVALID);
  EXPECT_EQ(b.peer_open(device, other), RP_OK) << last_text();
  EXPECT_EQ(b.enqueue_copy(stream, here, there, 8), RP_OK) << last_text();
  EXPECT_EQ(sync(), RP_OK);
}

TEST_F(Streams, MemoryEndsWithTheDevices) {
  rp_memory memory{};
  const std::uint64_t all = (std::uint64_t{1} << 28) - cuda::Stream::kWorkspace;
  EXPECT_EQ(b.memory_allocate(device, all, &memory), RP_OK);
  EXPECT_EQ(b.memory_allocate(device, 1, &memory), RP_OUT_OF_MEMORY);
  EXPECT_NE(last_text().find("cudaMalloc"), std::string::npos) << last_text();
  EXPECT_NE(last_text().find("cudaErrorMemoryAllocation (2)"), std::string::npos) << last_text();
  EXPECT_EQ(b.memory_allocate(other, 1, &memory), RP_OK) << "the other one has room";
}

TEST_F(Streams, FmaHasAtMostOneUnitForEachMultiprocessor) {
  const rp_memory values = allocate(5 * 256 * 8);
  const rp_fma_params many{values, 5, 256, 1, 0.5, 1}, none{values, 0, 256, 1, 0.5, 1};
  EXPECT_EQ(b.op_enqueue(stream, RP_OP_FMA, RP_F64, &many, sizeof many), RP_INVALID);
  EXPECT_EQ(b.op_enqueue(stream, RP_OP_FMA, RP_F64, &none, sizeof none), RP_INVALID);
}

TEST_F(Streams, MissingArgumentsAreRefused) {
  rp_memory memory{};
  std::int64_t ns = 0;
  const void* const nothing = nullptr;
  EXPECT_EQ(b.device_open(nullptr, &device), RP_INVALID);
  EXPECT_EQ(b.device_count(nullptr), RP_INVALID);
  EXPECT_EQ(b.device_info(0, nullptr), RP_INVALID);
  EXPECT_EQ(b.memory_allocate(nullptr, 1, &memory), RP_INVALID);
  EXPECT_EQ(b.memory_write(device, memory, nothing, 1), RP_INVALID);
  EXPECT_EQ(b.memory_read(nullptr, &ns, memory, 1), RP_INVALID);
  EXPECT_EQ(b.peer_open(device, nullptr), RP_INVALID);
  EXPECT_EQ(b.stream_create(nullptr, &stream), RP_INVALID);
  EXPECT_EQ(b.stream_sync(nullptr), RP_INVALID);
  EXPECT_EQ(b.event_create(device, nullptr), RP_INVALID);
  EXPECT_EQ(b.event_record(nullptr, stream), RP_INVALID);
  EXPECT_EQ(b.event_elapsed_ns(nullptr, nullptr, &ns, nullptr), RP_INVALID);
  EXPECT_EQ(b.op_query(nullptr, RP_OP_NOTHING, RP_F64, nullptr, 0, nullptr), RP_INVALID);
  EXPECT_EQ(b.op_enqueue(nullptr, RP_OP_NOTHING, RP_F64, nullptr, 0), RP_INVALID);
  EXPECT_EQ(b.enqueue_write(stream, memory, nothing, 1), RP_INVALID);
  EXPECT_EQ(b.enqueue_read(stream, nullptr, memory, 1), RP_INVALID);
  EXPECT_EQ(b.host_allocate(device, 1, nullptr), RP_INVALID);
  EXPECT_EQ(b.present_count(nullptr), RP_INVALID);
  EXPECT_EQ(b.counters(device, nullptr, 1, nullptr), RP_INVALID);
  EXPECT_EQ(b.link(device, device, nullptr), RP_INVALID);
  EXPECT_EQ(b.telemetry(device, nullptr), RP_INVALID);
  EXPECT_EQ(b.device_facts(0, nullptr), RP_INVALID);
  b.memory_release(nullptr, memory);
  b.host_release(nullptr, nullptr);
  b.stream_destroy(nullptr);
  b.device_close(nullptr);
  EXPECT_EQ(b.op_enqueue(stream, RP_OP_NOTHING, RP_F64, nullptr, 0), RP_OK);
  EXPECT_EQ(sync(), RP_OK);
}

}  // namespace
}  // namespace rackproof::fake
