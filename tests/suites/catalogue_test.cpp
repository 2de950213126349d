// The catalogue and the table of the code that runs its cases belong together.
#include "suites/catalogue/catalogue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "harness/base/units.hpp"
#include "harness/plan/identifier.hpp"
#include "suites/run/case_context.hpp"

namespace rackproof {
namespace {

TEST(Catalogue, EveryCaseHasCodeAndAllCodeACase) {
  std::multiset<std::string_view> cases, runners;
  for (const CaseRow& row : all_cases()) cases.insert(row.id);
  for (const CaseRunner& runner : case_runners()) {
    runners.insert(runner.case_id);
    EXPECT_NE(runner.run, nullptr) << runner.case_id;
    EXPECT_EQ(find_runner(runner.case_id), runner.run);
  }
  EXPECT_EQ(cases, runners);
  EXPECT_EQ(std::set(cases.begin(), cases.end()).size(), cases.size()) << "an id stands twice";
  EXPECT_EQ(find_runner("memory/host/nonsense"), nullptr);
}

TEST(Catalogue, HoldsTheFourFamilies) {
  for (const std::string_view family : {"memory/", "compute/", "interconnect/", "ai/"}) {
    EXPECT_TRUE(std::ranges::any_of(all_cases(), [&](const CaseRow& row) {
      return row.id.starts_with(family);
    })) << family;
  }
}

TEST(Catalogue, EveryRowIsWhole) {
  for (const CaseRow& row : all_cases()) {
    SCOPED_TRACE(row.id);
    EXPECT_TRUE(parse_case_id(row.id));
    EXPECT_FALSE(row.title.empty() || row.definition.empty() || row.check.empty());
    EXPECT_TRUE(row.clock == "host" || row.clock == "event");
    EXPECT_EQ(row.clock == "event", row.id.ends_with(",event"));
    EXPECT_TRUE(row.on_device || row.on_node || row.on_pair || row.on_group);
    EXPECT_GT(row.estimate_s, 0);
    EXPECT_FALSE(row.quantities.empty());
    std::set<std::string_view> names;
    for (const QuantityRow& quantity : row.quantities) {
      EXPECT_TRUE(names.insert(quantity.name).second) << quantity.name;
      EXPECT_FALSE(quantity.formula.empty()) << quantity.name;
      EXPECT_EQ(si_unit(dimension_of(quantity.unit)), quantity.unit) << quantity.name;
    }
  }
}

TEST(Catalogue, HashesAreStableAndDistinct) {
  std::set<std::string> hashes;
  std::size_t metrics = 0;
  for (const CaseRow& row : all_cases()) {
    for (const QuantityRow& quantity : row.quantities) {
      EXPECT_EQ(definition_hash(row, quantity), definition_hash(row, quantity));
      hashes.insert(definition_hash(row, quantity));
      ++metrics;
    }
  }
  EXPECT_EQ(hashes.size(), metrics);
  EXPECT_EQ(catalogue_hash(all_cases()), catalogue_hash(all_cases()));
  EXPECT_NE(catalogue_hash(all_cases()), catalogue_hash(all_cases().subspan(1)));
}

}  // namespace
}  // namespace rackproof
