// JSON and JSON Lines as Python's json module reads them: cell by cell what the verdicts say.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "harness/verdict/roll_up.hpp"
#include "tests/reports/formats/read_back.hpp"

namespace rackproof {
namespace {

using nlohmann::json;
using test::replaced;

json read_json(const std::string& report) {
  return test::read_back(report,
                         "def no(name):\n  raise ValueError(name)\n"
                         "print(json.dumps(json.load(f, parse_constant=no)))\n");
}

json read_lines(const std::string& report) {
  return test::read_back(report, "print(json.dumps([json.loads(line) for line in f]))\n");
}

json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(replaced(text)); }
json number_or_null(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }

json expected_cell(const test::JudgedCampaign& judged, std::size_t row) {
  const auto& [results, limits, verdicts] = judged.campaign;
  const VerdictCell& cell = verdicts.cells[row];
  const TargetRow& target = results.targets[cell.target];
  json out{{"rack", text_or_null(rack_of(results, target))},
           {"target", replaced(target.name)},
           {"scope", target.scope},
           {"case", cell.case_id},
           {"metric", cell.completion() ? json(nullptr) : json(metric_of(cell))},
           {"severity", to_string(cell.severity)},
           {"verdict", to_string(cell.verdict)},
           {"failure", text_or_null(cell.failure)},
           {"reason", text_or_null(cell.reason.en)},
           {"value", number_or_null(cell.value)},
           {"lo", number_or_null(cell.lo)},
           {"hi", number_or_null(cell.hi)},
           {"launches", cell.launches},
           {"found", text_or_null(cell.found)}};
  for (const char* name : {"unit", "limit", "lower", "upper", "clause", "provenance"}) out[name] = nullptr;
  if (cell.limit >= 0) {
    const Limit& limit = limits.limits[static_cast<std::size_t>(cell.limit)];
    out["unit"] = si_unit(limit.dimension);
    out["limit"] = to_string(limit);
    out["clause"] = text_or_null(limit.clause);
    out["provenance"] = text_or_null(limit.provenance.en);
    if (const auto* lower = std::get_if<LowerLimit>(&limit.bound)) out["lower"] = lower->bound;
    if (const auto* upper = std::get_if<UpperLimit>(&limit.bound)) out["upper"] = upper->bound;
  }
  out["waived"] = nullptr;
  if (const Waiver* waiver = judged.reservations.of(row); waiver != nullptr) {
    out["waived"] = {
        {"who", replaced(waiver->who)}, {"reason", replaced(waiver->reason)}, {"until", waiver->until}};
  }
  return out;
}

void expect_json_cells(const test::JudgedCampaign& judged) {
  const Verdicts& verdicts = judged.campaign.verdicts;
  const json report = read_json(judged.report(ReportFormat::json_object));
  json expected = json::array();
  json expected_lines = json::array();
  for (std::size_t i = 0; i < verdicts.cells.size(); ++i) {
    json cell = expected_cell(judged, i);
    expected.push_back(cell);
    cell["type"] = "cell";
    if (verdicts.cells[i].severity == Severity::gate) expected_lines.push_back(std::move(cell));
  }
  EXPECT_EQ(report["cells"], expected);
  json lines = read_lines(judged.report(ReportFormat::jsonl));
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines[0]["type"], "report");
  EXPECT_EQ(lines[0]["disposition"], to_string(verdicts.disposition));
  lines.erase(0);
  EXPECT_EQ(lines, expected_lines);
}

TEST(Json, CellByCellAsJudged) { expect_json_cells(test::judged_campaign()); }

TEST(Json, HostileTextsAndRandomVerdicts) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) expect_json_cells(test::hostile_campaign(seed));
}

TEST(Json, IsAsciiSoThatNothingReadsItOtherwise) {
  for (const ReportFormat format : {ReportFormat::json_object, ReportFormat::jsonl}) {
    const std::string report = test::hostile_campaign(1).report(format);
    EXPECT_TRUE(std::ranges::all_of(report, [](char c) { return (c >= ' ' && c <= '~') || c == '\n'; }));
  }
}

TEST(Json, SaysWhatTheWholeIs) {
  const test::JudgedCampaign judged = test::judged_campaign();
  const json report = read_json(judged.report(ReportFormat::json_object));
  EXPECT_EQ(report["schema"], 1);
  EXPECT_EQ(report["disposition"], "rejected");
  EXPECT_EQ(report["accepted_with_reservations"], false) << "a device was never reached";
  EXPECT_EQ(report["campaign"]["plan"], "quickstart");
  EXPECT_EQ(report["campaign"]["results_sha256"], judged.campaign.verdicts.results_sha256);
  const json gates{{"pass", 14},        {"fail", 1},       {"waived", 1},
                   {"inconclusive", 1}, {"not_judged", 2}, {"not_applicable", 0}};
  EXPECT_EQ(report["gates"], gates) << "the score that fails is no gate";
  EXPECT_EQ(report["promised"], 9);
  EXPECT_EQ(report["measured"], 8);
  ASSERT_EQ(report["racks"].size(), 3U);
  EXPECT_EQ(report["racks"][0]["rack"], "rack1");
  EXPECT_EQ(report["racks"][0]["disposition"], "accepted");
  EXPECT_EQ(report["racks"][1]["disposition"], "rejected");
  EXPECT_EQ(report["racks"][1]["gates"]["waived"], 1);
  EXPECT_TRUE(report["racks"][2]["rack"].is_null()) << "what lies between racks";
  EXPECT_TRUE(report["racks"][2]["disposition"].is_null());
  EXPECT_EQ(report["findings"][0]["id"], "f-01ab");
  EXPECT_EQ(report["coverage"][1]["measured"], 3);
}

TEST(Json, NothingIsAcceptedWhileAGateAppliesToNothing) {
  test::JudgedCampaign judged{test::accepted_campaign(), {}, {}};
  test::Campaign& campaign = judged.campaign;
  const auto roll_up_again = [&] {
    campaign.verdicts.roll_ups = roll_ups(campaign.results, campaign.limits, campaign.verdicts.cells);
    campaign.verdicts.disposition = campaign.verdicts.roll_ups.front().disposition;
  };
  roll_up_again();
  EXPECT_EQ(read_json(judged.report(ReportFormat::json_object))["racks"][0]["disposition"], "accepted");
  campaign.limits.limits.push_back(campaign.limits.limits.front());
  campaign.limits.limits.back().model = "mistyped";
  roll_up_again();
  const json report = read_json(judged.report(ReportFormat::json_object));
  EXPECT_EQ(report["disposition"], "undecided");
  EXPECT_EQ(report["racks"][0]["disposition"], "undecided");
  EXPECT_EQ(report["racks"][1]["disposition"], "undecided");
}

TEST(Json, ARackWithReservations) {
  test::JudgedCampaign judged = test::judged_campaign();
  auto& cells = judged.campaign.verdicts.cells;
  for (VerdictCell& cell : cells) {
    if (cell.verdict == Verdict::not_judged || cell.verdict == Verdict::inconclusive)
      cell.verdict = Verdict::pass;
  }
  auto& verdicts = judged.campaign.verdicts;
  verdicts.roll_ups = roll_ups(judged.campaign.results, verdicts.cells);
  judged.reservations =
      Reservations(judged.campaign.results, judged.campaign.limits, verdicts, judged.waivers);
  const json report = read_json(judged.report(ReportFormat::json_object));
  EXPECT_EQ(report["accepted_with_reservations"], true);
  EXPECT_EQ(report["disposition"], "rejected") << "a waiver changes no verdict";
  EXPECT_EQ(report["racks"][0]["with_reservations"], false);
  EXPECT_EQ(report["racks"][1]["with_reservations"], true);
}

}  // namespace
}  // namespace rackproof
