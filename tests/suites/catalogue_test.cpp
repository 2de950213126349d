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
  std::set<std::string_view> ids;
  std::multiset<RunCase> used;
  for (const CaseRow& row : all_cases()) {
    EXPECT_TRUE(ids.insert(row.id).second) << row.id << " stands twice";
    const RunCase run = find_runner(row.id);
    ASSERT_NE(run, nullptr) << row.id;
    used.insert(run);
    const auto suite = row.id.find('/');
    const std::string key =
        std::string(row.id.substr(0, suite)) + std::string(row.id.substr(row.id.rfind('/')));
    EXPECT_EQ(
        std::ranges::count_if(case_runners(),
                              [&](const CaseRunner& runner) { return key.starts_with(runner.operation); }),
        1)
        << row.id;
  }
  for (const CaseRunner& runner : case_runners()) EXPECT_TRUE(used.contains(runner.run)) << runner.operation;
  for (const std::string_view id : {"memory/host/nonsense:f64", "nonsense", "memory/triad:f64", ""})
    EXPECT_EQ(find_runner(id), nullptr) << id;
}

TEST(Catalogue, HoldsTheFamilies) {
  for (const std::string_view family : {"inventory/", "memory/", "compute/", "interconnect/", "ai/"}) {
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
