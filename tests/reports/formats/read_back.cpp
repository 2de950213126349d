#include "tests/reports/formats/read_back.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "harness/verdict/roll_up.hpp"
#include "tests/harness/results/python.hpp"

namespace rackproof::test {

namespace {

void add_score(Campaign& campaign) {
  Limit score = campaign.limits.limits.front();
  score.severity = Severity::score;
  score.bound = LowerLimit{12e9};
  campaign.limits.limits.push_back(score);
  VerdictCell cell = campaign.cell("rack1/node1", kHostTriad, "bandwidth");
  cell.limit = static_cast<std::int32_t>(campaign.limits.limits.size()) - 1;
  cell.severity = Severity::score;
  cell.verdict = Verdict::fail;
  cell.failure = "limit";
  campaign.verdicts.cells.push_back(cell);
}

void roll_up_again(Campaign& campaign) {
  campaign.verdicts.roll_ups = roll_ups(campaign.results, campaign.verdicts.cells);
  campaign.verdicts.disposition = campaign.verdicts.roll_ups.front().disposition;
}

JudgedCampaign with_waivers(Campaign campaign, std::vector<Waiver> rows) {
  JudgedCampaign out{std::move(campaign), {"waivers.toml", std::string(64, 'c'), std::move(rows)}, {}};
  out.reservations =
      Reservations(out.campaign.results, out.campaign.limits, out.campaign.verdicts, out.waivers);
  return out;
}

}  // namespace

JudgedCampaign judged_campaign() {
  Campaign campaign = rejected_campaign();
  add_score(campaign);
  AttemptRow ok;
  ok.target = campaign.target("rack1/node1");
  ok.case_id = kHostTriad;
  ok.outcome.status = Status::ok;
  ok.begin_utc_ns = 1'795'420'800'000'000'000;
  ok.end_utc_ns = ok.begin_utc_ns + 1'250'000'000;
  campaign.results.attempts.push_back(ok);
  ok.launch = 1;
  campaign.results.attempts.push_back(ok);
  roll_up_again(campaign);
  return with_waivers(std::move(campaign), {{"rack2/node2", std::string(kHostTriad) + "#bandwidth",
                                             "A. Buyer", "replaced in January", "2027-01-31"}});
}

JudgedCampaign hostile_campaign(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto& texts = hostile_texts();
  const auto hostile = [&] { return texts[random() % texts.size()]; };
  Campaign campaign = rejected_campaign();
  add_score(campaign);
  std::size_t number = 0;
  // Told apart also where a long one is cut.
  const std::string first_rack = hostile() + "1", second_rack = "2" + hostile();
  for (TargetRow& target : campaign.results.targets) {
    target.name = hostile() + std::to_string(number++);
    if (!target.rack.empty()) target.rack = target.rack == "rack1" ? first_rack : second_rack;
    target.model = hostile();
    target.serial = hostile();
    if (target.placement == Placement::node) target.hostname = hostile();
  }
  for (Limit& limit : campaign.limits.limits) {
    limit.clause = hostile();
    limit.provenance = hostile();
  }
  Provenance& from = campaign.results.provenance;
  for (std::string* text : {&from.plan_name, &from.site_name, &from.campaign_id, &campaign.limits.name})
    *text = hostile();
  for (VerdictCell& cell : campaign.verdicts.cells) {
    cell.verdict = static_cast<Verdict>(random() % kVerdictCount);
    cell.failure = cell.verdict == Verdict::fail ? "limit" : "";
    cell.reason = hostile();
    if (!cell.completion() && random() % 3 == 0) cell.found = hostile();
    if (random() % 4 == 0) cell.value = cell.lo = cell.hi = std::numeric_limits<double>::quiet_NaN();
    if (random() % 8 == 0) cell.value = -std::numeric_limits<double>::infinity();
    if (random() % 8 == 0) cell.value = -cell.value;
  }
  for (Finding& finding : campaign.verdicts.findings) finding.evidence = finding.action = hostile();
  roll_up_again(campaign);
  std::vector<Waiver> rows;
  for (const VerdictCell& cell : campaign.verdicts.cells) {
    if (cell.verdict == Verdict::fail && cell.severity == Severity::gate && random() % 2 == 0)
      rows.push_back(
          {campaign.results.targets[cell.target].name, metric_of(cell), hostile(), hostile(), "2027-01-31"});
  }
  return with_waivers(std::move(campaign), std::move(rows));
}

const std::vector<std::string>& hostile_texts() {
  static const std::vector<std::string> texts{
      "]]></failure></testcase><testcase name=\"forged\"/><!--",
      "<script>alert(1)</script>&amp;&#0;'\"",
      "=cmd|' /C calc'!A0",
      "+1+1",
      "-2+3",
      "@SUM(A1:A9)",
      "  =1+1",
      "\t=1+1",
      "\r\n=1+1",
      "＝1+1",
      "-17",
      "a\"b,c\nd;e",
      "`|<img src=x onerror=alert(1)>|`` @everyone [x](https://example.com)",
      std::string("nul \0 and \x01\x1f\x7f", 13),
      "not UTF-8 \xff\xfe\xc0\x80\xed\xa0\x80",
      "no characters of XML: \xEF\xBF\xBE \xEF\xBF\xBF",
      "\xE2\x80\xAEgnp.exe",
      "line\xE2\x80\xA8separator \\\" \\u0041 %2E . / \\",
      "中文，规格书",
      std::string(5000, 'x'),
  };
  return texts;
}

nlohmann::json read_back(const std::string& report, const std::string& script) {
  const auto file = std::filesystem::temp_directory_path() /
                    ("report-" + std::to_string(::getpid()) + "-" +
                     testing::UnitTest::GetInstance()->current_test_info()->name());
  std::ofstream(file, std::ios::binary) << report;
  const CommandResult told =
      run_command({"/usr/bin/python3", "-c", "import sys, json, io\nf = open(sys.argv[1], 'rb')\n" + script,
                   file.string()});
  std::filesystem::remove(file);
  EXPECT_EQ(told.status, 0) << told.output.substr(0, 2000);
  return told.status == 0 ? nlohmann::json::parse(told.output) : nlohmann::json();
}

std::string replaced(const std::string& text) {
  return nlohmann::json::parse(
      nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace));
}

}  // namespace rackproof::test
