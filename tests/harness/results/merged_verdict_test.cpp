// Verdicts on a merged file are those on its parts.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <ranges>
#include <tuple>

#include "harness/results/merge.hpp"
#include "harness/verdict/unused_limits.hpp"
#include "tests/harness/results/small_parts.hpp"

namespace rackproof {
namespace {

using test::CampaignBuilder;
using test::floor_of_1_gb;
using test::input;
using test::limit_on;
using test::limits_of;
using test::rack_campaign;
using test::row_of;
using test::subject;

/// Three machinery outcomes in fresh launches: a fail where a control exists.
void crash_on(CampaignBuilder& builder, std::uint32_t target) {
  std::erase_if(builder.results.attempts, [&](const AttemptRow& row) { return row.target == target; });
  builder.results.launch_values.clear();
  for (int launch = 0; launch < 3; ++launch) builder.attempt(target, Status::crashed, launch);
}

TEST(MergedVerdict, AControlOfAnotherCampaignAttributesNothing) {
  auto a = rack_campaign("r1", "a");
  crash_on(a, 0);
  crash_on(a, 1);
  const auto b = rack_campaign("r2", "b");  // the same case ended ok there, on the same model
  const Results all = merge({input(a, "a.h5"), input(b, "b.h5")});
  const Verdicts verdicts = judge(all, floor_of_1_gb());
  const auto& cell = test::cell(verdicts, row_of(all, "r1/node1"));
  EXPECT_EQ(cell.verdict, Verdict::not_judged);
  EXPECT_NE(cell.reason.en.find("no control"), std::string::npos) << cell.reason.en;

  auto with_control = rack_campaign("r1", "a");
  crash_on(with_control, 0);
  with_control.attempt(1, Status::ok, -1);
  with_control.results.launch_values.clear();
  const Results other = merge({input(with_control, "a.h5"), input(b, "b.h5")});
  EXPECT_EQ(test::cell(judge(other, floor_of_1_gb()), row_of(other, "r1/node1")).verdict, Verdict::fail)
      << "its own campaign has one";
}

TEST(MergedVerdict, PlannedLaunchesAreThoseOfTheTargetsOwnCampaign) {
  auto a = rack_campaign("r1", "a");
  auto b = rack_campaign("r2", "b");
  b.results.provenance.launches = 3;
  const Results all = merge({input(a, "a.h5"), input(b, "b.h5")});
  const Verdicts verdicts = judge(all, floor_of_1_gb());
  EXPECT_EQ(test::cell(verdicts, row_of(all, "r1/node1")).verdict, Verdict::pass);
  const auto& cell = test::cell(verdicts, row_of(all, "r2/node1"));
  EXPECT_EQ(cell.verdict, Verdict::inconclusive);
  EXPECT_EQ(cell.reason, "2 of 3 launches measured");
}

TEST(MergedVerdict, AnInterruptedCampaignTakesItsOwnRacksOnly) {
  auto a = rack_campaign("r1", "a");
  auto b = rack_campaign("r2", "b");
  b.results.ended = Ended::interrupted;
  const Verdicts verdicts = judge(merge({input(a, "a.h5"), input(b, "b.h5")}), floor_of_1_gb());
  EXPECT_EQ(subject(verdicts, "r1", "rack").disposition, Disposition::accepted);
  EXPECT_EQ(subject(verdicts, "r2", "rack").disposition, Disposition::undecided);
  EXPECT_EQ(subject(verdicts, "r2/node1", "node").disposition, Disposition::undecided);
  EXPECT_EQ(verdicts.exit_code, ExitCode::undecided);
  a.results.ended = Ended::complete;
  b.results.ended = Ended::complete;
  EXPECT_EQ(judge(merge({input(a, "a.h5"), input(b, "b.h5")}), floor_of_1_gb()).exit_code,
            ExitCode::accepted);
}

TEST(MergedVerdict, ANodeCountsAsTheCampaignOfTheTargetSawIt) {
  // Node campaign: the nodes answer. Device campaign: they did not, and the operator says that one is gone.
  auto a = rack_campaign("r1", "a");
  auto b = rack_campaign("r1", "b");
  b.results.attempts.clear();
  b.results.launch_values.clear();
  b.results.promises.clear();
  for (auto& node : b.results.targets) {
    node.hostname.clear();
    node.boot_id.clear();
  }
  b.results.targets[1].absent = "in repair";
  b.promise(b.target(Placement::device, "device", "r1/node1/dev0", {0}));
  b.promise(b.target(Placement::device, "device", "r1/node2/dev0", {1}));
  for (int launch = 0; launch < 3; ++launch) b.attempt(2, Status::crashed, launch);
  const auto limits = limits_of({limit_on("bandwidth", LowerLimit{1e9}, "device")});
  const Results all = merge({input(a, "a.h5"), input(b, "b.h5")});
  const Verdicts verdicts = judge(all, limits);
  const auto& unreachable = test::cell(verdicts, row_of(all, "r1/node1/dev0"));
  EXPECT_EQ(unreachable.verdict, Verdict::not_judged);
  EXPECT_NE(unreachable.reason.en.find("unreachable"), std::string::npos) << unreachable.reason.en;
  const auto& absent = test::cell(verdicts, row_of(all, "r1/node2/dev0"));
  EXPECT_EQ(absent.failure, "inventory");
  EXPECT_EQ(absent.reason, "absent: in repair (r1/node2)");
}

TEST(MergedVerdict, OneMachineTwiceIsAFindingAndChangesNothing) {
  auto a = rack_campaign("r1", "a");
  auto b = rack_campaign("r2", "b");
  b.results.targets[0].boot_id = a.results.targets[0].boot_id;
  const Verdicts verdicts = judge(merge({input(a, "a.h5"), input(b, "b.h5")}), floor_of_1_gb());
  EXPECT_NE(test::finding(verdicts, "one machine twice"), nullptr);
  EXPECT_EQ(verdicts.exit_code, ExitCode::accepted);
}

// What follows holds for campaigns of any kind.

using Random = std::mt19937;

bool chance(Random& random, double share) { return std::uniform_real_distribution<>(0, 1)(random) < share; }

template <class T>
const T& one_of(Random& random, const std::vector<T>& choices) {
  return choices[std::uniform_int_distribution<std::size_t>(0, choices.size() - 1)(random)];
}

void promise_and_try(CampaignBuilder& builder, std::uint32_t target, Random& random) {
  const int planned = builder.results.provenance.launches;
  builder.promise(target, chance(random, 0.1) ? "exempt" : "");
  if (chance(random, 0.1)) return;
  std::vector<double> values;
  const bool bad = chance(random, 0.4);
  const int made = planned + (bad ? 1 : 0);
  for (int launch = 0; launch < made; ++launch) {
    static const std::vector<Status> kBad{Status::crashed,   Status::timeout, Status::failed,
                                          Status::crashed,   Status::crashed, Status::ok,
                                          Status::preempted, Status::wrong};
    const Status status = bad ? one_of(random, kBad) : Status::ok;
    const double value = std::uniform_real_distribution<>(0.95e9, 1.2e9)(random);
    AttemptRow& row = builder.attempt(target, status, launch, 0, value);
    row.clocks_disagree = chance(random, 0.05);
    if (chance(random, 0.2)) row.after["steal_share"] = 0.5;
    if (status == Status::ok) values.push_back(value);
  }
  if (values.empty()) return;
  builder.number(target, values);
  builder.results.exact.push_back({1, target, chance(random, 0.8) ? 4 : 5, chance(random, 0.1)});
}

/// A campaign of `rack`; with `on_devices` of its devices only, else of nodes, a pair and groups.
CampaignBuilder any_campaign(const std::string& rack, const std::string& id, bool on_devices,
                             Random& random) {
  CampaignBuilder builder = rack_campaign(rack, id);
  auto& results = builder.results;
  results.promises.clear();
  results.attempts.clear();
  results.launch_values.clear();
  results.cells[1].assign(results.cells[1].size(), {NAN, NAN, NAN, 0, Status::skipped, Stop::none});
  results.series[0].direction = Direction::higher_is_better;  // so that a busy host counts
  results.provenance.launches = one_of<int>(random, {1, 2, 3});
  results.provenance.launch_component = one_of<double>(random, {0, 0.02, 0.2});
  results.provenance.attribute_virtual = chance(random, 0.3);
  results.ended = chance(random, 0.2) ? Ended::interrupted : Ended::complete;
  for (TargetRow& node : results.targets) {
    node.boot_id = chance(random, 0.3) ? "one boot" : node.boot_id + " in " + id;
    if (chance(random, 0.15)) node.boot_id = node.hostname = "";
    if (chance(random, 0.15)) node.absent = "gone in " + id;
  }
  std::vector<std::uint32_t> targets{0, 1};
  if (on_devices) {
    targets = {builder.target(Placement::device, "device", rack + "/node1/dev0", {0}),
               builder.target(Placement::device, "device", rack + "/node2/dev0", {1})};
  } else {
    targets.push_back(builder.target(Placement::pair, "pair", rack + "/node1+" + rack + "/node2", {0, 1}));
    targets.push_back(builder.target(Placement::group, "group:rack", rack, {0, 1}));
    targets.push_back(builder.target(Placement::group, "group:site", "site", {0, 1}));
  }
  for (const auto target : targets) promise_and_try(builder, target, random);
  return builder;
}

Limits limits_everywhere() {
  std::vector<Limit> limits;
  for (const char* scope : {"node", "device", "pair", "group:rack", "group:site"}) {
    limits.push_back(limit_on("bandwidth", LowerLimit{1e9}, scope));
    limits.push_back(limit_on("threads", ExactNumber{4}, scope));
  }
  return limits_of(std::move(limits));
}

using Answer = std::tuple<Verdict, std::string, std::string, std::int32_t, std::string, std::string>;
using Answers = std::map<std::tuple<std::string, std::string, std::string>, Answer>;

/// By target, scope and quantity; the group of a whole site is told by its first member.
Answers answers_of(const Results& results, const Verdicts& verdicts) {
  Answers answers;
  for (const VerdictCell& cell : verdicts.cells) {
    const TargetRow& target = results.targets[cell.target];
    const std::string name =
        target.scope == "group:site" ? results.targets[target.members.front()].name : target.name;
    answers[{name, target.scope, cell.quantity}] = {cell.verdict,   cell.failure,
                                                    cell.reason.en, cell.launches,
                                                    cell.found,     fmt::format("{} {}", cell.lo, cell.hi)};
  }
  return answers;
}

TEST(MergedVerdict, IsTheUnionOfThoseOfTheParts) {
  std::map<Verdict, int> seen;
  for (unsigned seed = 0; seed < 300; ++seed) {
    Random random(seed);
    std::vector<MergeInput> parts;
    for (const char* rack : {"r1", "r2", "r3"})
      parts.push_back(input(any_campaign(rack, std::string("nodes of ") + rack, false, random), rack));
    parts.push_back(input(any_campaign("r2", "devices of r2", true, random), "d"));
    const Limits limits = limits_everywhere();
    Answers expected;
    std::map<std::pair<std::string, std::string>, Verdict> rolled;
    for (const MergeInput& part : parts) {
      const Verdicts verdicts = judge(part.results, limits);
      expected.merge(answers_of(part.results, verdicts));
      // A gate that holds nobody in a part may hold somebody in the whole: there it keeps nobody from being accepted.
      Limits own = limits;
      const std::vector<std::size_t> unused = unused_limits(limits, verdicts.cells);
      for (const std::size_t i : unused | std::views::reverse)
        own.limits.erase(own.limits.begin() + static_cast<std::ptrdiff_t>(i));
      for (const RollUp& row : judge(part.results, own).roll_ups) {
        // What two campaigns know of is rolled up anew, and so is the group that gets another name.
        if (row.subject.find("r2") == 0 || row.kind == "campaign" || row.kind == "group:site") continue;
        rolled[{row.kind, row.subject}] = row.verdict;
      }
    }
    const Results all = merge(parts);
    const Verdicts verdicts = judge(all, limits);
    const Answers found = answers_of(all, verdicts);
    ASSERT_EQ(found.size(), expected.size()) << seed;
    for (const auto& [place, answer] : expected) {
      ASSERT_TRUE(found.contains(place)) << seed << ' ' << std::get<0>(place);
      EXPECT_EQ(found.at(place), answer) << seed << ' ' << std::get<0>(place) << ' ' << std::get<2>(answer)
                                         << " | " << std::get<2>(found.at(place));
      ++seen[std::get<0>(answer)];
    }
    std::size_t compared = 0;
    for (const RollUp& row : verdicts.roll_ups) {
      const auto at = rolled.find({row.kind, row.subject});
      if (at == rolled.end()) continue;
      EXPECT_EQ(row.verdict, at->second) << seed << ' ' << row.subject;
      ++compared;
    }
    EXPECT_EQ(compared, rolled.size());
    if (HasFailure()) break;
  }
  for (int verdict = 0; verdict < kVerdictCount; ++verdict)
    EXPECT_GT(seen[static_cast<Verdict>(verdict)], 100) << verdict << ": the campaigns are too tame";
}

}  // namespace
}  // namespace rackproof
