// JUnit XML as Python's XML parser reads it: cell by cell what the verdicts say, and nothing undecided as passed.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "harness/verdict/roll_up.hpp"
#include "reports/escape.hpp"
#include "tests/reports/formats/read_back.hpp"

namespace rackproof {
namespace {

using nlohmann::json;

/// [{"name", …, "cases": [{"classname", "name", "time", "outcome", "type", "message", "text"}]}], with everything checked that the
/// schemas of Jenkins and of Ant ask for.
json read_junit(const std::string& report) {
  return test::read_back(report, R"python(
import re
import xml.etree.ElementTree as tree
root = tree.parse(f).getroot()
assert root.tag == 'testsuites' and not root.attrib, root.attrib
suites = []
for number, suite in enumerate(root):
    assert suite.tag == 'testsuite'
    a = suite.attrib
    assert set(a) <= {'id', 'name', 'package', 'hostname', 'timestamp', 'tests', 'failures', 'errors', 'skipped', 'time'}, a
    assert a['id'] == str(number) and a['name'] and a['hostname']
    assert 'timestamp' not in a or re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d', a['timestamp'])
    assert re.fullmatch(r'\d+\.\d{3}', a['time'])
    tags = [child.tag for child in suite]
    assert tags[0] == 'properties' and tags[-2:] == ['system-out', 'system-err'] and set(tags[1:-2]) <= {'testcase'}, tags
    for p in suite[0]:
        assert p.tag == 'property' and set(p.attrib) == {'name', 'value'} and len(p) == 0
    cases = []
    for case in suite[1:-2]:
        assert set(case.attrib) == {'classname', 'name', 'time'} and len(case) <= 1
        assert re.fullmatch(r'\d+\.\d{3}', case.attrib['time'])
        c = dict(case.attrib, outcome='pass', type='', message='', text='')
        for child in case:
            assert child.tag in ('failure', 'error', 'skipped') and len(child) == 0
            assert set(child.attrib) == ({'message'} if child.tag == 'skipped' else {'type', 'message'})
            c.update(outcome=child.tag, text=child.text or '', **child.attrib)
        cases.append(c)
    count = lambda outcome: str(sum(c['outcome'] == outcome for c in cases))
    assert (a['tests'], a['failures'], a['errors'], a['skipped']) == (
        str(len(cases)), count('failure'), count('error'), count('skipped')), a
    suites.append(dict(a, cases=cases, properties={p.attrib['name']: p.attrib['value'] for p in suite[0]}))
print(json.dumps(suites))
)python");
}

std::string outcome_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::fail:
      return "failure";
    case Verdict::inconclusive:
    case Verdict::not_judged:
      return "error";
    case Verdict::not_applicable:
      return "skipped";
  }
  return {};
}

bool says(const json& text, const std::string& part) {
  return text.get<std::string>().find(part) != std::string::npos;
}

/// Gate cells by the suite where they belong, in order.
std::map<std::string, std::vector<std::size_t>> gates_by_suite(const test::Campaign& campaign) {
  std::map<std::string, std::vector<std::size_t>> out;
  for (std::size_t i = 0; i < campaign.verdicts.cells.size(); ++i) {
    const VerdictCell& cell = campaign.verdicts.cells[i];
    if (cell.severity != Severity::gate) continue;
    const std::string rack = rack_of(campaign.results, campaign.results.targets[cell.target]);
    out[rack.empty() ? "between racks" : visible_text(rack)].push_back(i);
  }
  return out;
}

void expect_junit_cases(const test::JudgedCampaign& judged) {
  const test::Campaign& campaign = judged.campaign;
  const json suites = read_junit(judged.report(ReportFormat::junit));
  auto gates = gates_by_suite(campaign);
  for (const json& suite : suites) {
    const auto name = suite["name"].get<std::string>();
    const auto& rows = gates[name];
    const json& cases = suite["cases"];
    ASSERT_GE(cases.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const VerdictCell& cell = campaign.verdicts.cells[rows[i]];
      const json& shown = cases[i];
      EXPECT_EQ(shown["outcome"], outcome_of(cell.verdict)) << shown;
      if (cell.verdict == Verdict::fail) {
        EXPECT_EQ(shown["type"], cell.failure);
      } else if (shown["outcome"] == "error") {
        EXPECT_EQ(shown["type"], to_string(cell.verdict));
      }
      if (cell.completion()) {
        EXPECT_EQ(shown["name"], cell.case_id + " ends ok");
      } else {
        EXPECT_EQ(shown["name"],
                  visible_text(metric_of(cell) + " " +
                               to_string(campaign.limits.limits[static_cast<std::size_t>(cell.limit)])));
      }
      const Waiver* waiver = judged.reservations.of(rows[i]);
      if (shown["outcome"] != "pass") {
        const std::string wanted =
            waiver == nullptr ? cell.reason.en : cell.reason.en + " (waived by " + to_string(*waiver) + ")";
        EXPECT_EQ(shown["message"], visible_text(wanted));
      }
    }
    for (std::size_t i = rows.size(); i < cases.size(); ++i) {
      EXPECT_EQ(cases[i]["name"], "disposition");
      EXPECT_EQ(cases[i]["outcome"], "error");
    }
    gates.erase(name);
  }
  EXPECT_TRUE(gates.empty()) << "a suite is missing";
}

TEST(JUnit, CellByCellAsJudged) { expect_junit_cases(test::judged_campaign()); }

TEST(JUnit, HostileTextsAndRandomVerdicts) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) expect_junit_cases(test::hostile_campaign(seed));
}

TEST(JUnit, NamesTimesAndPlaces) {
  const json suites = read_junit(test::judged_campaign().report(ReportFormat::junit));
  ASSERT_EQ(suites.size(), 3U);
  const json& rack1 = suites[0];
  EXPECT_EQ(rack1["name"], "rack1");
  EXPECT_EQ(rack1["timestamp"], "2026-11-23T08:00:00") << "of its first attempt";
  EXPECT_EQ(rack1["time"], "2.500");
  EXPECT_EQ(rack1["cases"][0]["classname"], "rack1.node1");
  EXPECT_EQ(rack1["cases"][0]["time"], "2.500") << "both launches of the case";
  EXPECT_EQ(rack1["cases"][1]["time"], "0.000") << "or it would count twice";
  EXPECT_EQ(rack1["properties"]["disposition"], "accepted");
  const json& rack2 = suites[1];
  EXPECT_EQ(rack2["time"], "0.000") << "an attempt whose begin was not recorded";
  EXPECT_EQ(rack2["timestamp"], "2026-11-23T08:00:00") << "of the campaign";
  const auto failed =
      std::ranges::find_if(rack2["cases"], [](const json& c) { return c["outcome"] == "failure"; });
  ASSERT_NE(failed, rack2["cases"].end());
  EXPECT_EQ((*failed)["classname"], "rack2.node2");
  EXPECT_EQ((*failed)["name"], "memory/host/triad:f64,cold#bandwidth ≥ 9 GB/s");
  EXPECT_TRUE(says((*failed)["text"], "value: 7.2 GB/s [7.056, 7.344] GB/s\n"));
  EXPECT_TRUE(says((*failed)["text"], "clause: 4.10\nfrom: datasheet × 0.8\n"));
  EXPECT_TRUE(says((*failed)["text"], "again: rackproof-worker case"));
  EXPECT_TRUE(says((*failed)["message"], "(waived by A. Buyer: replaced in January, until 2027-01-31)"));
  const json& between = suites[2];
  EXPECT_EQ(between["name"], "between racks");
  EXPECT_EQ(between["cases"][0]["classname"], "between racks.pair.rack1/node2+rack2/node1");
  EXPECT_EQ(between["cases"][1]["type"], "inconclusive");
  EXPECT_EQ(between["properties"].count("disposition"), 0U);
}

TEST(JUnit, ADotInANameDividesNothing) {
  test::JudgedCampaign judged = test::judged_campaign();
  judged.campaign.results.targets[0].name = "rack1/node1.example";
  const json suites = read_junit(judged.report(ReportFormat::junit));
  EXPECT_EQ(suites[0]["cases"][0]["classname"], "rack1.node1%2Eexample");
}

/// A campaign whose gates all pass, rolled up as judge does.
test::JudgedCampaign all_pass() {
  test::JudgedCampaign judged{test::accepted_campaign(), {}, {}};
  return judged;
}

std::size_t errors(const json& suites) {
  std::size_t n = 0;
  for (const json& suite : suites) n += std::stoul(suite["errors"].get<std::string>());
  return n;
}

TEST(JUnit, AnAcceptedCampaignHasNoErrors) {
  const json suites = read_junit(all_pass().report(ReportFormat::junit));
  ASSERT_EQ(suites.size(), 3U);
  EXPECT_EQ(errors(suites), 0U);
}

TEST(JUnit, NothingUndecidedIsShownAsPassed) {
  test::JudgedCampaign rack = all_pass();
  rack.campaign.rack("rack2").disposition = Disposition::undecided;  // a node of it is in no gate
  rack.campaign.verdicts.disposition = Disposition::undecided;
  json suites = read_junit(rack.report(ReportFormat::junit));
  EXPECT_EQ(errors(suites), 1U);
  EXPECT_EQ(suites[1]["cases"].back()["type"], "undecided");
  EXPECT_EQ(suites[1]["cases"].back()["classname"], "rack2");

  test::JudgedCampaign whole = all_pass();
  whole.campaign.verdicts.disposition = Disposition::undecided;  // a limit applies to no target
  suites = read_junit(whole.report(ReportFormat::junit));
  ASSERT_EQ(suites.size(), 4U);
  EXPECT_EQ(suites[3]["name"], "campaign");
  EXPECT_EQ(errors(suites), 1U);

  test::JudgedCampaign unused = all_pass();  // a gate of a model that nothing is of
  test::Campaign& campaign = unused.campaign;
  campaign.limits.limits.push_back(campaign.limits.limits.front());
  campaign.limits.limits.back().model = "mistyped";
  campaign.verdicts.roll_ups = roll_ups(campaign.results, campaign.limits, campaign.verdicts.cells);
  campaign.verdicts.disposition = campaign.verdicts.roll_ups.front().disposition;
  suites = read_junit(unused.report(ReportFormat::junit));
  ASSERT_EQ(suites.size(), 3U);
  EXPECT_EQ(errors(suites), 2U) << "one for each rack";
  for (const std::size_t suite : {std::size_t{0}, std::size_t{1}}) {
    EXPECT_EQ(suites[suite]["cases"].back()["type"], "undecided");
    EXPECT_TRUE(says(suites[suite]["cases"].back()["message"], "a gate limit applies to no target"));
    EXPECT_EQ(suites[suite]["properties"]["disposition"], "undecided");
  }

  test::JudgedCampaign nothing{};
  suites = read_junit(nothing.report(ReportFormat::junit));
  ASSERT_EQ(suites.size(), 1U);
  EXPECT_EQ(suites[0]["cases"][0]["message"], "nothing was judged");
}

TEST(JUnit, ATimeThatIsNoneIsLeftOut) {
  for (const char* const text : {"", "yesterday", "2026-11-23 08:00:00", "2026-13-23T08:00:00Z",
                                 "2026-11-23T24:00:00Z", "2026-11-23T08:00:0\xff"}) {
    test::JudgedCampaign judged = all_pass();
    judged.campaign.results.provenance.started_utc = text;
    EXPECT_EQ(read_junit(judged.report(ReportFormat::junit))[0].count("timestamp"), 0U) << text;
  }
}

}  // namespace
}  // namespace rackproof
