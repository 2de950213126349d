// The emulation reports what it must: one kernel per mistake, and right kernels that it must leave in peace.
#include "tests/cuda/emulation/emulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/cuda/reduce.cuh"
#include "kernels/cuda/simt.cuh"

namespace rackproof::emulation {
namespace {

using simt::kAllLanes;
using simt::launch;

constexpr Schedule kSchedules[] = {{Order::forward, 1},
                                   {Order::reversed, 1},
                                   {Order::random, 2},
                                   {Order::greedy_warp, 3},
                                   {Order::greedy_warp, 4}};

// Barriers.

__global__ void barriers_at_two_places() {
  if (threadIdx.x < 48) {
    __syncthreads();
  } else {
    __syncthreads();
  }
}
__global__ void barrier_for_some() {
  if (threadIdx.x < 48) __syncthreads();
}
__global__ void barrier_after_some_have_ended() {
  if (threadIdx.x == 5) return;
  __syncthreads();
}

TEST(EmulationDeathTest, BarriersThatNotAllReach) {
  for (const Schedule& schedule : kSchedules) {
    const ScheduleScope scope(schedule);
    EXPECT_DEATH(launch(barriers_at_two_places, 1, 64, nullptr), "emulation: divergent barrier in block 0");
    EXPECT_DEATH(launch(barrier_for_some, 1, 64, nullptr),
                 "emulation: deadlock in block 0.*barrier of the block");
    EXPECT_DEATH(launch(barrier_after_some_have_ended, 2, 64, nullptr), "1 of 64 threads have ended");
  }
}

// Operations of a warp.

__global__ void shuffle_for_half_a_warp(int* out) {
  if (threadIdx.x < 16) out[threadIdx.x] = __shfl_xor_sync(kAllLanes, 1, 1);
}
__global__ void mask_without_the_caller(int* out) { out[threadIdx.x] = __shfl_sync(0xFFFF0000u, 1, 20); }
__global__ void mask_with_lanes_that_ended(int* out) {
  if (threadIdx.x >= 16) return;
  out[threadIdx.x] = __shfl_xor_sync(kAllLanes, 1, 1);
}
__global__ void masks_that_disagree(int* out) {
  out[threadIdx.x] = __shfl_sync(threadIdx.x == 0 ? 0x3u : 0xFFFFFFFFu, 1, 0);
}
__global__ void shuffles_at_two_places(int* out) {
  if (threadIdx.x < 16) {
    out[threadIdx.x] = __shfl_sync(kAllLanes, 1, 0);
  } else {
    out[threadIdx.x] = __shfl_sync(kAllLanes, 2, 0);
  }
}
__global__ void source_outside_the_mask(int* out) {
  if (threadIdx.x < 16) out[threadIdx.x] = __shfl_sync(0xFFFFu, 1, 16);
}
__global__ void ballot_for_some(unsigned* out) {
  if (threadIdx.x != 3) out[threadIdx.x] = __ballot_sync(kAllLanes, 1);
}
__global__ void warp_barrier_for_some() {
  if (threadIdx.x != 3) __syncwarp();
}

TEST(EmulationDeathTest, OperationsOfAWarpWithWrongMasks) {
  std::vector<int> out(64);
  std::vector<unsigned> votes(64);
  for (const Schedule& schedule : kSchedules) {
    const ScheduleScope scope(schedule);
    EXPECT_DEATH(launch(shuffle_for_half_a_warp, 1, 32, nullptr, out.data()),
                 "emulation: (deadlock|.*have ended)");
    EXPECT_DEATH(launch(mask_without_the_caller, 1, 32, nullptr, out.data()),
                 "is not in its own mask ffff0000");
    EXPECT_DEATH(launch(mask_with_lanes_that_ended, 1, 32, nullptr, out.data()),
                 "emulation: (deadlock|.*have ended)");
    EXPECT_DEATH(launch(mask_with_lanes_that_ended, 1, 16, nullptr, out.data()),
                 "names lanes that do not exist");
    EXPECT_DEATH(launch(masks_that_disagree, 1, 32, nullptr, out.data()), "emulation: divergent warp");
    EXPECT_DEATH(launch(shuffles_at_two_places, 1, 32, nullptr, out.data()), "emulation: divergent warp");
    EXPECT_DEATH(launch(source_outside_the_mask, 1, 32, nullptr, out.data()),
                 "reads lane 16, outside mask 0000ffff");
    EXPECT_DEATH(launch(ballot_for_some, 1, 32, nullptr, votes.data()), "emulation: (deadlock|.*have ended)");
    EXPECT_DEATH(launch(warp_barrier_for_some, 1, 32, nullptr), "emulation: (deadlock|.*have ended)");
  }
}

// Shared memory.

__global__ void more_shared_memory_than_there_is(double* out) {
  SIMT_SHARED(double, much, 6145);
  *out = much[0];
}
__global__ void shared_memory_that_nobody_wrote(float* out) {
  SIMT_SHARED(float, value, 2);
  out[blockIdx.x * 2 + threadIdx.x] = value[threadIdx.x];
}

TEST(EmulationDeathTest, TooMuchSharedMemory) {
  double out = 0;
  EXPECT_DEATH(launch(more_shared_memory_than_there_is, 1, 1, nullptr, &out),
               "emulation: more than 49152 bytes");
}

TEST(Emulation, SharedMemoryIsPoisonInEveryBlock) {
  float out[6]{};
  EXPECT_EQ(launch(shared_memory_that_nobody_wrote, 3, 2, nullptr, &out[0]), 0);
  for (const float value : out) EXPECT_TRUE(std::isnan(value));
}

// Launches.

__global__ void count_threads(unsigned* counter) { atomicAdd(counter, 1u); }

TEST(Emulation, AGridThatNoDeviceTakesIsRefused) {
  unsigned counter = 0;
  EXPECT_EQ(launch(count_threads, 1, 0, nullptr, &counter), 9);
  EXPECT_EQ(launch(count_threads, 1, 1025, nullptr, &counter), 9);
  EXPECT_EQ(launch(count_threads, std::uint64_t{1} << 31, 32, nullptr, &counter), 9);
  EXPECT_EQ(launch(count_threads, std::uint64_t{1} << 32, 32, nullptr, &counter), 9);
  EXPECT_EQ(launch(count_threads, 0, 32, nullptr, &counter), 0);
  EXPECT_EQ(counter, 0u);
  EXPECT_EQ(launch(count_threads, 3, 1024, nullptr, &counter), 0);
  EXPECT_EQ(counter, 3072u);
}

// Missing barriers, without any sanitizer: another schedule, another result.

template <bool Barrier>
__global__ void reverse(int* values) {
  SIMT_SHARED(int, kept, 64);
  kept[threadIdx.x] = values[threadIdx.x];
  if constexpr (Barrier) __syncthreads();
  values[threadIdx.x] = kept[63 - threadIdx.x];
}

/// The second call uses the array of the first again.
template <bool Barrier>
__global__ void two_sums(int* out) {
  SIMT_SHARED(int, partial, 2);
  for (int call = 0; call < 2; ++call) {
    if constexpr (Barrier) __syncthreads();
    if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = static_cast<int>(threadIdx.x) + call;
    __syncthreads();
    out[64 * static_cast<unsigned>(call) + threadIdx.x] = partial[0] + partial[1];
  }
}

template <bool Atomic>
__global__ void count_all(unsigned* counter) {
  if constexpr (Atomic) {
    atomicAdd(counter, 1u);
  } else {
    const unsigned before = *counter;
    __syncwarp();
    *counter = before + 1;
  }
}

/// Whether all schedules give the same 128 numbers.
template <class T>
bool steady(void (*kernel)(T*), std::uint32_t blocks) {
  std::vector<std::vector<T>> results;
  for (const Schedule& schedule : kSchedules) {
    const ScheduleScope scope(schedule);
    std::vector<T> values(128);
    for (std::size_t i = 0; i < 64; ++i) values[i] = static_cast<T>(i);
    EXPECT_EQ(launch(kernel, blocks, 64, nullptr, values.data()), 0);
    results.push_back(values);
  }
  return std::all_of(results.begin(), results.end(),
                     [&](const auto& result) { return result == results[0]; });
}

TEST(Emulation, RightKernelsAreTheSameUnderAllSchedules) {
  EXPECT_TRUE(steady(reverse<true>, 1));
  EXPECT_TRUE(steady(two_sums<true>, 1));
  EXPECT_TRUE(steady(count_all<true>, 3));
}

TEST(Emulation, AMissingBarrierShowsInTheSchedules) {
  if (std::string_view(RACKPROOF_SANITIZE) == "thread") GTEST_SKIP() << "it says so first";
  EXPECT_FALSE(steady(reverse<false>, 1));
  EXPECT_FALSE(steady(two_sums<false>, 1));
}

// What the lanes of a warp give each other.

__global__ void exchange_and_vote(std::uint64_t* out) {
  const std::uint64_t lane = threadIdx.x;
  const std::uint64_t left = __shfl_xor_sync(kAllLanes, lane * lane, 5);
  const std::uint64_t first = __shfl_sync(kAllLanes, lane + 100, 7);
  const unsigned odd = __ballot_sync(kAllLanes, static_cast<int>(lane % 2));
  const int any = __syncthreads_or(threadIdx.x == 40 ? 1 : 0), none = __syncthreads_or(0);
  out[threadIdx.x] =
      left + first + odd + static_cast<std::uint64_t>(any) * 1000 + static_cast<std::uint64_t>(none);
}

TEST(Emulation, ShufflesVotesAndBarriersGiveTheRightValues) {
  for (const Schedule& schedule : kSchedules) {
    const ScheduleScope scope(schedule);
    std::vector<std::uint64_t> out(64);
    EXPECT_EQ(launch(exchange_and_vote, 1, 64, nullptr, out.data()), 0);
    for (std::uint64_t i = 0; i < 64; ++i)
      EXPECT_EQ(out[i], (i ^ 5) * (i ^ 5) + (i / 32 * 32 + 107) + 0xAAAAAAAAu + 1000) << i;
  }
}

/// Thread 0 waits for the last thread, which only runs when others may.
__global__ void wait_for_the_last(std::uint32_t* flag) {
  if (threadIdx.x == blockDim.x - 1) simt::store_host(flag, 1);
  while (simt::load_host(flag) == 0) simt::pause();
}

TEST(Emulation, ALoopThatWaitsLetsOthersRun) {
  for (const Schedule& schedule : kSchedules) {
    const ScheduleScope scope(schedule);
    std::uint32_t flag = 0;
    EXPECT_EQ(launch(wait_for_the_last, 1, 64, nullptr, &flag), 0);
  }
}

// With sanitizers: memory.

__global__ void read_behind(const int* values, int* out) { *out = values[threadIdx.x + 1]; }
__global__ void write_behind_shared(int* out) {
  SIMT_SHARED(int, kept, 8);
  SIMT_SHARED(int, others, 8);
  kept[threadIdx.x + 1] = 1;
  others[0] = 1;
  *out = kept[0];
}
__global__ void behind_an_array_of_the_lane(int* out, int i) {
  int mine[4] = {1, 2, 3, 4};
  mine[i] = 5;
  *out = mine[0] + mine[3];
}
__global__ void read_a_pack(const simt::Pack<float, 4>* pack, float* out) { *out = pack->values[3]; }

TEST(EmulationDeathTest, AccessesOutsideMemory) {
  if (std::string_view(RACKPROOF_SANITIZE) != "address,undefined")
    GTEST_SKIP() << "needs the address sanitizer";
  const std::vector<int> values(8);
  int out = 0;
  EXPECT_EQ(launch(read_behind, 1, 7, nullptr, values.data(), &out), 0);
  EXPECT_DEATH(launch(read_behind, 1, 8, nullptr, values.data(), &out), "heap-buffer-overflow");
  EXPECT_DEATH(launch(read_behind, 2, 8, nullptr, values.data() + 1, &out), "heap-buffer-overflow");
  EXPECT_EQ(launch(write_behind_shared, 1, 7, nullptr, &out), 0);
  EXPECT_DEATH(launch(write_behind_shared, 1, 8, nullptr, &out), "use-after-poison");
  EXPECT_DEATH(launch(behind_an_array_of_the_lane, 1, 1, nullptr, &out, 4),
               "out of bounds|stack-buffer-overflow");
}

TEST(EmulationDeathTest, PacksThatAreNotAligned) {
  if (std::string_view(RACKPROOF_SANITIZE) != "address,undefined")
    GTEST_SKIP() << "needs the sanitizer of undefined behaviour";
  alignas(16) float values[8]{};
  float out = 0;
  EXPECT_EQ(launch(read_a_pack, 1, 1, nullptr, reinterpret_cast<simt::Pack<float, 4>*>(values), &out), 0);
  EXPECT_DEATH(launch(read_a_pack, 1, 1, nullptr, reinterpret_cast<simt::Pack<float, 4>*>(values + 1), &out),
               "misaligned address");
}

// With the thread sanitizer: races.

template <bool Barrier>
__global__ void order_by_shuffle(int* out) {
  SIMT_SHARED(int, kept, 1);
  if (threadIdx.x == 3) *kept = 7;
  if constexpr (Barrier) {
    __syncwarp();
  } else {
    __shfl_sync(kAllLanes, 0, 3);
  }
  out[threadIdx.x] = *kept;
}
/// Thread 0 of every block, after a barrier of the block.
__global__ void blocks_write_one_word(int* out) {
  __syncthreads();
  if (threadIdx.x == 0) *out = static_cast<int>(blockIdx.x);
  __syncthreads();
}
__global__ void blocks_write_their_own(int* out) {
  __syncthreads();
  if (threadIdx.x == 0) out[blockIdx.x] = static_cast<int>(blockIdx.x);
}
__global__ void read_what_another_thread_writes(int* values) {
  if (threadIdx.x == 63) values[0] = values[1];
  if (threadIdx.x == 0) values[1] = 3;
}
__global__ void sums(double* out) {
  out[threadIdx.x] = cuda::block_reduce<64>(1.0 * threadIdx.x, cuda::Sum{});
}

/// Runs the kernel in a process of its own; the thread sanitizer makes its exit status 66 when it saw a race.
template <class Kernel, class T>
void expect_race(Kernel kernel, std::uint32_t blocks, T* values) {
  for (const Schedule& schedule : kSchedules) {
    const ScheduleScope scope(schedule);
    EXPECT_EXIT(
        {
          launch(kernel, blocks, 64, nullptr, values);
          std::exit(0);
        },
        testing::ExitedWithCode(66), "data race");
  }
}

TEST(EmulationDeathTest, Races) {
  if (std::string_view(RACKPROOF_SANITIZE) != "thread") GTEST_SKIP() << "needs the thread sanitizer";
  std::vector<int> values(128);
  std::vector<unsigned> counter(1);
  expect_race(reverse<false>, 1, values.data());
  expect_race(two_sums<false>, 1, values.data());
  expect_race(count_all<false>, 1, counter.data());
  expect_race(order_by_shuffle<false>, 1, values.data());
  expect_race(blocks_write_one_word, 2, values.data());
  expect_race(read_what_another_thread_writes, 1, values.data());
}

/// Each block but the last waits for the next one, then both count.
__global__ void blocks_wait_for_the_next(unsigned* started, unsigned* order) {
  if (threadIdx.x != 0) return;
  atomicAdd(started + blockIdx.x, 1u);
  while (blockIdx.x + 1 < gridDim.x && atomicAdd(started + blockIdx.x + 1, 0u) == 0) simt::pause();
  atomicAdd(order, 1u);
}

TEST(Emulation, BlocksThatWaitForEachOtherRunTogether) {
  for (const Order order : {Order::forward, Order::reversed, Order::random, Order::greedy_warp}) {
    const ScheduleScope scope({order, 7, 4});
    std::vector<unsigned> started(4);
    unsigned ended = 0;
    EXPECT_EQ(launch(blocks_wait_for_the_next, 4, 32, nullptr, started.data(), &ended), 0);
    EXPECT_EQ(ended, 4u);
  }
}

TEST(Emulation, OfMoreBlocksThanRunTogetherEachRunsOnce) {
  std::vector<int> values(9 * 64);
  const ScheduleScope scope({Order::random, 7, 4});
  EXPECT_EQ(launch(blocks_write_their_own, 9, 64, nullptr, values.data()), 0);
  unsigned counter = 0;
  EXPECT_EQ(launch(count_all<true>, 30, 64, nullptr, &counter), 0);
  EXPECT_EQ(counter, 30u * 64);
}

TEST(Emulation, RightKernelsAreNoRaces) {
  std::vector<int> values(128);
  std::vector<double> found(64);
  unsigned counter = 0;
  for (const Schedule& schedule : kSchedules) {
    const ScheduleScope scope(schedule);
    for (int launched = 0; launched < 2; ++launched) {  // one launch after the other is an order
      EXPECT_EQ(launch(reverse<true>, 1, 64, nullptr, values.data()), 0);
      EXPECT_EQ(launch(two_sums<true>, 1, 64, nullptr, values.data()), 0);
      EXPECT_EQ(launch(order_by_shuffle<true>, 1, 32, nullptr, values.data()), 0);
      EXPECT_EQ(launch(blocks_write_their_own, 9, 64, nullptr, values.data()), 0);
      EXPECT_EQ(launch(count_all<true>, 3, 64, nullptr, &counter), 0);
      EXPECT_EQ(launch(sums, 1, 64, nullptr, found.data()), 0);
      for (const double sum : found) EXPECT_EQ(sum, 63 * 32);
      values.assign(128, launched);  // so is the host
    }
  }
}

}  // namespace
}  // namespace rackproof::emulation
