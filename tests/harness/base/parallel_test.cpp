#include "harness/base/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

TEST(ForEachIndex, DoesEachOnceOnAnyNumberOfThreads) {
  for (const unsigned threads : {0u, 1u, 2u, 4u, 64u}) {
    std::vector<int> done(1000, 0);
    for_each_index(done.size(), threads, [&](std::size_t i) { done[i] += static_cast<int>(i) + 1; });
    for (std::size_t i = 0; i < done.size(); ++i) ASSERT_EQ(done[i], static_cast<int>(i) + 1);
  }
  for_each_index(0, 4, [](std::size_t) { FAIL(); });
}

TEST(ForEachIndex, ThrowsTheFirstErrorAfterAllHaveEnded) {
  std::atomic<int> done{0};
  try {
    for_each_index(100, 4, [&](std::size_t i) {
      ++done;
      if (i == 17 || i == 80) throw Error("index " + std::to_string(i));
    });
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()), "index 17");
  }
  EXPECT_EQ(done, 100);
}

TEST(ForEachInOrder, TakesInOrderWhatAnyThreadMade) {
  for (const unsigned threads : {0u, 1u, 2u, 4u, 64u}) {
    std::vector<std::size_t> taken;
    std::atomic<int> takers{0}, held{0}, most{0};
    for_each_in_order(
        500, threads,
        [&](std::size_t i) {
          const int now = ++held;
          for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
          }
          if (i % 7 == 0) std::this_thread::yield();
          return std::make_unique<std::size_t>(i);
        },
        [&](const std::unique_ptr<std::size_t>& i) {
          EXPECT_EQ(++takers, 1);
          taken.push_back(*i);
          --held;
          --takers;
        });
    ASSERT_EQ(taken.size(), 500u);
    for (std::size_t i = 0; i < taken.size(); ++i) ASSERT_EQ(taken[i], i);
    EXPECT_LE(most, 2 * static_cast<int>(threads == 0 ? usable_threads() : threads));
  }
  for_each_in_order(
      0, 4, [](std::size_t i) { return i; }, [](std::size_t) { FAIL(); });
}

TEST(ForEachInOrder, ThrowsTheFirstErrorAndTakesNothingFromThereOn) {
  for (const unsigned threads : {1u, 2u, 4u, 64u}) {
    for (const bool on_take : {false, true}) {
      const auto fail = [](std::size_t i) {
        if (i == 17 || i == 18 || i == 80) throw Error("index " + std::to_string(i));
      };
      std::vector<std::size_t> taken;
      try {
        for_each_in_order(
            100, threads,
            [&](std::size_t i) {
              if (!on_take) fail(i);
              return i;
            },
            [&](std::size_t i) {
              if (on_take) fail(i);
              taken.push_back(i);
            });
        FAIL() << "no error";
      } catch (const Error& error) {
        EXPECT_EQ(std::string(error.what()), "index 17");
      }
      EXPECT_EQ(taken.size(), 17u);
    }
  }
}

}  // namespace

}  // namespace rackproof
