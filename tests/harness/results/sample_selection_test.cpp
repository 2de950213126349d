#include "harness/results/sample_selection.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace rackproof {
namespace {

/// One series on 40 nodes, one launch each, values 100 … 103.
Results forty_nodes() {
  Results results;
  results.provenance.launches = 1;
  SeriesRow series;
  series.case_id = "memory/host/triad:f64";
  series.quantity = "bandwidth";
  series.unit = "B/s";
  results.series.push_back(series);
  for (std::uint32_t i = 0; i < 40; ++i) {
    TargetRow target;
    target.name = "node" + std::to_string(i);
    target.scope = "node";
    results.targets.push_back(target);
    AttemptRow row;
    row.target = i;
    row.case_id = "memory/host/triad:f64";
    row.outcome.status = Status::ok;
    results.attempts.push_back(row);
    results.launch_values.push_back({i, 0, 100.0 + i % 4, 99, 104, 10});
  }
  return results;
}

std::vector<std::uint32_t> kept(const Results& results) {
  const std::vector<bool> chosen = notable_or_audited(results);
  EXPECT_EQ(chosen.size(), results.attempts.size());
  std::vector<std::uint32_t> attempts;
  for (std::uint32_t i = 0; i < chosen.size(); ++i) {
    if (chosen[i]) attempts.push_back(i);
  }
  return attempts;
}

bool keeps(const Results& results, std::uint32_t attempt) {
  const auto attempts = kept(results);
  return std::ranges::find(attempts, attempt) != attempts.end();
}

TEST(SampleSelection, OrdinaryAttemptsAreDropped) { EXPECT_LE(kept(forty_nodes()).size(), 2u); }

TEST(SampleSelection, EveryKindOfNotableIsKept) {
  const Results ordinary = forty_nodes();
  const auto dropped = [&](std::uint32_t attempt) { return !keeps(ordinary, attempt); };
  std::uint32_t i = 0;
  while (!dropped(i)) ++i;
  Results results = ordinary;
  results.attempts[i].outcome.status = Status::failed;
  EXPECT_TRUE(keeps(results, i));
  results = ordinary;
  results.attempts[i].throttled = true;
  EXPECT_TRUE(keeps(results, i));
  results = ordinary;
  results.attempts[i].attempt = 1;
  EXPECT_TRUE(keeps(results, i));
  results = ordinary;
  results.attempts[i].launch = 1;
  EXPECT_TRUE(keeps(results, i));
  results = ordinary;
  results.launch_values[i].value = 50;
  EXPECT_TRUE(keeps(results, i));
  results.launch_values[i].value = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(keeps(results, i));
}

TEST(SampleSelection, TheAuditIsTheSameEveryTimeAndAboutOneInAThousand) {
  Results results = forty_nodes();
  for (auto& row : results.attempts) row.outcome.status = Status::ok;
  std::size_t audited = 0;
  for (int again = 0; again < 250; ++again) {
    for (std::size_t i = 0; i < results.targets.size(); ++i)
      results.targets[i].name = "n" + std::to_string(again * 40 + static_cast<int>(i));
    EXPECT_EQ(kept(results), kept(results));
    audited += kept(results).size();
  }
  EXPECT_GE(audited, 2u);  // of 10,000; 10 are expected
  EXPECT_LE(audited, 30u);
}

}  // namespace
}  // namespace rackproof
