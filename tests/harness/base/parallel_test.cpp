#include "harness/base/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
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

}  // namespace

}  // namespace rackproof
