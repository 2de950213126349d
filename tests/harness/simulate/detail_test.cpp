// The two details of a simulation say the same, to the readers and to judge.
#include <cmath>
#include <set>

#include "harness/base/digest.hpp"
#include "harness/results/cell_reader.hpp"
#include "harness/results/results_file.hpp"
#include "harness/simulate/night_files.hpp"
#include "harness/verdict/cells/cell_judge.hpp"
#include "harness/verdict/judge.hpp"
#include "tests/harness/results/sample_results.hpp"
#include "tests/harness/simulate/drawn_seed.hpp"

namespace rackproof {
namespace {

constexpr SimulationSize kDetailedSize{10, 4, 2, 4, 2, 3};

Simulation simulation_of(std::uint64_t seed, const std::string& noise = {}) {
  return {kDetailedSize, seed,
          parse_simulation_spec("schema = 1\nname = \"two details\"\n" + noise + R"(
[pairs]
rounds = 2
[[fault]]
kind = "slow_device"
count = 3
effect = "40 %"
[[fault]]
kind = "bad_link"
count = 2
effect = "40 %"
[[fault]]
kind = "swap"
count = 2
from_night = 2
[[fault]]
kind = "driver_step"
count = 7
effect = "1 %"
from_night = 2
)",
                                "f.toml", kDetailedSize)};
}

class TwoDetails : public testing::Test {
 protected:
  void write(const Simulation& simulation, int night) {
    write_results(night_with_attempts(simulation, night), attempts);
    write_night_of_cells(simulation, night, cells, 2);
  }
  TemporaryFolder folder;
  std::filesystem::path attempts = folder / "results.h5", cells = folder / "cells.h5";
};

template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const T& x, const T& y) {
           return x == y || (x != x && y != y);  // NaN too
         });
}

std::vector<std::string> texts(const CellReader& reader, const std::vector<std::uint32_t>& rows) {
  std::vector<std::string> out;
  for (const std::uint32_t row : rows) out.emplace_back(reader.text(row));
  return out;
}

TEST_F(TwoDetails, AreReadAsTheSameCells) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  const Simulation simulation = simulation_of(seed);
  write(simulation, 2);
  const CellReader one(attempts), other(cells);
  ASSERT_EQ(one.series().size(), 5u);
  ASSERT_EQ(other.series().size(), 5u);
  EXPECT_EQ(one.cases(), other.cases());
  EXPECT_EQ(one.labels(), (std::vector<std::string>{"hall", "leaf", "pdu", "row"}));
  EXPECT_EQ(other.labels(), one.labels());
  EXPECT_EQ(one.facts(Placement::device), other.facts(Placement::device));
  for (const Placement placement : {Placement::device, Placement::node, Placement::pair, Placement::group}) {
    const Subjects &left = one.subjects(placement), &right = other.subjects(placement);
    ASSERT_EQ(left.size(), right.size());
    for (const auto field : {&Subjects::name, &Subjects::scope, &Subjects::rack, &Subjects::model})
      EXPECT_EQ(texts(one, left.*field), texts(other, right.*field));
    EXPECT_TRUE(left.node == right.node && left.second == right.second);
    EXPECT_EQ(texts(one, left.key), texts(other, right.key));
    for (const std::string& label : one.labels())
      EXPECT_EQ(texts(one, one.label(placement, label)), texts(other, other.label(placement, label)));
    for (std::size_t series = 0; series < one.series().size(); ++series) {
      const CellFields all{.interval = true, .range = true, .launches = true, .state = true};
      const CellRow a = one.read(series, placement, all), b = other.read(series, placement, all);
      EXPECT_TRUE(same(a.value, b.value) && same(a.lo, b.lo) && same(a.hi, b.hi)) << series;
      EXPECT_TRUE(same(a.least, b.least) && same(a.most, b.most) && a.n == b.n) << series;
      EXPECT_TRUE(a.status == b.status && a.stop == b.stop) << series;
      EXPECT_EQ(one.read_case(series, placement).outcome, other.read_case(series, placement).outcome);
    }
  }
  const auto drivers = texts(other, other.fact(Placement::device, "device/driver"));
  EXPECT_EQ(drivers, texts(one, one.fact(Placement::device, "device/driver")));
  EXPECT_EQ(std::ranges::count(drivers, std::string(kNextDriver)), 14);  // 7 nodes of 2
}

TEST_F(TwoDetails, AreJudgedAlike) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  const Simulation simulation = simulation_of(seed);
  write(simulation, 1);
  std::set<std::string> planted;
  for (const Planted& row : simulation.planted) {
    if (row.kind == FaultKind::slow_device) planted.insert(simulation.fleet.device_name(row.subjects[0]));
    if (row.kind == FaultKind::bad_link) planted.insert(simulation.pair_name(row.subjects[0]));
  }
  const Results results = read_results(attempts);
  const std::string text = simulated_limits(simulation.metrics);
  const Limits limits = parse_limits(text, "limits.toml", measurable(results));
  ASSERT_EQ(limits.limits.size(), 5u);
  const Verdicts verdicts = judge(results, limits);
  std::set<std::string> failing;
  for (const VerdictCell& cell : verdicts.cells) {
    if (cell.verdict == Verdict::fail) failing.insert(results.targets[cell.target].name);
    EXPECT_TRUE(!cell.completion() || cell.verdict == Verdict::pass);
  }
  EXPECT_EQ(failing, planted);  // 40 % against limits at 15 %, and noise of 1 %
  EXPECT_EQ(verdicts.exit_code, ExitCode::rejected);

  const CellReader reader(cells);
  const CellJudgement judgement =
      judge_cells(reader, parse_limits(text, "limits.toml", measurable(reader)), 2);
  std::set<std::string> failing_cells;
  for (const FailingCell& cell : judgement.failing)
    failing_cells.emplace(reader.text(reader.subjects(cell.placement).name[cell.subject]));
  EXPECT_EQ(failing_cells, planted);
  EXPECT_EQ(judgement.campaign.passed, verdicts.roll_ups.front().passed);
  EXPECT_EQ(judgement.campaign.failed, verdicts.roll_ups.front().failed);
}

TEST_F(TwoDetails, NobodyTakesThemForMeasured) {
  const Simulation simulation = simulation_of(1);
  write(simulation, 1);
  const Results results = read_results(attempts);
  EXPECT_TRUE(std::ranges::all_of(results.targets, &TargetRow::is_virtual));
  const CellReader reader(cells);
  for (const Provenance* provenance : {&results.provenance, &reader.provenance()}) {
    EXPECT_TRUE(provenance->campaign_id.starts_with("simulated-"));
    EXPECT_EQ(provenance->plan_name, "simulated: two details");
    EXPECT_EQ(provenance->site_name, "simulated");
    EXPECT_NE(provenance->plan_text.find("nothing of this was measured"), std::string::npos);
    EXPECT_NE(provenance->plan_text.find("kind = \"slow_device\""), std::string::npos);
    EXPECT_EQ(provenance->plan_sha256, sha256(provenance->plan_text));
  }
  EXPECT_EQ(reader.provenance().started_utc, "2026-01-01T01:00:00.000Z");
  const Provenance next = simulation.provenance(2);
  EXPECT_EQ(next.started_utc, "2026-01-02T01:00:00.000Z");
  EXPECT_NE(next.campaign_id, reader.provenance().campaign_id);
}

TEST_F(TwoDetails, AreTheSameBytesOnAnyNumberOfThreads) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  for (const char* family : {"gauss", "t3", "bimodal"}) {
    const Simulation simulation = simulation_of(seed, std::string("[noise]\nfamily = \"") + family + "\"\n");
    std::set<std::string> digests;
    for (const unsigned threads : {1u, 2u, 4u}) {
      write_night_of_cells(simulation, 2, cells, threads);
      digests.insert(sha256_file(cells));
    }
    EXPECT_EQ(digests.size(), 1u) << family;
    write_night_of_cells(simulation, 1, cells, 1);
    EXPECT_FALSE(digests.contains(sha256_file(cells)));
  }
  std::set<std::string> digests;
  for (int i = 0; i < 2; ++i) {
    write_results(night_with_attempts(simulation_of(seed), 1), attempts);
    digests.insert(sha256_file(attempts));
  }
  EXPECT_EQ(digests.size(), 1u);
}

}  // namespace
}  // namespace rackproof
