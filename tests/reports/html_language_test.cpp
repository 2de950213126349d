#include <gtest/gtest.h>

#include <regex>

#include "reports/html.hpp"
#include "tests/reports/page_text.hpp"
#include "tests/reports/sample_campaign.hpp"

namespace rackproof {
namespace {

using test::contains;
using test::words_of;

std::string rejected_page(Language language) {
  const auto c = test::rejected_campaign();
  return html_report(make_report_view(c.results, c.limits, c.verdicts), language);
}

std::string accepted_page(Language language) {
  const auto c = test::accepted_campaign();
  return html_report(make_report_view(c.results, c.limits, c.verdicts), language);
}

TEST(HtmlLanguage, EnglishHasNoChinese) {
  for (const auto& page : {rejected_page(Language::en), accepted_page(Language::en)}) {
    EXPECT_FALSE(contains(words_of(page), "验收"));
    EXPECT_FALSE(contains(words_of(page), "未"));
    EXPECT_FALSE(contains(page.substr(page.find("<body>")), "lang=\"zh-CN\""));
  }
}

TEST(HtmlLanguage, ChineseSaysItsWordsInChinese) {
  const std::string page = rejected_page(Language::zh);
  for (const auto* word :
       {"验收报告", "✕ 验收不通过", "整改清单", "测试覆盖情况（对照站点文件）", "逐条验收结果", "越高越好",
        "低于限值 20 %", "临界", "未测", "2 个机柜中 1 个验收不通过：rack2。", "甲方（买方）", "乙方（供方）",
        "见证方", "用例正常结束", "全部 2 个节点", "这些机柜不是真实机柜", "条款 4.10：datasheet × 0.8",
        "测试计划", "无参考意义"}) {
    EXPECT_TRUE(contains(page, word)) << word;
  }
  EXPECT_TRUE(
      contains(accepted_page(Language::zh), "全部 2 个机柜验收通过：18 项判定通过，应测项目全部实测。"));
}

// Every English word of the page is one of the data: ids, names, units.
TEST(HtmlLanguage, ChineseHasNoEnglishWordsOfItsOwn) {
  for (const auto& page : {rejected_page(Language::zh), accepted_page(Language::zh)}) {
    const std::string words = words_of(page);
    for (const auto* word :
         {"accepted", "rejected", "undecided", "pass",   "inconclusive", "judged",     "measured",
          "limit ",   "worst",    "median",    "Racks",  "rack ",        "launches ",  "recorded",
          "None",     "better",   "Verdict",   "of the", "gates",        "interrupted"}) {
      EXPECT_FALSE(contains(words, word)) << word << " …" << words.substr(words.find(word) - 60, 120);
    }
  }
}

TEST(HtmlLanguage, BothStandSideBySide) {
  const std::string page = rejected_page(Language::both);
  EXPECT_TRUE(contains(page, "✕ <span lang=\"en\">REJECTED</span><span lang=\"zh-CN\">验收不通过</span>"));
  EXPECT_TRUE(contains(page, "<title>rejected / 验收不通过: quickstart on sample"));
  // No text in both languages within another: that would show it twice.
  EXPECT_FALSE(std::regex_search(page, std::regex("<span lang=\"[^\"]*\">[^<]*<span lang=")));
}

TEST(HtmlLanguage, WhatIsDataStaysEnglishAndSaysSo) {
  const std::string reason = "both launches are on the bad side of the limit";
  EXPECT_TRUE(
      contains(rejected_page(Language::zh), "<span class=\"data\" lang=\"en\">" + reason + "</span>"));
  EXPECT_TRUE(
      contains(rejected_page(Language::both), "<span class=\"data\" lang=\"en\">" + reason + "</span>"));
  EXPECT_TRUE(contains(rejected_page(Language::en), reason));
  EXPECT_FALSE(contains(rejected_page(Language::en), "class=\"data\""));
}

TEST(HtmlLanguage, TheMarksAreTheSameInEach) {
  const auto marks = [](const std::string& page) {
    std::vector<std::string> all;
    const std::regex mark("class=\"mark ([a-z]+)\">([^ ]+) ");
    for (std::sregex_iterator at(page.begin(), page.end(), mark), end; at != end; ++at)
      all.push_back((*at)[1].str() + (*at)[2].str());
    return all;
  };
  const auto english = marks(rejected_page(Language::en));
  EXPECT_GT(english.size(), 10U);
  EXPECT_EQ(english, marks(rejected_page(Language::zh)));
  EXPECT_EQ(english, marks(rejected_page(Language::both)));
}

}  // namespace
}  // namespace rackproof
