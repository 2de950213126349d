#include "suites/run/parallel.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace rackproof {
namespace {

TEST(Parallel, CoversTheRangeOnceAndPassesErrorsOn) {
  std::vector<int> visits(1000);
  in_parallel(visits.size(), 10, [&](std::uint64_t begin, std::uint64_t end) {
    for (std::uint64_t i = begin; i < end; ++i) ++visits[i];
  });
  EXPECT_EQ(visits, std::vector<int>(1000, 1));
  EXPECT_THROW(
      in_parallel(1000, 10, [](std::uint64_t, std::uint64_t) { throw std::runtime_error("in a part"); }),
      std::runtime_error);
}

}  // namespace
}  // namespace rackproof
