// Every case of the catalogue says in both languages what it measures.
#include "reports/language/case_titles.hpp"

#include <gtest/gtest.h>

#include "suites/catalogue/catalogue.hpp"

namespace rackproof {
namespace {

TEST(CaseTitles, EveryCaseOfTheCatalogueHasAChineseOne) {
  std::size_t cases = 0;
  for (const CaseRow& row : all_cases()) {
    const Phrase title = case_title(row.title);
    EXPECT_EQ(title.en, row.title);
    EXPECT_NE(title.zh, title.en) << row.id;
    ++cases;
  }
  EXPECT_GT(cases, 100u);
  EXPECT_EQ(case_title("random updates of host memory").zh, "主机内存随机更新");
}

TEST(CaseTitles, WhatTheCatalogueDoesNotHaveIsData) {
  for (const char* title : {"", "zzz", "random updates of host memory!", "A"})
    EXPECT_EQ(case_title(title), Phrase(title)) << title;
}

}  // namespace
}  // namespace rackproof
