// Results and verdicts do not tell in which order steps ended.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "harness/results/finalise.hpp"
#include "harness/verdict/judge.hpp"
#include "tests/harness/launch/small_campaign.hpp"

namespace rackproof {
namespace {

constexpr const char* kLimits = R"(schema = 1
name = "l"
[[limit]]
metric = "memory/device/copy:f64#bandwidth"
placement = "device"
lower = "0.5 GB/s"
severity = "gate"
clause = "c"
provenance = "test"
)";

/// All that a results file says but times, offsets and the campaign's id.
std::string told(const Results& results) {
  std::string text = fmt::format("ended {}\n", static_cast<int>(results.ended));
  for (const auto& row : results.targets)
    text += fmt::format("target {} {} {} {} {}\n", row.name, row.scope, row.model, row.members, row.hostname);
  for (const auto& row : results.promises)
    text += fmt::format("promise {} {} {}\n", row.target, row.case_id, row.exempt);
  for (const auto& row : results.attempts) {
    text += fmt::format("attempt {} {} {} {} {} {} {} {}\n", row.target, row.case_id, row.launch, row.attempt,
                        to_string(row.outcome.status), row.outcome.reason, row.iterations,
                        static_cast<int>(row.stop));
  }
  for (const auto& row : results.launch_values)
    text +=
        fmt::format("value {} {} {} {} {} {}\n", row.attempt, row.series, row.value, row.lo, row.hi, row.n);
  for (const auto& cells : results.cells) {
    for (const auto& cell : cells)
      text +=
          fmt::format("cell {} {} {} {} {}\n", cell.value, cell.lo, cell.hi, cell.n, to_string(cell.status));
  }
  for (const auto& row : results.exact)
    text += fmt::format("exact {} {} {} {}\n", row.series, row.target, row.value, row.differs);
  for (const auto& row : results.facts)
    text += fmt::format("fact {} {} {} {} {}\n", row.target, row.key, row.promised, row.found, row.source);
  for (const auto& row : results.samples) text += fmt::format("samples {} {}\n", row.attempt, row.host_ns);
  for (const auto& row : results.notices)
    text += fmt::format("notice {} {} {}\n", row.kind, row.subjects, row.evidence);
  return text;
}

std::string told(const Verdicts& verdicts) {
  std::string text = fmt::format("disposition {} exit {}\n", static_cast<int>(verdicts.disposition),
                                 static_cast<int>(verdicts.exit_code));
  for (const auto& cell : verdicts.cells)
    text += fmt::format("cell {} {} {} {}\n", cell.target, cell.case_id + "#" + cell.quantity,
                        static_cast<int>(cell.verdict), cell.reason);
  for (const auto& finding : verdicts.findings)
    text +=
        fmt::format("finding {} {} {} {}\n", finding.id, finding.kind, finding.subjects, finding.evidence);
  return text;
}

std::string results_and_verdicts(const std::filesystem::path& journal) {
  CampaignResults made = finalise(journal);
  for (std::size_t i = 0; i < made.samples.size(); ++i) made.results.samples.push_back(made.samples.read(i));
  const Results results = std::move(made.results);
  const Verdicts verdicts = judge(results, parse_limits(kLimits, "limits.toml", measurable(results)));
  return told(results) + told(verdicts);
}

/// Four devices with trouble of every kind; the first is slow, so that with slots it ends after the others.
SmallCampaign campaign(int slots) {
  SmallCampaign campaign;
  campaign.scripts = {"slow", "ok", "fails_first", "says_wrong"};
  campaign.cases = "\"memory/device/copy:f64\", \"memory/device/scale:f64\"";
  campaign.settings = "launches = 2\nretries = 1";
  campaign.site_settings = fmt::format("virtual_on = \"here\"\nslots = {}", slots);
  return campaign;
}

std::vector<std::string> order_of_ends(const Journalled& journalled) {
  std::vector<std::string> order;
  for (const auto& record : journalled.of("step_end")) order.push_back(record.at("step"));
  return order;
}

TEST(CompletionOrder, OneStepAtATimeOrFour) {
  const auto folder = new_folder();
  std::filesystem::create_directories(folder / "one");
  std::filesystem::create_directories(folder / "four");
  const auto one = run(campaign(1), folder / "one");
  const auto four = run(campaign(4), folder / "four");
  ASSERT_NE(order_of_ends(one), order_of_ends(four)) << "the slow step was to end later";
  const std::string expected = results_and_verdicts(folder / "one" / "journal.jsonl");
  EXPECT_NE(expected.find("attempt"), std::string::npos);
  EXPECT_EQ(results_and_verdicts(folder / "four" / "journal.jsonl"), expected);
  std::filesystem::remove_all(folder);
}

/// The records of a journal whose steps ran one after the other: what stands before, each step, what stands behind.
struct Steps {
  std::vector<nlohmann::json> head, tail;
  std::vector<std::vector<nlohmann::json>> steps;
};

Steps steps_of(const Journalled& journalled) {
  Steps steps;
  for (const auto& record : journalled.records) {
    const std::string type = record.at("type");
    if (type == "step_begin") steps.steps.emplace_back();
    auto& place = steps.steps.empty() ? steps.head : type == "campaign_end" ? steps.tail : steps.steps.back();
    place.push_back(record);
  }
  return steps;
}

TEST(CompletionOrder, EveryOrderOfTheSteps) {
  const auto folder = new_folder();
  Steps steps = steps_of(run(campaign(1), folder));
  ASSERT_GT(steps.steps.size(), 8u);
  const std::string expected = results_and_verdicts(folder / "journal.jsonl");
  std::mt19937 random(1);
  for (int again = 0; again < 20; ++again) {
    std::ranges::shuffle(steps.steps, random);
    const auto path = folder / fmt::format("shuffled{}.jsonl", again);
    {
      Journal journal = Journal::create(path);
      for (const auto& record : steps.head) journal.append(record);
      for (const auto& step : steps.steps) {
        for (const auto& record : step) journal.append(record);
      }
      for (const auto& record : steps.tail) journal.append(record);
    }
    ASSERT_EQ(results_and_verdicts(path), expected) << "order " << again;
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace rackproof
