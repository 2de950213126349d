// What files of many nights make together, and which ones are refused.
#include "harness/verdict/trend/nightly_history.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/harness/results/sample_results.hpp"
#include "tests/harness/verdict/night_files.hpp"

namespace rackproof {

namespace {

using test::NightlySite;

bool says(const NightlyHistory& history, const std::string& text) {
  return std::ranges::any_of(history.notes(),
                             [&](const Phrase& note) { return note.en.find(text) != std::string::npos; });
}

void write_as(const Results& results, const std::filesystem::path& path) { write_results(results, path); }

TEST(NightlyHistory, NightsAreInOrderOfTimeWhateverTheFilesAreCalled) {
  const TemporaryFolder folder;
  const NightlySite site;
  write_as(site.night(2), folder / "a.h5");
  write_as(site.night(0), folder / "b.h5");
  write_as(site.night(1), folder / "c.h5");
  const NightlyHistory history({folder / "a.h5", folder / "b.h5", folder / "c.h5"});
  ASSERT_EQ(history.nights().size(), 3u);
  EXPECT_EQ(history.nights()[0].day, test::kFirstDay);
  EXPECT_EQ(history.runs()[0].path, folder / "b.h5");
  EXPECT_EQ(history.subjects(Placement::node).size(), 24u);
  const auto values = history.values({0}, Placement::node);
  ASSERT_EQ(values.size(), 1u);
  for (std::size_t night = 0; night < 3; ++night) {
    const Results results = site.night(static_cast<int>(night));
    EXPECT_EQ(values[0][night], results.cells[1][0].value);
  }
}

TEST(NightlyHistory, ACampaignCountsOnce) {
  const TemporaryFolder folder;
  const NightlySite site;
  write_as(site.night(0), folder / "a.h5");
  write_as(site.night(0), folder / "copy.h5");
  write_as(site.night(1), folder / "c.h5");
  const NightlyHistory history({folder / "copy.h5", folder / "a.h5", folder / "c.h5"});
  EXPECT_EQ(history.nights().size(), 2u);
  EXPECT_EQ(history.runs().size(), 2u);
  EXPECT_TRUE(says(history, "copy.h5 is left out: its campaign campaign-000 is in"));
}

TEST(NightlyHistory, RunsOfOneDayAreOneNightOnlyWhenTheyHaveNoSubjectInCommon) {
  const TemporaryFolder folder;
  const NightlySite site;
  Results again = site.night(0);
  again.provenance.campaign_id = "again";
  again.provenance.started_utc = date_text(test::kFirstDay) + "T03:00:00.000Z";
  write_as(site.night(0), folder / "a.h5");
  write_as(again, folder / "b.h5");
  const NightlyHistory twice({folder / "a.h5", folder / "b.h5"});
  EXPECT_EQ(twice.nights().size(), 2u);
  EXPECT_TRUE(says(twice, "of a day that has a run of the same subjects already"));

  for (std::size_t i = 0; i < again.targets.size(); ++i) {  // another shard
    again.targets[i].name = "other/node" + std::to_string(i);
    again.targets[i].rack = "other";
    again.targets[i].serial = "XX" + std::to_string(i);
  }
  write_as(again, folder / "b.h5");
  const NightlyHistory shards({folder / "a.h5", folder / "b.h5"});
  EXPECT_EQ(shards.nights().size(), 1u);
  EXPECT_EQ(shards.subjects(Placement::node).size(), 48u);
  EXPECT_EQ(shards.coverage().promised, 48u);
  EXPECT_EQ(shards.coverage().measured, 48u);
}

TEST(NightlyHistory, AnotherDefinitionCutsAHistoryAndAContradictionIsRefusedWithBoth) {
  const TemporaryFolder folder;
  const NightlySite site;
  Results changed = site.night(1);
  changed.series[0].definition_hash = "h2";
  write_as(site.night(0), folder / "a.h5");
  write_as(changed, folder / "b.h5");
  const NightlyHistory history({folder / "a.h5", folder / "b.h5"});
  EXPECT_TRUE(says(history, "has another definition from"));
  const auto values = history.values({0}, Placement::node);
  EXPECT_TRUE(std::isnan(values[0][0]));
  EXPECT_FALSE(std::isnan(values[0][1]));

  changed.series[0].formula = "another formula";
  write_as(changed, folder / "b.h5");
  const std::string error = error_of([&] { NightlyHistory({folder / "a.h5", folder / "b.h5"}); });
  EXPECT_NE(error.find("b.h5 defines " + test::kBandwidth), std::string::npos) << error;
  EXPECT_NE(error.find("another formula"), std::string::npos) << error;
  EXPECT_NE(error.find("stream-triad"), std::string::npos) << error;
}

TEST(NightlyHistory, PartsThatTellOneSerialGoByTheirPlaces) {
  const TemporaryFolder folder;
  NightlySite site;
  site.planted = [](int, int node, test::NightlyNode& state) {
    if (node < 2) state.serial = "SAME";
  };
  site.write(folder.path(), 0);
  const NightlyHistory history(test::files_of(folder.path()));
  EXPECT_EQ(history.subjects(Placement::node).size(), 24u);
  EXPECT_EQ(history.text(history.subjects(Placement::node)[0].key), "rack1/node1");
  EXPECT_TRUE(says(history, "2 subjects (node) tell a serial that others tell, too"));
}

TEST(NightlyHistory, APartThatMovedTakesItsHistoryAlong) {
  const TemporaryFolder folder;
  NightlySite site;
  site.planted = [](int night, int node, test::NightlyNode& state) {
    if (night == 1 && node < 2) state.serial = node == 0 ? "SN0001" : "SN0000";
  };
  site.write(folder.path(), 0);
  site.write(folder.path(), 1);
  const NightlyHistory history(test::files_of(folder.path()));
  EXPECT_EQ(history.subjects(Placement::node).size(), 24u);
  EXPECT_EQ(history.text(history.subjects(Placement::node)[0].name), "rack1/node2");
  EXPECT_TRUE(says(history, "2 parts (node) are in another place than before"));
}

TEST(NightlyHistory, BadFilesAreRefusedByName) {
  const TemporaryFolder folder;
  const NightlySite site;
  write_as(site.night(0), folder / "a.h5");
  std::ofstream(folder / "bad.h5") << "no results";
  EXPECT_NE(error_of([&] {
              NightlyHistory({folder / "a.h5", folder / "bad.h5"});
            }).find("bad.h5"),
            std::string::npos);
  Results timeless = site.night(1);
  timeless.provenance.started_utc = "yesterday";
  write_as(timeless, folder / "bad.h5");
  const std::string error = error_of([&] { NightlyHistory({folder / "a.h5", folder / "bad.h5"}); });
  EXPECT_NE(error.find("bad.h5"), std::string::npos) << error;
}

TEST(RunOrder, FilesThatShareSomeCampaignsOnlyAreRefused) {
  TrendRun merged{"m.h5", {"a", "b"}, "2026-11-23T01:00:00.000Z", 0, Ended::complete};
  TrendRun other{"o.h5", {"b", "c"}, "2026-11-23T01:00:00.000Z", 0, Ended::complete};
  TrendRun part{"p.h5", {"a"}, "2026-11-23T01:00:00.000Z", 0, Ended::complete};
  std::vector<Phrase> notes;
  EXPECT_EQ(in_order({part, merged}, notes), std::vector<TrendRun>{merged});
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NE(notes[0].en.find("p.h5 is left out"), std::string::npos);
  EXPECT_THROW(in_order({merged, other}, notes), Error);
}

}  // namespace

}  // namespace rackproof
