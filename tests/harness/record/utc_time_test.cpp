#include "harness/record/utc_time.hpp"

#include <gtest/gtest.h>

#include "harness/record/record.hpp"

namespace rackproof {

namespace {

TEST(UtcTime, ReadsWhatItWrites) {
  const std::int64_t at = 1'795'983'304'250'000'000;
  EXPECT_EQ(parse_utc(iso8601_utc(at)), at);
  EXPECT_EQ(parse_utc("1795983304.25"), at);
  EXPECT_EQ(parse_utc("1795983304"), at - 250'000'000);
}

TEST(UtcTime, HasAZone) {
  const auto utc = parse_utc("2026-11-30T20:15:04Z");
  ASSERT_TRUE(utc);
  for (const char* same :
       {"2026-12-01T04:15:04+08:00", "2026-12-01 04:15:04+0800", "2026-11-30T14:45:04-05:30",
        "2026-11-30 20:15:04.000000000Z", "2026-11-30T20:15:04.0000000001Z"})
    EXPECT_EQ(parse_utc(same), utc) << same;
  EXPECT_EQ(parse_utc("2028-02-29T00:00:00Z"), 1'835'395'200'000'000'000);
}

TEST(UtcTime, NothingElseIsATime) {
  for (const char* text : {"",
                           "2026-11-30T20:15:04",
                           "2026-11-30",
                           "2026-11-31T00:00:00Z",
                           "2027-02-29T00:00:00Z",
                           "2026-11-30T24:00:00Z",
                           "2026-11-30T20:60:04Z",
                           "2026-11-30T20:15:60Z",
                           "2026-11-30T20:15:04.Z",
                           "2026-11-30T20:15:04Z ",
                           "2026-11-30T20:15:04+8",
                           "2026-11-30T20:15:04+15:00",
                           "30.11.2026 20:15:04Z",
                           "1999-12-31T23:59:59Z",
                           "2100-01-01T00:00:00Z",
                           "1795983304250",
                           "-1",
                           "1795983304.",
                           ".5",
                           "nan",
                           "+1",
                           "1.2.3",
                           "2026-1-30T20:15:04Z",
                           "99999999999999999999",
                           "2026-11-30T20:15:04Zulu"})
    EXPECT_FALSE(parse_utc(text)) << text;
}

}  // namespace
}  // namespace rackproof
