#include "harness/plan/catalogue.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "harness/base/error.hpp"
#include "tests/harness/plan/small_catalogue.hpp"

namespace rackproof {
namespace {

TEST(Catalogue, PlacementNames) {
  EXPECT_EQ(placement_of("device"), Placement::device);
  EXPECT_EQ(placement_of("node"), Placement::node);
  EXPECT_EQ(placement_of("pair"), Placement::pair);
  EXPECT_EQ(placement_of("group:rack"), Placement::group);
  for (const char* bad : {"", "group", "group:", "group:a b", "group:a+b", "Node", "rack", "nodes"}) {
    EXPECT_THROW(placement_of(bad), Error) << bad;
  }
  EXPECT_EQ(to_string(Placement::device), "device");
  EXPECT_EQ(to_string(Placement::group), "group");
  EXPECT_THROW(to_string(static_cast<Placement>(9)), Error);
  EXPECT_NE(to_string(Direction::lower_is_better), to_string(Direction::higher_is_better));
  EXPECT_THROW(to_string(static_cast<Direction>(9)), Error);
}

TEST(Catalogue, PlacementNumbersAreFrozen) {
  EXPECT_EQ(static_cast<int>(Placement::device), 0);
  EXPECT_EQ(static_cast<int>(Placement::node), 1);
  EXPECT_EQ(static_cast<int>(Placement::pair), 2);
  EXPECT_EQ(static_cast<int>(Placement::group), 3);
}

TEST(Catalogue, FindsRows) {
  const CaseRow* row = find_case(kSmallCatalogue, "memory/device/copy:f32");
  ASSERT_NE(row, nullptr);
  EXPECT_TRUE(row->allows(Placement::device));
  EXPECT_FALSE(row->allows(Placement::node));
  EXPECT_FALSE(row->allows(Placement::pair));
  EXPECT_FALSE(row->allows(Placement::group));
  EXPECT_EQ(find_case(kSmallCatalogue, "memory/device/copy"), nullptr);
  ASSERT_NE(find_quantity(*row, "code_path"), nullptr);
  EXPECT_EQ(find_quantity(*row, "code_path")->kind, QuantityKind::text);
  EXPECT_EQ(find_quantity(*row, "code"), nullptr);
}

TEST(Catalogue, DefinitionHashChangesWithEveryPartOfTheMeaning) {
  const CaseRow row = kSmallCatalogue[0];
  const QuantityRow quantity = kBandwidthRows[0];
  std::vector<std::pair<CaseRow, QuantityRow>> variants(9, {row, quantity});
  variants[1].first.id = "memory/host/triad:f32,cold";
  variants[2].first.definition = "a = b - s c";
  variants[3].first.check = "first element";
  variants[4].first.clock = "event";
  variants[5].second.name = "rate";
  variants[6].second.unit = "B";
  variants[7].second.direction = Direction::lower_is_better;
  variants[8].second.formula = "triad: 4 n / t";
  std::set<std::string> hashes;
  for (const auto& [one_row, one_quantity] : variants) hashes.insert(definition_hash(one_row, one_quantity));
  EXPECT_EQ(hashes.size(), variants.size());
  CaseRow renamed = row;
  renamed.title = "another title";
  EXPECT_EQ(definition_hash(renamed, quantity), definition_hash(row, quantity));
}

TEST(Catalogue, FieldsDoNotRunIntoEachOther) {
  CaseRow a = kSmallCatalogue[0];
  CaseRow b = a;
  a.definition = "xy";
  a.check = "z";
  b.definition = "x";
  b.check = "yz";
  EXPECT_NE(definition_hash(a, kBandwidthRows[0]), definition_hash(b, kBandwidthRows[0]));
}

TEST(Catalogue, CatalogueHashSeesOrderAndContent) {
  const std::vector<CaseRow> rows(kSmallCatalogue.begin(), kSmallCatalogue.end());
  const std::string hash = catalogue_hash(rows);
  EXPECT_EQ(hash.size(), 64u);
  EXPECT_EQ(hash, catalogue_hash(kSmallCatalogue));
  auto swapped = rows;
  std::swap(swapped[0], swapped[1]);
  EXPECT_NE(catalogue_hash(swapped), hash);
  auto without_quantities = rows;
  without_quantities[0].quantities = {};
  EXPECT_NE(catalogue_hash(without_quantities), hash);
  auto shorter = rows;
  shorter.pop_back();
  EXPECT_NE(catalogue_hash(shorter), hash);
}

}  // namespace
}  // namespace rackproof
