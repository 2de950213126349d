#include "harness/base/closest.hpp"

#include <gtest/gtest.h>

namespace rackproof {

TEST(Closest, CountsInsertionsDeletionsAndSubstitutions) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("launches", "lauches"), 1u);
}

TEST(Closest, FindsTheNearestKnownWordButNoFarOne) {
  const std::vector<std::string> known{"launches", "retries", "seed"};
  EXPECT_EQ(closest("lauches", known), "launches");
  EXPECT_EQ(closest("sede", known), "seed");
  EXPECT_EQ(closest("zzzzzzzz", known), std::nullopt);
  EXPECT_EQ(closest("x", {}), std::nullopt);
}

}  // namespace rackproof
