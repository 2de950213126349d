#include <gtest/gtest.h>

#include <sched.h>

#include <atomic>
#include <map>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

#include "kernels/cpu/thread_pool.hpp"
#include "kernels/cpu/topology.hpp"
#include "kernels/edge.h"
#include "tests/conformance/repeated_cpus.hpp"

namespace rackproof::cpu {
namespace {

TEST(ThreadPool, PartsCoverTheRangeOnce) {
  for (const std::size_t threads : {1u, 2u, 3u, 7u, 64u}) {
    for (const std::uint64_t end : {10u, 11u, 74u, 1033u}) {
      for (const std::uint64_t grain : {1u, 4u, 64u, 5000u}) {
        std::uint64_t next = 10;
        for (std::size_t rank = 0; rank < threads; ++rank) {
          const ThreadPool::Range part = ThreadPool::part({10, end}, grain, rank, threads);
          EXPECT_EQ(part.begin, next);
          EXPECT_TRUE(part.end == end || (part.end - 10) % grain == 0);
          next = part.end;
        }
        EXPECT_EQ(next, end) << threads << " threads, grain " << grain;
      }
    }
  }
}

TEST(ThreadPool, PartsAreEven) {
  for (std::size_t rank = 0; rank < 7; ++rank) {
    const ThreadPool::Range part = ThreadPool::part({0, 1000}, 10, rank, 7);
    EXPECT_GE(part.end - part.begin, 140u);
    EXPECT_LE(part.end - part.begin, 150u);
  }
}

TEST(ThreadPool, HugeRangesDoNotOverflow) {
  const std::uint64_t end = ~std::uint64_t{0};
  EXPECT_EQ(ThreadPool::part({0, end}, 1, 63, 64).end, end);
  EXPECT_EQ(ThreadPool::part({0, end}, end - 1, 1, 2).end, end);
}

TEST(ThreadPool, EveryElementIsVisitedOnceAndAlwaysByTheSameThread) {
  ThreadPool pool(repeated_cpus(4));
  ASSERT_EQ(pool.size(), 4u);
  std::map<std::uint64_t, std::thread::id> owners;
  for (int round = 0; round < 50; ++round) {
    std::vector<int> visits(1000, 0);
    std::mutex mutex;
    pool.parallel_for(0, visits.size(), 16, [&](std::uint64_t begin, std::uint64_t end) {
      for (std::uint64_t i = begin; i < end; ++i) ++visits[i];
      const std::lock_guard lock(mutex);
      const auto [owner, first] = owners.emplace(begin, std::this_thread::get_id());
      EXPECT_EQ(owner->second, std::this_thread::get_id());
    });
    EXPECT_EQ(visits, std::vector<int>(1000, 1));
  }
  EXPECT_EQ(owners.size(), 4u);
}

TEST(ThreadPool, ThreadsArePinned) {
  const int last = allowed_cpus().back();
  ThreadPool pool({last, last});
  std::atomic<int> elsewhere = 0;
  std::thread caller([&] {
    pin_this_thread({last});
    pool.parallel_for(0, 2, 1, [&](std::uint64_t, std::uint64_t) {
      if (sched_getcpu() != last) ++elsewhere;
    });
  });
  caller.join();
  EXPECT_EQ(elsewhere, 0);
}

TEST(ThreadPool, TheCallerHasTheFirstPart) {
  ThreadPool pool(repeated_cpus(3));
  std::atomic<bool> first_is_caller = false, another_is_caller = false;
  const auto caller = std::this_thread::get_id();
  pool.parallel_for(0, 3, 1, [&](std::uint64_t begin, std::uint64_t) {
    (begin == 0 ? first_is_caller : another_is_caller) = std::this_thread::get_id() == caller;
  });
  EXPECT_TRUE(first_is_caller);
  EXPECT_FALSE(another_is_caller);
}

TEST(ThreadPool, WorksAgainAfterItFellAsleep) {
  ThreadPool pool(repeated_cpus(3));
  std::atomic<int> calls = 0;
  for (int round = 0; round < 20; ++round) {
    pool.parallel_for(0, 3, 1, [&](std::uint64_t begin, std::uint64_t) {
      if (begin == static_cast<std::uint64_t>(round % 3)) std::this_thread::sleep_for(4 * kSpinTime);
      ++calls;
    });
    std::this_thread::sleep_for(round % 2 * 4 * kSpinTime);
  }
  EXPECT_EQ(calls, 60);
}

TEST(ThreadPool, EmptyAndSmallRanges) {
  ThreadPool pool(repeated_cpus(3));
  int calls = 0;
  pool.parallel_for(5, 5, 1, [&](std::uint64_t, std::uint64_t) { ++calls; });
  EXPECT_EQ(calls, 0);
  pool.parallel_for(0, 8, 8,
                    [&](std::uint64_t begin, std::uint64_t end) { calls += static_cast<int>(end - begin); });
  EXPECT_EQ(calls, 8);
}

TEST(ThreadPool, ExceptionsReachTheCallerAndThePoolSurvives) {
  ThreadPool pool(repeated_cpus(3));
  for (const std::uint64_t rank : {0u, 1u, 2u}) {
    const auto fail = [rank](std::uint64_t begin, std::uint64_t) {
      if (begin == rank) throw std::runtime_error("in a thread");
    };
    EXPECT_THROW(pool.parallel_for(0, 3, 1, fail), std::runtime_error);
  }
  std::atomic<int> calls = 0;
  pool.parallel_for(0, 3, 1, [&](std::uint64_t, std::uint64_t) { ++calls; });
  EXPECT_EQ(calls, 3);
}

TEST(ThreadPool, ACpuThatDoesNotExistIsRefused) {
  EXPECT_THROW(ThreadPool(std::vector<int>{allowed_cpus()[0], 1023}), kernels::Failure);
}

}  // namespace
}  // namespace rackproof::cpu
