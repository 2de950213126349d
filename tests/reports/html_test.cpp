#include "reports/html.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <regex>

#include "harness/base/error.hpp"
#include "tests/reports/page_text.hpp"
#include "tests/reports/sample_campaign.hpp"

namespace rackproof {
namespace {

using test::accepted_campaign;
using test::between;
using test::Campaign;
using test::contains;
using test::rejected_campaign;

std::string page_of(const Campaign& c) {
  return html_report(make_report_view(c.results, c.limits, c.verdicts), Language::en);
}

// Every tag of the page, "<" to ">": text content has no "<" when escaping works.
std::vector<std::string> tags_of(const std::string& page) {
  std::vector<std::string> tags;
  for (auto at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
    tags.push_back(page.substr(at, page.find('>', at) - at + 1));
  }
  return tags;
}

TEST(Html, PolicyAllowsNothingButTheStyleOfThePage) {
  const auto page = page_of(accepted_campaign());
  const auto policy = between(page, "Content-Security-Policy\" content=\"", "\"");
  EXPECT_TRUE(policy.starts_with("default-src 'none'; ")) << policy;
  const auto style = between(page, "<style>", "</style>");
  ASSERT_FALSE(style.empty());
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(style.data()), style.size());
  std::array<char, 64> text{};
  sodium_bin2base64(text.data(), text.size(), digest.data(), digest.size(), sodium_base64_VARIANT_ORIGINAL);
  EXPECT_EQ(between(policy, "style-src 'sha256-", "'"), text.data());
  EXPECT_FALSE(contains(page, "unsafe"));
}

TEST(Html, IsSelfContainedAndStatic) {
  const auto page = page_of(rejected_campaign());
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
  EXPECT_TRUE(contains(page, "<html lang=\"en\">"));
  EXPECT_TRUE(contains(page, "<title>rejected: quickstart on sample"));
  for (const auto* part : {"<script", "style=", " src=", "http:", "https:", "<link", "<img", "url("}) {
    EXPECT_FALSE(contains(page, part)) << part;
  }
}

TEST(Html, SameInputGivesTheSameBytes) {
  EXPECT_EQ(page_of(rejected_campaign()), page_of(rejected_campaign()));
}

TEST(Html, TagsAreBalanced) {
  const auto page = page_of(rejected_campaign());
  std::vector<std::string> open;
  for (const auto& tag : tags_of(page)) {
    const std::string name = std::regex_replace(tag, std::regex("^</?([!a-zA-Z0-9]+)[^]*$"), "$1");
    if (name == "meta" || name == "br" || name == "wbr" || name == "!DOCTYPE" || name == "path") continue;
    if (tag[1] != '/') {
      open.push_back(name);
    } else {
      ASSERT_FALSE(open.empty()) << tag;
      EXPECT_EQ(open.back(), name);
      open.pop_back();
    }
  }
  EXPECT_TRUE(open.empty());
}

TEST(Html, PunchListNamesPlaceNumberAndRule) {
  const auto page = page_of(rejected_campaign());
  const auto entry = between(page, "<article class=\"entry fail\" id=\"p-1\">", "</article>");
  for (const auto* part :
       {"✕ fail", "rack2", "node2", "memory/host/triad:f64,cold#bandwidth", "7.2 GB/s", "[7.056, 7.344] GB/s",
        "2 launches", "20 % below the limit", "bandwidth of host memory: a = b + q·c", "9 GB/s",
        "datasheet × 0.8", "both launches are on the bad side", "test-host",
        "rackproof-worker case &#39;memory/host/triad:f64,cold&#39;"}) {
    EXPECT_TRUE(contains(entry, part)) << part << "\n" << entry;
  }
}

// Who sees the page for the first time reads the strip, and perhaps nothing else.
TEST(Html, StripSaysWhatIsWrongWhereByWhichRuleAndHowToSeeItAgain) {
  const auto strip = between(page_of(rejected_campaign()), "<section class=\"strip fail\"", "</section>");
  const auto failure = between(strip, "<ol class=\"first\"", "</ol>");
  for (const auto* part : {"rack2 / node2", "bandwidth of host memory: a = b + q·c",
                           "<b>7.2 GB/s</b>, limit ≥ 9 GB/s: 20 % below the limit",
                           "memory/host/triad:f64,cold#bandwidth", "limit from: clause 4.10: datasheet × 0.8",
                           "to see it again, on that node: <code>rackproof-worker case "
                           "&#39;memory/host/triad:f64,cold&#39;</code>"}) {
    EXPECT_TRUE(contains(failure, part)) << part << "\n" << failure;
  }
  const auto open = between(strip, "<ul class=\"first\"", "</ul>");
  for (const auto* part : {"! inconclusive", "rack1/node2 + rack2/node1", "19.6 us", "limit ≤ 20 us",
                           "the interval contains the limit", "measured on 12 pairs"}) {
    EXPECT_TRUE(contains(open, part)) << part << "\n" << open;
  }
  EXPECT_TRUE(contains(strip, "all 3 undecided gates"));
}

TEST(Html, StripOfAnUndecidedCampaignSaysWhatIsOpen) {
  auto c = accepted_campaign();
  c.make_unmeasured("rack2/node1/dev0", test::kGemm, "rate", "crashed");
  c.verdicts.disposition = Disposition::undecided;
  const auto strip = between(page_of(c), "<section class=\"strip open\"", "</section>");
  EXPECT_FALSE(contains(strip, "<ol class=\"first\""));
  EXPECT_TRUE(contains(between(strip, "<ul class=\"first\"", "</ul>"), "rack2 / node1/dev0")) << strip;
}

TEST(Html, AColumnOfWhatNoRowHasIsLeftOut) {
  const auto c = rejected_campaign();
  ReportView view = make_report_view(c.results, c.limits, c.verdicts);
  EXPECT_FALSE(contains(html_report(view, Language::en), "<th scope=\"col\">p1</th>"));
  view.certificate[0].p1 = "2 GB/s";
  const auto page = html_report(view, Language::en);
  EXPECT_TRUE(contains(page, "<th scope=\"col\">p1</th>"));
  EXPECT_TRUE(contains(page, "<td class=\"v\">2 GB/s</td>"));
  EXPECT_TRUE(contains(page, "p1: the value that 1 % of the targets are worse than"));
}

TEST(Html, StripIsCleanOnlyWhenAcceptedAndComplete) {
  auto c = accepted_campaign();
  EXPECT_TRUE(contains(page_of(c), "<section class=\"strip pass\""));
  EXPECT_TRUE(contains(page_of(c), "✓ ACCEPTED"));
  c.results.promises.push_back({c.target("rack1/node1"), test::kAllreduce, ""});
  const auto page = page_of(c);
  EXPECT_FALSE(contains(page, "strip pass"));
  EXPECT_TRUE(contains(page, "! NOT FULLY MEASURED"));
  EXPECT_TRUE(contains(page, "9 / 10"));
  EXPECT_FALSE(contains(page, "mark pass\">✓ rack1: accepted"));
  EXPECT_TRUE(contains(page, "mark pass\">✓ rack2: accepted"));
}

TEST(Html, AnInterruptedCampaignIsNeverClean) {
  auto c = accepted_campaign();
  c.results.ended = Ended::interrupted;
  const auto page = page_of(c);
  EXPECT_FALSE(contains(page, "strip pass"));
  EXPECT_TRUE(contains(page, "The campaign was interrupted"));
}

/// The racks of the sample as two campaigns.
Campaign merged_campaign(Ended second) {
  auto c = accepted_campaign();
  auto& results = c.results;
  results.parts = {{results.provenance, Ended::complete, "file-1"}, {results.provenance, second, "file-2"}};
  results.parts[0].campaign_id = "campaign-1";
  results.parts[1].campaign_id = "campaign-2";
  results.parts[1].launches = results.provenance.launches + 1;
  results.parts[1].site_text = "another site";
  results.parts[1].site_sha256 = "other";
  results.ended = second;
  for (auto& target : results.targets) target.part = target.rack == "rack2" ? 1 : 0;
  return c;
}

TEST(Html, AMergeNamesEveryCampaign) {
  const auto page = page_of(merged_campaign(Ended::complete));
  for (const auto* part : {"campaign campaign-1", "campaign campaign-2", "file-1", "file-2", "another site"})
    EXPECT_TRUE(contains(page, part)) << part;
  EXPECT_TRUE(contains(page, "<section class=\"strip pass\""));
  EXPECT_TRUE(std::regex_search(page, std::regex("over [0-9]+ or [0-9]+ fresh launches")));
  const std::regex plan("<summary><b>Plan</b>");
  EXPECT_EQ(std::distance(std::sregex_iterator(page.begin(), page.end(), plan), std::sregex_iterator()), 1)
      << "one plan, two sites";
}

TEST(Html, AnInterruptedCampaignOfAMergeTakesItsOwnRacksOnly) {
  const auto page = page_of(merged_campaign(Ended::interrupted));
  EXPECT_FALSE(contains(page, "strip pass"));
  EXPECT_TRUE(contains(page, "1 of 2 campaigns interrupted"));
  EXPECT_TRUE(contains(page, "mark pass\">✓ rack1: accepted"));
  EXPECT_FALSE(contains(page, "mark pass\">✓ rack2: accepted"));
}

TEST(Html, MissingValuesAreNamedNotZero) {
  auto c = accepted_campaign();
  c.make_unmeasured("rack2/node1/dev0", test::kGemm, "rate", "unreachable");
  const auto page = page_of(c);
  EXPECT_TRUE(contains(page, "not measured"));
  EXPECT_FALSE(std::regex_search(page, std::regex("[^a-z](nan|inf)[^a-z]")));
  EXPECT_FALSE(std::regex_search(page, std::regex("[> ]0 (flop|B)/s")));
  EXPECT_TRUE(contains(page, "<b>1</b> × unreachable"));
}

TEST(Html, AFailedStatusNeverShowsTheStoredNumber) {
  auto c = accepted_campaign();
  auto& cells = c.results.cells[static_cast<std::size_t>(Placement::node)];
  cells.at(0).status = Status::wrong;
  cells.at(0).value = 4.321e9F;
  const auto page = page_of(c);
  EXPECT_FALSE(contains(page, "4.321"));
  EXPECT_TRUE(contains(page, "not measured (wrong)"));
}

TEST(Html, VirtualSitesSaySo) {
  EXPECT_TRUE(contains(page_of(rejected_campaign()), "these racks are not real racks"));
  EXPECT_TRUE(contains(page_of(rejected_campaign()), "same host, not informative"));
  EXPECT_FALSE(contains(page_of(accepted_campaign()), "class=\"banner\""));
}

TEST(Html, EmulatedDevicesAreNamedAbove) {
  auto c = accepted_campaign();
  c.results.notices.push_back({"emulated device", {"r1/n1/dev0"}, "x is software"});
  EXPECT_TRUE(contains(page_of(c), "Emulated devices (r1/n1/dev0): software stands in for them"));
  c.results.notices = {{"recorded machine", {"r1/n1"}, "read from a tree"}};
  EXPECT_TRUE(contains(page_of(c), "Recorded machines (r1/n1)"));
  EXPECT_FALSE(contains(page_of(c), "software stands in"));
  EXPECT_FALSE(contains(page_of(accepted_campaign()), "software stands in"));
}

TEST(Html, ShowsFindingsNoticesIncidentsAndEvidence) {
  const auto page = page_of(rejected_campaign());
  for (const auto* part :
       {"28 % below its peers", "both entries have boot id", "signal 11", "OPENBLAS_NUM_THREADS",
        "librackproof-fault.so", "name = &quot;sample&quot;", "2026-11-23T08:04:30.000Z"}) {
    EXPECT_TRUE(contains(page, part)) << part;
  }
}

TEST(Html, HostileTextInEveryFieldStaysText) {
  const std::string evil = "\"'><script>x</script><img src=q onerror=a()>\xE2\x80\xAE";
  auto c = rejected_campaign();
  Provenance& p = c.results.provenance;
  for (auto* text :
       {&p.campaign_id, &p.program_version, &p.catalogue_hash, &p.started_utc, &p.finished_utc, &p.plan_text,
        &p.plan_sha256, &p.plan_name, &p.site_text, &p.site_sha256, &p.site_name, &p.journal_sha256,
        &c.limits.name, &c.verdicts.engine_version, &c.verdicts.limits_name}) {
    *text = evil;
  }
  c.verdicts.campaign_id = evil;
  c.limits.text = evil;
  c.verdicts.limits_sha256.clear();
  c.results.file_sha256 = c.verdicts.results_sha256 = evil;
  p.backends.push_back({evil, evil, evil, evil});
  p.removed_environment[evil] = evil;
  p.setup_environment[evil] = evil;
  p.hwloc_xml[evil] = evil;
  for (auto& t : c.results.targets) {
    for (auto* text :
         {&t.name, &t.scope, &t.model, &t.serial, &t.absent, &t.hostname, &t.boot_id, &t.machine_id})
      *text += evil;
    if (!t.rack.empty()) t.rack += evil;
    t.labels[evil] = evil;
    t.labels["backend"] = evil;
  }
  for (auto& s : c.results.series) {
    for (auto* text : {&s.case_id, &s.quantity, &s.formula, &s.clock, &s.definition_hash, &s.title})
      *text += evil;
  }
  for (auto& promise : c.results.promises) promise.case_id += evil;
  c.results.promises.push_back({0, evil, evil});
  for (auto& a : c.results.attempts) {
    a.case_id += evil;
    a.outcome.reason = a.implementation = a.division = evil;
  }
  for (auto& n : c.results.notices) n = {evil, {evil, evil}, evil};
  c.results.facts.push_back({0, evil, evil, evil, evil});
  for (auto& l : c.limits.limits) l.metric = l.clause = l.model = l.provenance = l.scope = evil;
  c.limits.limits[0].bound = ExactTexts{{evil}};
  for (auto& v : c.verdicts.cells) {
    v.case_id += evil;
    if (!v.quantity.empty()) v.quantity += evil;
    v.reason = v.failure = v.found = evil;
  }
  for (auto& r : c.verdicts.roll_ups) r.subject += evil;
  for (auto& entry : c.verdicts.coverage) {
    entry.case_id += evil;
    if (!entry.measured) entry.excluded = evil;
  }
  for (auto& f : c.verdicts.findings) f = {evil, evil, {evil}, evil, evil};

  const auto page = page_of(c);
  EXPECT_FALSE(contains(page, "\xE2\x80\xAE"));
  EXPECT_TRUE(contains(page, "\\u202e"));
  EXPECT_TRUE(contains(page, "&lt;script&gt;"));
  const std::regex attribute(
      " (lang|charset|http-equiv|content|name|class|id|href|aria-label|role|max|value|scope|tabindex|viewBox|"
      "width|height|fill|d|"
      "stroke|stroke-width|stroke-dasharray)=\"[^\"<>]*\"| open");
  for (const auto& tag : tags_of(page)) {
    EXPECT_FALSE(tag.starts_with("<script") || tag.starts_with("<img")) << tag;
    const std::string rest = std::regex_replace(tag, attribute, "");
    EXPECT_TRUE(std::regex_match(rest, std::regex("</?[a-z0-9]+>|<path/>|<!DOCTYPE html>"))) << tag;
  }
}

TEST(Html, AnUnknownUnitIsAnError) {
  auto c = accepted_campaign();
  c.results.series[0].unit = "furlong";
  EXPECT_THROW(page_of(c), Error);
}

TEST(Html, RefusesWhatDoesNotBelongTogether) {
  auto c = accepted_campaign();
  c.verdicts.results_sha256 = "0000";
  EXPECT_THROW(page_of(c), Error);
  c = accepted_campaign();
  c.limits.text += "\n# changed";
  EXPECT_THROW(page_of(c), Error);
  c = accepted_campaign();
  c.verdicts.campaign_id = "another";
  EXPECT_THROW(page_of(c), Error);
  c = accepted_campaign();
  c.verdicts.cells[0].target = 1000;
  EXPECT_THROW(page_of(c), Error);
  c = accepted_campaign();
  c.verdicts.cells[1].limit = 99;
  EXPECT_THROW(page_of(c), Error);
  c = accepted_campaign();
  c.results.cells[1].pop_back();
  EXPECT_THROW(page_of(c), Error);
}

TEST(Html, OneRackFitsIntoMail) {
  Campaign c = accepted_campaign();
  Campaign one = c;
  // A rack of 72 devices: every table value there is.
  for (int d = 1; d < 72; ++d) {
    TargetRow device = c.results.targets[c.target("rack2/node1/dev0")];
    device.name = "rack2/node1/dev" + std::to_string(d);
    one.results.columns[0].push_back(static_cast<std::uint32_t>(one.results.targets.size()));
    one.results.targets.push_back(device);
  }
  one.results.cells[0].assign(one.results.series.size() * 72, CellValue{});
  for (int d = 1; d < 72; ++d)
    one.add_pass("rack2/node1/dev" + std::to_string(d), test::kGemm, "rate", 2.6e9);
  const auto page = page_of(one);
  EXPECT_GT(page.size(), page_of(c).size());
  EXPECT_LE(page.size(), 200'000U);
}

TEST(Html, WritesSamplesToLookAt) {
  const auto folder = std::filesystem::path(RACKPROOF_BINARY_DIR) / "tests" / "report-samples";
  std::filesystem::create_directories(folder);
  for (const auto& [name, page] : {std::pair{"accepted.html", page_of(accepted_campaign())},
                                   std::pair{"rejected.html", page_of(rejected_campaign())}}) {
    std::ofstream(folder / name, std::ios::binary) << page;
    EXPECT_EQ(std::filesystem::file_size(folder / name), page.size());
  }
}

}  // namespace
}  // namespace rackproof
