// Streams that are held: nothing waits for them, and what would is refused, on every device.
#include <cuda_runtime_api.h>

#include <utility>

#include "kernels/cuda/hold.hpp"
#include "kernels/cuda/stream.hpp"
#include "kernels/edge.h"
#include "kernels/gemm.h"
#include "kernels/stream.h"
#include "tests/cuda/runtime/opened.hpp"

namespace rackproof::fake {
namespace {

using Holds = OpenedTest;

constexpr std::uint64_t kHeldCount = 1000;
constexpr std::uint64_t kHeldBytes = 8 * kHeldCount;

TEST_F(Holds, WhatWouldWaitIsRefused) {
  ASSERT_EQ(b.stream_hold(stream), RP_OK) << last_text();
  const auto refused = [&](rp_result result, const std::string& what) {
    EXPECT_EQ(result, RP_INVALID) << what << ": " << last_text();
    EXPECT_EQ(last_text(), what + " would wait for a stream that is held: stream_release comes first");
  };
  rp_memory memory{};
  void* pinned = nullptr;
  rp_stream* made = nullptr;
  for (rp_device* const where : {device, other}) {
    refused(b.memory_allocate(where, kHeldBytes, &memory), "memory_allocate");
    refused(b.host_allocate(where, kHeldBytes, &pinned), "host_allocate");
    refused(b.stream_create(where, &made), "stream_create");
  }
  refused(b.peer_open(other, device), "peer_open");
  rp_event* event = nullptr;
  EXPECT_EQ(b.event_create(device, &event), RP_OK) << "an event does not wait: " << last_text();
  b.event_destroy(event);
  ASSERT_EQ(b.stream_release(stream), RP_OK);
  EXPECT_EQ(b.memory_allocate(device, kHeldBytes, &memory), RP_OK) << last_text();
  EXPECT_EQ(sync(), RP_OK);
}

TEST_F(Holds, ADeviceIsNotOpenedMeanwhile) {
  const std::string second = uuid_of(1);
  b.device_close(other);
  other = nullptr;
  ASSERT_EQ(b.stream_hold(stream), RP_OK);
  EXPECT_EQ(b.device_open(second.c_str(), &other), RP_INVALID);
  ASSERT_EQ(b.stream_release(stream), RP_OK);
  EXPECT_EQ(b.device_open(second.c_str(), &other), RP_OK) << last_text();
}

TEST_F(Holds, AProductThatWasNotSearchedIsRefusedOnEveryStream) {
  const rp_memory values = filled(std::vector<double>(256, 1.0)), out = allocate(2048);
  const rp_gemm_params params = kernels::gemm_params(values, values, out, 16, 16, 16, RP_F64);
  rp_stream* second = nullptr;
  ASSERT_EQ(b.stream_create(device, &second), RP_OK);
  const auto product = [&](rp_stream* on) {
    return b.op_enqueue(on, RP_OP_GEMM, RP_F64, &params, sizeof params);
  };
  ASSERT_EQ(b.stream_hold(stream), RP_OK);
  EXPECT_EQ(b.op_query(device, RP_OP_GEMM, RP_F64, &params, sizeof params, nullptr), RP_OK) << last_text();
  for (rp_stream* const on : {stream, second}) {
    EXPECT_EQ(product(on), RP_INVALID);
    EXPECT_NE(last_text().find("a product that was not run before would wait"), std::string::npos)
        << last_text();
  }
  ASSERT_EQ(b.stream_release(stream), RP_OK);
  ASSERT_EQ(product(second), RP_OK) << last_text();
  ASSERT_EQ(b.stream_hold(stream), RP_OK);
  EXPECT_EQ(product(stream), RP_OK) << "now its algorithm is known: " << last_text();
  ASSERT_EQ(b.stream_release(stream), RP_OK);
  EXPECT_EQ(sync(), RP_OK);
  EXPECT_EQ(content<double>(out, 1)[0], 16);
  b.stream_destroy(second);
}

TEST_F(Holds, TheQueueOfAHeldStreamEnds) {
  const rp_memory memory = allocate(8);
  rp_event* event = nullptr;
  ASSERT_EQ(b.event_create(device, &event), RP_OK);
  const auto each = [&](std::size_t i) {
    return i % 3 == 0   ? b.op_enqueue(stream, RP_OP_NOTHING, RP_F64, nullptr, 0)
           : i % 3 == 1 ? b.event_record(event, stream)
                        : b.enqueue_copy(stream, memory, {memory.handle, 4}, 4);
  };
  for (int round = 0; round < 2; ++round) {
    ASSERT_EQ(b.stream_hold(stream), RP_OK);
    for (std::size_t i = 0; i < 256; ++i) ASSERT_EQ(each(i), RP_OK) << i << ": " << last_text();
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(each(i), RP_INVALID);
      EXPECT_NE(last_text().find("takes 256"), std::string::npos) << last_text();
    }
    ASSERT_EQ(b.stream_release(stream), RP_OK);
    EXPECT_EQ(each(0), RP_OK) << "it is not held any more";
  }
  EXPECT_EQ(sync(), RP_OK);
  b.event_destroy(event);
}

TEST_F(Holds, SeveralOfADeviceThatIsClosedAreAllLetGoFirst) {
  rp_stream* second = nullptr;
  ASSERT_EQ(b.stream_create(device, &second), RP_OK);
  allocate(kHeldBytes);
  ASSERT_EQ(b.stream_hold(stream), RP_OK);
  ASSERT_EQ(b.stream_hold(second), RP_OK);
  b.device_close(device);
  EXPECT_EQ(waits(), 0u);
  device = nullptr;
  stream = nullptr;
}

TEST_F(Holds, ADeviceThatIsClosedMeanwhileEndsLater) {
  rp_stream* held = nullptr;
  ASSERT_EQ(b.stream_create(other, &held), RP_OK);
  const std::string first = uuid_of(0);
  const auto before = live();
  ASSERT_EQ(b.stream_hold(stream), RP_OK);
  ASSERT_EQ(b.stream_hold(held), RP_OK);
  b.device_close(device);
  device = nullptr;
  stream = nullptr;
  EXPECT_EQ(live(), before) << "the other one is held";
  ASSERT_EQ(b.stream_release(held), RP_OK);
  EXPECT_LT(live()["streams"], before.at("streams"));
  b.stream_destroy(held);
  EXPECT_EQ(b.device_open(first.c_str(), &device), RP_OK) << last_text();
}

TEST_F(Holds, WhatIsReleasedOnAnotherDeviceIsFreedLater) {
  const rp_memory memory = allocate(kHeldBytes, other);
  void* pinned = nullptr;
  ASSERT_EQ(b.host_allocate(other, kHeldBytes, &pinned), RP_OK);
  ASSERT_EQ(b.stream_hold(stream), RP_OK);
  const auto before = live();
  b.memory_release(other, memory);
  b.host_release(other, pinned);
  EXPECT_EQ(live(), before);
  ASSERT_EQ(b.stream_release(stream), RP_OK);
  EXPECT_EQ(live()["device memory"], before.at("device memory") - 1);
  EXPECT_EQ(live()["pinned memory"], before.at("pinned memory") - 1);
}

TEST_F(Holds, AHeldStreamWaitsAndIsNotWaitedFor) {
  EXPECT_EQ(b.stream_release(stream), RP_INVALID) << "not held";
  ASSERT_EQ(b.stream_hold(stream), RP_OK) << last_text();
  EXPECT_EQ(b.stream_hold(stream), RP_INVALID) << "held already";
  EXPECT_EQ(sync(), RP_INVALID) << "it would wait for itself";
  ASSERT_EQ(b.stream_release(stream), RP_OK);
  // The gate of the first hold has not run yet: its word must not be closed again.
  ASSERT_EQ(b.stream_hold(stream), RP_OK);
  ASSERT_EQ(b.stream_release(stream), RP_OK);
  EXPECT_EQ(sync(), RP_OK) << last_text();
}

TEST_F(Holds, AHeldStreamCopiesOnlyPinnedHostMemory) {
  const rp_memory memory = allocate(kHeldBytes);
  void* pinned = nullptr;
  ASSERT_EQ(b.host_allocate(device, kHeldBytes, &pinned), RP_OK);
  std::vector<double> pageable(kHeldCount);
  ASSERT_EQ(b.stream_hold(stream), RP_OK);
  EXPECT_EQ(b.enqueue_write(stream, memory, pageable.data(), kHeldBytes), RP_INVALID);
  EXPECT_EQ(b.enqueue_read(stream, pageable.data(), memory, kHeldBytes), RP_INVALID);
  EXPECT_EQ(b.enqueue_read(stream, static_cast<char*>(pinned) + 8, memory, kHeldBytes), RP_INVALID)
      << "half outside";
  EXPECT_EQ(b.enqueue_write(stream, memory, pinned, kHeldBytes), RP_OK) << last_text();
  EXPECT_EQ(b.enqueue_read(stream, static_cast<char*>(pinned) + 8, memory, 8), RP_OK) << last_text();
  EXPECT_EQ(b.memory_write(device, memory, pageable.data(), kHeldBytes), RP_OK)
      << "a copy of its own is not held";
  ASSERT_EQ(b.stream_release(stream), RP_OK);
  EXPECT_EQ(sync(), RP_OK) << last_text();
  b.host_release(device, pinned);
}

TEST_F(Holds, WhatIsReleasedWhileAStreamIsHeldIsFreedLater) {
  const rp_memory memory = allocate(kHeldBytes);
  void* pinned = nullptr;
  ASSERT_EQ(b.host_allocate(device, kHeldBytes, &pinned), RP_OK);
  rp_stream* second = nullptr;
  ASSERT_EQ(b.stream_create(device, &second), RP_OK);
  const auto before = live();
  ASSERT_EQ(b.stream_hold(stream), RP_OK);
  const rp_stream_params write{memory, {}, {}, kHeldCount, 1, RP_STORES_REGULAR, 0};
  ASSERT_EQ(b.op_enqueue(stream, RP_OP_WRITE, RP_F64, &write, sizeof write), RP_OK);
  b.memory_release(device, memory);
  b.host_release(device, pinned);
  b.stream_destroy(second);
  EXPECT_EQ(b.memory_fill(device, memory, 0, 1), RP_INVALID) << "the handle is gone at once";
  EXPECT_EQ(live()["device memory"], before.at("device memory"));
  EXPECT_EQ(live()["pinned memory"], before.at("pinned memory"));
  ASSERT_EQ(b.stream_release(stream), RP_OK);
  EXPECT_EQ(live()["device memory"], before.at("device memory") - 2) << "and the workspace of the stream";
  EXPECT_EQ(live()["pinned memory"], before.at("pinned memory") - 2) << "and its gates";
  EXPECT_EQ(sync(), RP_OK) << last_text();
}

TEST_F(Holds, AHeldStreamCanBeDestroyed) {
  ASSERT_EQ(b.stream_hold(stream), RP_OK);
  b.stream_destroy(stream);
  stream = nullptr;
  ASSERT_EQ(b.stream_create(device, &stream), RP_OK);
  ASSERT_EQ(b.stream_hold(stream), RP_OK);
  b.device_close(device);  // with it
  device = nullptr;
  stream = nullptr;
}

TEST_F(FakeTest, AGateThatNobodyOpensEndsAsAFailure) {
  cuda::Stream own(0);
  cuda::Gates gates(1'000'000);  // ns
  gates.close(own.get());
  ASSERT_EQ(cudaStreamSynchronize(own.get()), cudaSuccess);
  EXPECT_THROW(gates.settle(), kernels::Failure);
  EXPECT_EQ(std::exchange(waits(), 0), 1u);
  gates.open();
  gates.settle();  // it is told once
}

TEST_F(FakeTest, TheGatesOfAStreamAreCounted) {
  cuda::Stream own(0);
  for (int i = 0; i < 512; ++i) {
    own.gates().close(own.get());
    own.gates().open();
  }
  EXPECT_THROW(own.gates().close(own.get()), kernels::Failure);
  own.sync();
  own.gates().close(own.get());
}

}  // namespace
}  // namespace rackproof::fake
