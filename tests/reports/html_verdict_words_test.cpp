// What the engine says, on pages: each kind of verdict and finding in the language of the page, and only data marked as English.
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "harness/verdict/reservations.hpp"
#include "reports/html.hpp"
#include "reports/reservations_view.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"
#include "tests/reports/page_text.hpp"

namespace rackproof {
namespace {

using test::CampaignBuilder;
using test::kTriad;
using test::limit_on;
using test::words_of;

/// A rack with a node for each kind of verdict: pass, miss, miss on a busy host, crash, wrong, never tried, exempt; one limit of each kind.
struct EachVerdict {
  EachVerdict() : campaign(1, 7) {
    Results& results = campaign.results;
    results.provenance.finished_utc = "2026-11-29T08:00:00.000Z";
    results.series[0].direction = Direction::higher_is_better;
    campaign.measured(0, {2e9, 2e9});
    campaign.measured(1, {0.5e9, 0.5e9});
    campaign.measured(2, {0.5e9, 0.5e9});
    for (AttemptRow& attempt : results.attempts) {
      if (attempt.target == 2) attempt.after = {{"runqueue_delay", 0.11}};
    }
    campaign.promise(3);
    campaign.attempt(3, Status::crashed, 0);
    campaign.promise(4);
    campaign.attempt(4, Status::wrong, 0);
    campaign.promise(5);
    campaign.promise(6, "spare node");
    results.exact = {{1, 0, 8, false}, {1, 1, 7, false}};
    results.facts = {{0, kTriad + "#transport", "", "tcp", "measured"}};
    results.notices = {{"unreachable", {"rack1/node6"}, "no route to host"}};
    Limit band = limit_on("bandwidth", BandLimit{1e9, 9e9});
    band.clause = "4.1";
    limits = test::limits_of({band, limit_on("threads", ExactNumber{8}),
                              limit_on("transport", ExactTexts{{"tcp", "rdma"}}),
                              limit_on("bandwidth", LowerLimit{8e9}, "node", Severity::score),
                              limit_on("bandwidth", LowerLimit{1e9}, "pair", Severity::score)});
    verdicts = judge(results, limits);
    waivers.rows = {{"rack1/node2", kTriad + "#bandwidth", "Buyer", "known", "2027-01-31"},
                    {"rack1/node1", kTriad + "#bandwidth", "Buyer", "known", "2027-01-31"}};
  }
  std::string page(Language language) const {
    ReportView view = make_report_view(campaign.results, limits, verdicts);
    apply_waivers(view, campaign.results, limits, verdicts, waivers);
    return html_report(view, language);
  }

  CampaignBuilder campaign;
  Limits limits;
  Verdicts verdicts;
  Waivers waivers;
};

const std::regex kData("<span class=\"data\" lang=\"en\">([^<]*)</span>");

TEST(HtmlVerdictWords, TheCampaignHasEachKind) {
  const EachVerdict each;
  std::set<Verdict> kinds;
  for (const VerdictCell& cell : each.verdicts.cells) kinds.insert(cell.verdict);
  EXPECT_EQ(kinds.size(), std::size_t{kVerdictCount});
}

TEST(HtmlVerdictWords, AChinesePageMarksOnlyDataAsEnglish) {
  const std::string page = EachVerdict().page(Language::zh);
  const std::set<std::string> data{"because", "no route to host", "spare node", "test"};
  std::set<std::string> marked;
  for (std::sregex_iterator at(page.begin(), page.end(), kData), end; at != end; ++at)
    marked.insert((*at)[1].str());
  EXPECT_EQ(marked, data);
  const std::string body = page.substr(page.find("<body>"));
  EXPECT_EQ(std::regex_replace(body, kData, "").find("lang=\"en\""), std::string::npos);
}

TEST(HtmlVerdictWords, AChinesePageSaysThemInChinese) {
  const std::string words = words_of(EachVerdict().page(Language::zh));
  for (const char* part :
       {"区间及 2 次启动中的 2 次不满足限值", "2 次启动中有 2 次主机繁忙，线程等待 CPU 的时间最多占 11 %",
        "第 1 次启动崩溃（测量阶段）：because", "第 1 次启动结果错误（测量阶段）：because", "豁免",
        "1 GB/s 至 9 GB/s", "tcp, rdma 之一", "实测 7，限值 = 8", "Buyer：known，有效期至 2027-01-31",
        "该处没有未通过的项目，无需豁免", "主机繁忙", "评分限值 ≥ 8 GB/s",
        "与同类比较；评分项不会导致验收不通过", "第 0 行的评分限值不适用于任何对象", "不可达",
        "检查节点、其网络以及启动命令", "崩溃", "结果错误"})
    EXPECT_NE(words.find(part), std::string::npos) << part;
  for (const char* word : {"launch", "interval", "miss", "found", "limit ", "measured", "waiver", "busy",
                           "unreachable", "crashed", "score", "exempt", "until"}) {
    const std::size_t at = words.find(word);
    EXPECT_EQ(at, std::string::npos) << word << " …" << words.substr(at < 60 ? 0 : at - 60, 120);
  }
}

TEST(HtmlVerdictWords, AnEnglishPageHasThemAsFilesHaveThem) {
  const EachVerdict each;
  const std::string page = each.page(Language::en);
  EXPECT_EQ(words_of(page).find("启动"), std::string::npos);
  for (const VerdictCell& cell : each.verdicts.cells) {
    if (cell.verdict != Verdict::inconclusive || cell.severity != Severity::gate) continue;
    EXPECT_NE(page.find(cell.reason.en), std::string::npos) << cell.reason.en;
  }
}

TEST(HtmlVerdictWords, APageOfBothHasThemSideBySide) {
  const std::string page = EachVerdict().page(Language::both);
  EXPECT_NE(
      page.find("<span lang=\"en\">found 7, limit = 8</span><span lang=\"zh-CN\">实测 7，限值 = 8</span>"),
      std::string::npos);
  EXPECT_FALSE(std::regex_search(page, std::regex("<span lang=\"[^\"]*\">[^<]*<span lang=")));
}

}  // namespace
}  // namespace rackproof
