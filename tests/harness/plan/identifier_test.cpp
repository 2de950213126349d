#include "harness/plan/identifier.hpp"

#include <gtest/gtest.h>

#include "harness/base/error.hpp"

namespace rackproof {
namespace {

using Names = std::vector<std::string>;

TEST(Identifier, CaseId) {
  const auto id = parse_case_id("interconnect/host/allreduce:f32,size=1mib,alone");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->suite, "interconnect");
  EXPECT_EQ(id->subject, "host");
  EXPECT_EQ(id->operation, "allreduce");
  EXPECT_EQ(id->params, (Names{"f32", "size=1mib", "alone"}));
  ASSERT_TRUE(parse_case_id("inventory/host/memory"));
  EXPECT_TRUE(parse_case_id("inventory/host/memory")->params.empty());
}

TEST(Identifier, BadCaseIds) {
  for (const char* bad :
       {"", "memory", "memory/host", "memory/host/triad/x", "Memory/host/triad", "memory//triad",
        "memory/host/triad:", "memory/host/triad:f64,", "memory/host/triad:,f64", "memory/host/triad:=8",
        "memory/host/triad:size=", "memory/host/triad:a=b=c", "memory/host/triad:a:b",
        "memory/host/triad#bandwidth", "memory/host/triad@node", "memory/host/tri ad",
        "memory/host/triad:F64", "memory/host/triad\n"}) {
    EXPECT_FALSE(parse_case_id(bad)) << bad;
  }
}

TEST(Identifier, MetricId) {
  const auto id = parse_metric_id("memory/host/triad:f64,cold#bandwidth");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->case_id, "memory/host/triad:f64,cold");
  EXPECT_EQ(id->quantity, "bandwidth");
  for (const char* bad : {"memory/host/triad", "memory/host/triad#", "#bandwidth", "memory/host#bandwidth",
                          "memory/host/triad#a#b", "memory/host/triad#Band width"}) {
    EXPECT_FALSE(parse_metric_id(bad)) << bad;
  }
}

TEST(Identifier, TargetName) {
  for (const char* good : {"rack1", "rack1/node2", "R0001/n-1.local/dev_0", "a..b"}) {
    EXPECT_TRUE(is_target_name(good)) << good;
  }
  for (const char* bad : {"", "/", "rack1/", "/rack1", "a//b", "a+b", "a b", "a=b", "a@b", "{rack}/n",
                          "r[1-2]", "..", "a/../b", "./a", "n\xc3\xa9"}) {
    EXPECT_FALSE(is_target_name(bad)) << bad;
  }
}

TEST(Identifier, StripsBenchmarkSuffixes) {
  EXPECT_EQ(strip_benchmark_suffix("memory/host/triad:f64,cold/iterations:12/manual_time"),
            "memory/host/triad:f64,cold");
  EXPECT_EQ(
      strip_benchmark_suffix("memory/host/triad/min_time:0.500/repeats:3/process_time/real_time/threads:4"),
      "memory/host/triad");
  EXPECT_EQ(strip_benchmark_suffix("memory/host/triad/min_warmup_time:1.5s"), "memory/host/triad");
  EXPECT_EQ(strip_benchmark_suffix("memory/host/triad:f64"), "memory/host/triad:f64");
  EXPECT_EQ(strip_benchmark_suffix("memory/host/triad/iterations:"), "memory/host/triad/iterations:");
  EXPECT_EQ(strip_benchmark_suffix("memory/host/triad/iterations:many"), "memory/host/triad/iterations:many");
  EXPECT_EQ(strip_benchmark_suffix("manual_time"), "manual_time");
}

TEST(Identifier, Ranges) {
  EXPECT_EQ(expand_range("node1"), (Names{"node1"}));
  EXPECT_EQ(expand_range("R[0009-0011]"), (Names{"R0009", "R0010", "R0011"}));
  EXPECT_EQ(expand_range("R[01-02]n[1-2]x"), (Names{"R01n1x", "R01n2x", "R02n1x", "R02n2x"}));
  EXPECT_EQ(expand_range("[8-10]"), (Names{"8", "9", "10"}));
  EXPECT_EQ(expand_range("n[3-3]"), (Names{"n3"}));
  EXPECT_EQ(expand_range("n[0-999999]").size(), 1'000'000u);
}

TEST(Identifier, BadRanges) {
  for (const char* bad : {"[3-1]", "[1-2", "1-2]", "[[1-2]]", "[1-2]]", "[]", "[1]", "[-1]", "[1-]", "[a-b]",
                          "[1-2-3]", "[ 1-2]", "[+1-2]", "[1-99999999999999999999999]", "n[0-1000000]",
                          "[1-1001]n[1-1000]", "[0-18446744073709551615]"}) {
    EXPECT_THROW(expand_range(bad), Error) << bad;
  }
  try {
    expand_range("n[3-1]");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("[1-3]"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace rackproof
