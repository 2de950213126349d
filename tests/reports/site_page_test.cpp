// The page of a site: what it says of cells is what judge_cells() says of them, and what the page of the campaign would say.
#include "reports/site/site_page.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "harness/base/shell_quoting.hpp"
#include "harness/verdict/cells/case_outcomes.hpp"
#include "harness/verdict/cells/cell_judge.hpp"
#include "harness/verdict/judge.hpp"
#include "reports/language/view_texts.hpp"
#include "reports/site/listed_targets.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"
#include "tests/harness/verdict/drawn_campaign.hpp"
#include "tests/reports/fleet_expected.hpp"

namespace rackproof {

namespace {

SitePage page_of(const Results& results, const Limits& limits, const SiteOptions& options = {}) {
  const CellReader cells(results, case_outcomes(results));
  return site_page(cells, limits, options);
}

/// The figures of judge() with the verdicts of judge_cells(), which leaves more open where launches were disturbed. `same`: it did not.
std::vector<VerdictCell> judged_cells(const Results& results, const Limits& limits, const Verdicts& verdicts,
                                      bool& same) {
  std::map<std::tuple<std::uint32_t, std::string, std::int32_t>, std::uint8_t> found;
  const CellReader cells(results, case_outcomes(results));
  judge_cells(cells, limits, 1, [&](const VerdictRow& row) {
    const auto& columns = results.columns[static_cast<std::size_t>(row.placement)];
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (row.verdict[i] != kNoCell)
        found[{columns[i], cells.cases()[row.case_row], row.limit}] = row.verdict[i];
    }
  });
  std::vector<VerdictCell> out = verdicts.cells;
  same = true;
  for (VerdictCell& cell : out) {
    const auto verdict = static_cast<Verdict>(found.at({cell.target, cell.case_id, cell.limit}));
    same = same && verdict == cell.verdict;
    cell.verdict = verdict;
  }
  return out;
}

void expect_same_row(const CertificateRow& site, const CertificateRow& campaign) {
  SCOPED_TRACE(campaign.metric + " " + campaign.scope + " " + campaign.limit.en);
  EXPECT_EQ(site.metric, campaign.metric);
  EXPECT_EQ(site.scope, campaign.scope);
  EXPECT_EQ(site.model, campaign.model);
  EXPECT_EQ(site.limit, campaign.limit);
  EXPECT_EQ(site.score, campaign.score);
  EXPECT_EQ(std::string_view(site.worst), std::string_view(campaign.worst));
  EXPECT_EQ(site.worst_interval, campaign.worst_interval);
  EXPECT_EQ(site.worst_target, campaign.worst_target);
  EXPECT_EQ(site.median, campaign.median);
  EXPECT_EQ(std::string_view(site.spread), std::string_view(campaign.spread));
  EXPECT_EQ(site.cells, campaign.cells);
  EXPECT_EQ(site.failed, campaign.failed);
  EXPECT_EQ(site.inconclusive, campaign.inconclusive);
  EXPECT_EQ(site.not_judged, campaign.not_judged);
  EXPECT_EQ(site.not_applicable, campaign.not_applicable);
  EXPECT_EQ(site.verdict, campaign.verdict);
}

TEST(SitePage, SaysWhatTheVerdictsSay) {
  const std::uint64_t first = std::random_device{}();
  std::size_t certificates = 0;
  for (std::uint64_t seed = first; seed < first + 100; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const Results results = test::drawn_campaign(seed);
    const Limits limits = test::drawn_limits(seed);
    const Verdicts verdicts = judge(results, limits);
    bool same = false;
    const auto cells = judged_cells(results, limits, verdicts, same);
    const SitePage page = page_of(results, limits);
    test::expect_as_cells(page.fleet, results, limits, cells);
    if (!same) continue;
    ++certificates;
    const auto rows = certificate(results, limits, verdicts, page.view.virtuality.one_host());
    ASSERT_EQ(page.view.certificate.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) expect_same_row(page.view.certificate[i], rows[i]);
    EXPECT_EQ(page.exit_code, verdicts.exit_code);
  }
  EXPECT_GT(certificates, 50u);
}

TEST(SitePage, CountsAsThePageOfTheCampaign) {
  const std::uint64_t first = std::random_device{}();
  for (std::uint64_t seed = first; seed < first + 100; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const Results results = test::drawn_campaign(seed);
    const Limits limits = test::drawn_limits(seed);
    const Verdicts verdicts = judge(results, limits);
    bool same = false;
    judged_cells(results, limits, verdicts, same);
    if (!same) continue;
    const ReportView site = page_of(results, limits).view;
    const ReportView campaign = make_report_view(results, limits, verdicts);
    EXPECT_EQ(site.disposition, campaign.disposition);
    EXPECT_EQ(site.interrupted, campaign.interrupted);
    EXPECT_EQ(site.passed, campaign.passed);
    EXPECT_EQ(site.failed, campaign.failed);
    EXPECT_EQ(site.clean(), campaign.clean());
    EXPECT_EQ(site.punch_list.failing, campaign.punch_list.failing);
    EXPECT_EQ(site.punch_list.undecided, campaign.punch_list.undecided);
    EXPECT_EQ(site.punch_list.entries.size(), campaign.punch_list.entries.size());
    ASSERT_EQ(site.coverage.racks.size(), campaign.coverage.racks.size());
    for (std::size_t i = 0; i < site.coverage.racks.size(); ++i) {
      const RackCoverage& a = site.coverage.racks[i];
      const RackCoverage& b = campaign.coverage.racks[i];
      EXPECT_EQ(a.rack, b.rack);
      EXPECT_EQ(a.nodes, b.nodes);
      EXPECT_EQ(a.promised, b.promised);
      EXPECT_EQ(a.exempt, b.exempt);
      EXPECT_EQ(a.measured, b.measured);
    }
    ASSERT_EQ(site.racks.size(), campaign.racks.size());
    for (std::size_t i = 0; i < site.racks.size(); ++i) {
      EXPECT_EQ(site.racks[i].name, campaign.racks[i].name);
      EXPECT_EQ(site.racks[i].disposition, campaign.racks[i].disposition);
      EXPECT_EQ(site.racks[i].clean(), campaign.racks[i].clean());
      EXPECT_EQ(site.racks[i].failed, campaign.racks[i].failed);
    }
    EXPECT_EQ(site.accepted + site.with_reservations + site.rejected + site.undecided + site.not_started,
              site.racks.size());
  }
}

TEST(SitePage, IsTheSameOnAnyNumberOfThreads) {
  const Results results = test::drawn_campaign(7);
  const Limits limits = test::drawn_limits(7);
  const auto bytes = [&](unsigned threads) {
    SiteOptions options;
    options.threads = threads;
    std::string all;
    for (const DataBlock& block :
         fleet_blocks(page_of(results, limits, options).fleet, "acceptance", threads))
      all += block.id + block.content;
    return all;
  };
  EXPECT_EQ(bytes(1), bytes(2));
  EXPECT_EQ(bytes(1), bytes(4));
}

TEST(SitePage, ARackThatNobodyTriedIsNotStarted) {
  test::CampaignBuilder campaign(4, 1);
  campaign.measured(0, {2e9, 2e9});
  for (const std::uint32_t node : {1u, 2u, 3u}) campaign.promise(node);
  campaign.attempt(1, Status::timeout, 0);
  campaign.cell_of(1).status = Status::timeout;
  for (const std::uint32_t node : {0u, 2u, 3u}) campaign.cell_of(node).status = Status::skipped;
  campaign.results.facts.push_back({3, "identity/hostname", "", "host3", "worker"});
  const SitePage page = page_of(campaign.results, test::floor_of_1_gb());
  EXPECT_EQ(page.fleet.standing,
            (std::vector<RackStanding>{RackStanding::accepted, RackStanding::undecided,
                                       RackStanding::not_started, RackStanding::undecided}));
  EXPECT_EQ(page.view.not_started, 1u);
  EXPECT_EQ(page.view.undecided, 2u);
  EXPECT_FALSE(page.view.clean());
  EXPECT_EQ(page.view.sentence,
            "Of 4 racks: 1 accepted, 2 undecided, 1 not started. 3 of 4 promised measurements are missing.");
}

TEST(SitePage, ARackWhoseFailsAreAllWaivedIsAcceptedWithReservations) {
  test::CampaignBuilder campaign(2, 2);
  for (std::uint32_t node = 0; node < 4; ++node) campaign.measured(node, {2e9, 2e9});
  for (const std::uint32_t node : {0u, 2u, 3u}) campaign.number(node, {0.5e9, 0.5e9});
  for (LaunchValue& value : campaign.results.launch_values) {
    if (campaign.results.attempts[value.attempt].target != 1) value.value = 0.5e9;
  }
  const Waiver waiver{"rack1/node1", test::kTriad + "#bandwidth", "buyer", "is repaired", "2027-01-31"};
  SiteOptions options;
  options.waiver = [&](std::string_view target, std::string_view metric) {
    const bool holds = metric == waiver.metric && (target == waiver.target || target == "rack2/node1");
    return holds ? &waiver : nullptr;
  };
  const SitePage page = page_of(campaign.results, test::floor_of_1_gb(), options);
  EXPECT_EQ(page.fleet.standing,
            (std::vector<RackStanding>{RackStanding::with_reservations, RackStanding::rejected}));
  EXPECT_EQ(page.view.with_reservations, 1u);
  EXPECT_EQ(page.view.disposition, Disposition::rejected);  // a waiver changes no verdict
  EXPECT_EQ(page.view.certificate.front().waived, 2u);
  std::size_t waived = 0;
  for (const PunchEntry& entry : page.view.punch_list.entries)
    waived += entry.waived == "buyer: is repaired, until 2027-01-31" ? 1 : 0;
  EXPECT_EQ(waived, 2u);
}

TEST(SitePage, NothingIsAcceptedWithReservationsWhileAnythingElseIsOpen) {
  const auto marks = [](bool is_measured, bool is_interrupted, const std::string& model) {
    test::CampaignBuilder campaign(2, 1);
    campaign.measured(0, {0.5e9, 0.5e9});
    if (is_measured) {
      campaign.measured(1, {2e9, 2e9});
    } else {
      campaign.promise(1);
    }
    if (is_interrupted) campaign.results.ended = Ended::interrupted;
    Limits limits = test::floor_of_1_gb();
    if (!model.empty()) {
      limits.limits.push_back(limits.limits.front());
      limits.limits.back().model = model;
    }
    const Waiver waiver{"rack1/node1", test::kTriad + "#bandwidth", "buyer", "is repaired", "2027-01-31"};
    SiteOptions options;
    options.waiver = [&](std::string_view target, std::string_view metric) {
      return target == waiver.target && metric == waiver.metric ? &waiver : nullptr;
    };
    return page_of(campaign.results, limits, options).view.all_waived;
  };
  EXPECT_TRUE(marks(true, false, ""));
  EXPECT_FALSE(marks(false, false, ""));
  EXPECT_FALSE(marks(true, true, ""));
  EXPECT_FALSE(marks(true, false, "mistyped"));
}

TEST(SitePage, WhileAGateHoldsNobodyNoRackIsAccepted) {
  test::CampaignBuilder campaign(2, 1);
  campaign.measured(0, {2e9, 2e9});
  campaign.measured(1, {2e9, 2e9});
  Limits limits = test::floor_of_1_gb();
  const ReportView sound = page_of(campaign.results, limits).view;
  EXPECT_EQ(sound.accepted, 2u);
  EXPECT_TRUE(sound.banners.empty());
  limits.limits.push_back(limits.limits.front());
  limits.limits.back().model = "mistyped";
  const SitePage page = page_of(campaign.results, limits);
  EXPECT_EQ(page.view.accepted, 0u);
  EXPECT_EQ(page.view.undecided, 2u);
  EXPECT_EQ(page.fleet.standing, std::vector<RackStanding>(2, RackStanding::undecided));
  EXPECT_EQ(page.exit_code, ExitCode::undecided);
  ASSERT_EQ(page.view.banners.size(), 1u);
  EXPECT_EQ(page.view.banners.front(), Phrase(texts::kUnusedGate));
}

TEST(SitePage, TheWorstMissIsFirstAndSaysWhere) {
  test::CampaignBuilder campaign(2, 1);
  const std::vector<double> slow{0.7e9, 0.5e9};
  for (std::uint32_t node = 0; node < 2; ++node) {
    campaign.measured(node, {slow[node], slow[node]});
    campaign.results.targets[node].labels = {{"hall", "north"}, {"row", std::to_string(node)}};
    campaign.results.facts.push_back({node, "identity/hostname", "", "h" + std::to_string(node), "worker"});
  }
  const PunchList list = page_of(campaign.results, test::floor_of_1_gb()).view.punch_list;
  ASSERT_EQ(list.entries.size(), 2u);
  EXPECT_EQ(list.entries[0].target, "rack2/node1");
  EXPECT_EQ(list.entries[0].margin, "50 % below the limit");
  EXPECT_EQ(list.entries[0].place.rack, "rack2");
  EXPECT_EQ(list.entries[0].place.hosts, "h1");
  EXPECT_EQ(list.entries[0].rerun, "rackproof-worker case " + shell_quoted(test::kTriad));
}

TEST(ListedTargets, HaveTheirNodesWithLabels) {
  test::CampaignBuilder campaign(1, 2);
  campaign.results.targets[1].labels = {{"hall", "north"}};
  campaign.target(Placement::device, "device", "rack1/node2/dev0", {1});
  campaign.results.targets.back().labels = {{"backend", "fault"}};
  const CellReader cells(campaign.results, case_outcomes(campaign.results));
  ListedTargets listed(cells);
  const std::uint32_t device = listed.row(Placement::device, 0);
  EXPECT_EQ(listed.row(Placement::device, 0), device);
  const auto& targets = listed.results().targets;
  ASSERT_EQ(targets.size(), 2u);
  EXPECT_EQ(targets[device].name, "rack1/node2/dev0");
  EXPECT_EQ(targets[device].labels.at("backend"), "fault");
  const TargetRow& node = targets[targets[device].members.at(0)];
  EXPECT_EQ(node.name, "rack1/node2");
  EXPECT_EQ(node.labels.at("hall"), "north");
}

TEST(SitePage, WhatIsUndecidedIsListedWithItsFigures) {
  test::CampaignBuilder campaign(1, 2);
  campaign.measured(0, {1.001e9, 1.001e9});
  campaign.promise(1);
  const PunchList list = page_of(campaign.results, test::floor_of_1_gb()).view.punch_list;
  EXPECT_EQ(list.failing, 0u);
  EXPECT_EQ(list.undecided, 3u);
  ASSERT_EQ(list.entries.size(), 3u);
  EXPECT_EQ(list.entries[0].verdict, Verdict::inconclusive);
  EXPECT_EQ(list.entries[0].value, "1.001 GB/s");
  EXPECT_NE(list.entries[0].interval, "");
  EXPECT_EQ(list.entries[0].launches, 2);
  EXPECT_EQ(list.entries[1].verdict, Verdict::not_judged);
  EXPECT_EQ(list.entries[1].value, "not measured");
  EXPECT_EQ(list.entries[1].target, "rack1/node2");
}

TEST(SitePage, EachCampaignIsNamedAndAnInterruptedOneAcceptsNothing) {
  test::CampaignBuilder campaign(2, 1);
  for (std::uint32_t node = 0; node < 2; ++node) campaign.measured(node, {2e9, 2e9});
  Results& results = campaign.results;
  results.targets[1].part = 1;
  for (const Ended ended : {Ended::complete, Ended::interrupted}) {
    Part part{results.provenance, ended, std::string(64, 'f')};
    part.campaign_id = "campaign-" + std::to_string(results.parts.size());
    results.parts.push_back(part);
  }
  results.ended = Ended::interrupted;
  SiteOptions options;
  options.results_sha256 = std::string(64, 'e');
  const ReportView view = page_of(results, test::floor_of_1_gb(), options).view;
  EXPECT_EQ(view.campaigns, 2u);
  EXPECT_EQ(view.campaigns_interrupted, 1u);
  EXPECT_TRUE(view.interrupted);
  EXPECT_TRUE(view.racks[0].clean());
  EXPECT_FALSE(view.racks[1].clean());
  EXPECT_FALSE(view.clean());
  std::map<std::string_view, std::string_view> said;
  for (const auto& [label, value] : view.provenance) said.emplace(label, value);
  EXPECT_EQ(said.at("results SHA-256"), options.results_sha256);
  EXPECT_NE(said.at("campaign campaign-1").find("interrupted"), std::string_view::npos);
  EXPECT_NE(std::string_view(view.method).find("2 gates on numbers"), std::string_view::npos);
}

TEST(SitePage, AStripHoldsAllFigures) {
  test::CampaignBuilder campaign(1, 101);
  for (std::uint32_t node = 0; node < 101; ++node) {
    const double value = (2 + 0.01 * node) * 1e9;
    campaign.measured(node, {value, value});
  }
  const CertificateRow row = page_of(campaign.results, test::floor_of_1_gb()).view.certificate.front();
  std::size_t counted = 0;
  for (const std::uint32_t count : row.strip.counts) counted += count;
  EXPECT_EQ(counted, 101u);
  EXPECT_EQ(row.strip.low, 1e9);  // the limit
  EXPECT_EQ(row.strip.bounds, std::vector<double>{1e9});
  EXPECT_EQ(row.strip.counts.front(), 0u);
  EXPECT_GT(row.strip.counts.back(), 0u);
  EXPECT_EQ(row.p1, "2.01 GB/s");
}

}  // namespace

}  // namespace rackproof
