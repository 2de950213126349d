#include "harness/results/merge.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "harness/record/durable_file.hpp"
#include "harness/results/results_file.hpp"
#include "tests/harness/results/python.hpp"
#include "tests/harness/results/sample_results.hpp"
#include "tests/harness/results/small_parts.hpp"

namespace rackproof {
namespace {

using test::CampaignBuilder;
using test::input;
using test::kTriad;
using test::merged;
using test::rack_campaign;
using test::refusal;
using test::row_of;
using test::value_at;

TEST(Merge, HoldsWhatEachCampaignMeasured) {
  auto a = rack_campaign("r1", "a");
  auto b = rack_campaign("r2", "b");
  b.results.attempts[1].log_offset = 4711;
  b.results.samples = {{1, {5, 6, 7}, {}}};
  b.results.exact = {{1, 1, 64, false}};
  b.results.counters = {{1, "edac/mc0/ue", "1", 2, ""}};
  b.results.facts = {{0, "identity/hostname", "", "r2/node1.example", "answered by the node"}};
  b.results.notices = {{"boot", {"r2/node1"}, "again"}};
  const Results all = merged(a, b);
  ASSERT_EQ(all.targets.size(), 4u);
  ASSERT_EQ(all.series.size(), 3u);
  EXPECT_EQ(all.promises.size(), 4u);
  ASSERT_EQ(all.attempts.size(), 8u);
  EXPECT_EQ(all.targets[all.attempts[5].target].name, "r2/node1");
  EXPECT_EQ(all.attempts[5].log_offset, 4711);
  ASSERT_EQ(all.launch_values.size(), 8u);
  EXPECT_EQ(all.launch_values[7].attempt, 7u);
  EXPECT_EQ(all.launch_values[7].value, 3.1e9);
  ASSERT_EQ(all.samples.size(), 1u);
  EXPECT_EQ(all.samples[0].attempt, 5u);
  ASSERT_EQ(all.counters.size(), 1u);
  EXPECT_EQ(all.counters[0].attempt, 5u);
  EXPECT_EQ(all.counters[0].name, "edac/mc0/ue");
  ASSERT_EQ(all.exact.size(), 1u);
  EXPECT_EQ(all.exact[0].target, row_of(all, "r2/node2"));
  ASSERT_EQ(all.facts.size(), 1u);
  EXPECT_EQ(all.facts[0].target, row_of(all, "r2/node1"));
  ASSERT_EQ(all.notices.size(), 1u);
  EXPECT_EQ(value_at(all, "r1/node2"), a.cell_of(1).value);
  EXPECT_EQ(value_at(all, "r2/node1"), b.cell_of(0).value);
}

TEST(Merge, EveryProvenanceIsKept) {
  auto a = rack_campaign("r1", "a");
  auto b = rack_campaign("r2", "b");
  a.results.provenance.backends = {{"cpu", "1", "/opt/cpu.so", "aa"}};
  b.results.provenance.backends = {{"cpu", "2", "/opt/cpu.so", "bb"}};
  a.results.provenance.removed_environment = {{"OMP_NUM_THREADS", "1"}};
  b.results.provenance.removed_environment = {{"OMP_NUM_THREADS", "2"}};
  a.results.provenance.setup_environment = {{"PATH", "/opt/a"}, {"LD_PRELOAD", std::nullopt}};
  b.results.provenance.setup_environment = {{"PATH", "/opt/b"}};
  a.results.provenance.hwloc_xml = {{"boot of r1/node1", "<topology/>"}};
  b.results.provenance.launches = 3;
  b.results.provenance.launch_component = 0.5;
  const TemporaryFolder folder;
  write_results(merged(a, b), folder / "all.h5");
  const Results all = read_results(folder / "all.h5");
  ASSERT_EQ(all.parts.size(), 2u);
  for (const auto* campaign : {&a, &b}) {
    const Part& part = all.parts[campaign == &a ? 0 : 1];
    const Provenance& was = campaign->results.provenance;
    EXPECT_EQ(part.campaign_id, was.campaign_id);
    EXPECT_EQ(part.site_text, was.site_text);
    EXPECT_EQ(part.site_sha256, was.site_sha256);
    EXPECT_EQ(part.plan_text, was.plan_text);
    EXPECT_EQ(part.journal_sha256, was.journal_sha256);
    EXPECT_EQ(part.file_sha256, campaign->results.file_sha256);
    EXPECT_EQ(part.launches, was.launches);
    EXPECT_EQ(part.launch_component, was.launch_component);
    EXPECT_EQ(part.seed, 7u);
    EXPECT_EQ(part.ended, Ended::complete);
    ASSERT_EQ(part.backends.size(), 1u);
    EXPECT_EQ(part.backends[0].sha256, was.backends[0].sha256);
    EXPECT_EQ(part.removed_environment, was.removed_environment);
    EXPECT_EQ(part.setup_environment, was.setup_environment);
    EXPECT_EQ(part.hwloc_xml, was.hwloc_xml);
  }
  const Provenance& whole = all.provenance;
  EXPECT_EQ(whole.plan_text, "plan");
  EXPECT_EQ(whole.site_text, "") << "they differ";
  EXPECT_EQ(whole.site_name, "site-r1, site-r2");
  EXPECT_EQ(whole.seed, 7u);
  EXPECT_EQ(whole.launches, 0);
  EXPECT_TRUE(std::isnan(whole.launch_component));
  EXPECT_EQ(whole.backends.size(), 2u);
  EXPECT_EQ(whole.removed_environment.at("OMP_NUM_THREADS"), "differs between campaigns");
  EXPECT_EQ(whole.setup_environment,
            (EnvironmentChange{{"PATH", "differs between campaigns"}, {"LD_PRELOAD", std::nullopt}}));
  EXPECT_EQ(whole.campaign_id.rfind("merge-", 0), 0u);
  EXPECT_EQ(all.targets[row_of(all, "r2/node1")].part, 1u);
  EXPECT_EQ(all.provenance_of(all.targets[row_of(all, "r2/node1")]).launches, 3);
}

TEST(Merge, TheOrderOfTheFilesDoesNotMatter) {
  const auto a = rack_campaign("r1", "a", "2026-11-23T10:00:00.000Z");
  const auto b = rack_campaign("r2", "b", "2026-11-23T09:00:00.000Z");
  const auto c = rack_campaign("r3", "c", "2026-11-23T09:00:00.000Z");
  const TemporaryFolder folder;
  write_results(merge({input(a, "a.h5"), input(b, "b.h5"), input(c, "c.h5")}), folder / "1.h5");
  write_results(merge({input(c, "1"), input(a, "2"), input(b, "3")}), folder / "2.h5");
  EXPECT_EQ(read_file(folder / "1.h5"), read_file(folder / "2.h5"));
  const Results all = read_results(folder / "1.h5");
  EXPECT_EQ(all.targets[0].name, "r2/node1") << "the earliest comes first, the id decides between equals";
  EXPECT_EQ(all.targets[2].name, "r3/node1");
  EXPECT_EQ(all.provenance.started_utc, "2026-11-23T09:00:00.000Z");
  write_results(all, folder / "3.h5");
  EXPECT_EQ(read_file(folder / "1.h5"), read_file(folder / "3.h5")) << "reading loses nothing";
}

TEST(Merge, IsCompleteOnlyWhenEveryPartIs) {
  auto a = rack_campaign("r1", "a");
  auto b = rack_campaign("r2", "b");
  EXPECT_EQ(merged(a, b).ended, Ended::complete);
  b.results.ended = Ended::interrupted;
  const Results all = merged(a, b);
  EXPECT_EQ(all.ended, Ended::interrupted);
  EXPECT_EQ(all.ended_of(all.targets[row_of(all, "r1/node1")]), Ended::complete);
  EXPECT_EQ(all.ended_of(all.targets[row_of(all, "r2/node1")]), Ended::interrupted);
}

struct Difference {
  const char* what;
  void (*change)(SeriesRow&);
};

TEST(Merge, AMetricThatMeansSomethingElseIsRefused) {
  const Difference differences[]{
      {"kind", [](SeriesRow& row) { row.kind = QuantityKind::exact; }},
      {"unit", [](SeriesRow& row) { row.unit = "s"; }},
      {"direction", [](SeriesRow& row) { row.direction = Direction::lower_is_better; }},
      {"formula", [](SeriesRow& row) { row.formula = "2 n / t"; }},
      {"clock", [](SeriesRow& row) { row.clock = "event"; }},
      {"definition", [](SeriesRow& row) { row.definition_hash = "other"; }}};
  for (const auto& difference : differences) {
    auto b = rack_campaign("r2", "b");
    difference.change(b.results.series[0]);
    const std::string complaint = refusal(rack_campaign("r1", "a"), b);
    EXPECT_EQ(complaint, "a.h5 and b.h5 do not mean the same by " + kTriad + "#bandwidth: the " +
                             difference.what + " differs; judge them apart");
  }
  auto b = rack_campaign("r2", "b");
  b.results.series[0].title = "worded otherwise";
  EXPECT_EQ(merged(rack_campaign("r1", "a"), b).series[0].title, "");
}

TEST(Merge, AMetricThatOnePartLacksHasNoNumberThere) {
  auto a = rack_campaign("r1", "a");
  auto b = rack_campaign("r2", "b");
  SeriesRow further = b.results.series[0];
  further.quantity = "peak";
  b.results.series.push_back(further);
  const CellValue four{4e9F, 4e9F, 4e9F, 2, Status::ok, Stop::time};
  b.results.cells[1].insert(b.results.cells[1].end(), 2, four);
  a.results.cells[1][0].status = Status::ok;
  const Results all = merged(a, b);
  ASSERT_EQ(all.series.size(), 4u);
  EXPECT_EQ(value_at(all, "r2/node1", 3), 4e9F);
  EXPECT_TRUE(std::isnan(value_at(all, "r1/node1", 3)));
  EXPECT_EQ(all.cells[1][3 * 4].status, Status::ok) << "the case ended so";
}

TEST(Merge, TheSameCampaignTwiceIsRefused) {
  const std::string complaint = refusal(rack_campaign("r1", "a"), rack_campaign("r2", "a"));
  EXPECT_NE(complaint.find("a.h5 and b.h5 hold the same campaign, a"), std::string::npos) << complaint;
  EXPECT_NE(error_of([] { merge({}); }).find("at least two"), std::string::npos);
  EXPECT_NE(error_of([] { merge({input(rack_campaign("r1", "a"), "a.h5")}); }).find("at least two"),
            std::string::npos);
}

TEST(Merge, AMergeIsNoCampaign) {
  const MergeInput both{"all.h5", merged(rack_campaign("r1", "a"), rack_campaign("r2", "b"))};
  const std::string complaint = error_of([&] { merge({both, input(rack_campaign("r3", "c"), "c.h5")}); });
  EXPECT_EQ(complaint, "all.h5 is a merge of 2 campaigns itself; give the files of those");
}

/// What a writer of schema 1.1 would have left out.
constexpr const char* kOlder = R"(
h = h5py.File(f, 'r+')
for path in ('/parts', '/answers', '/environment/setup', '/targets/part', '/environment/backends/part', '/environment/removed/part',
             '/environment/hwloc/part', '/attempts/boot_id', '/attempts/device_lost', '/attempts/implementation_detail', '/counters', '/telemetry',
             '/provenance/serials_text', '/provenance/serials_sha256'):
    del h[path]
h.attrs.modify('schema_minor', np.uint32(1))
h.close()
)";

TEST(Merge, AFileOfAnOlderSchemaIsReadAndMerged) {
  const TemporaryFolder folder;
  write_results(sample_results(), folder / "old.h5");
  Results known_to_it = sample_results();
  known_to_it.provenance.setup_environment.clear();
  known_to_it.provenance.serials_text.clear();
  known_to_it.provenance.serials_sha256.clear();
  for (auto& attempt : known_to_it.attempts) {
    attempt.boot_id.clear();
    attempt.outcome.device_lost = false;
    attempt.implementation_detail.clear();
  }
  known_to_it.counters.clear();
  write_results(known_to_it, folder / "new.h5");
  const auto made = run_python(kOlder, folder / "old.h5");
  ASSERT_EQ(made.status, 0) << made.output;
  const Results old = read_results(folder / "old.h5");
  EXPECT_FALSE(old.merged());
  EXPECT_EQ(old.provenance.backends.size(), 1u);
  EXPECT_EQ(old.provenance.removed_environment.size(), 2u);
  EXPECT_TRUE(old.provenance.setup_environment.empty());
  EXPECT_EQ(old.provenance.hwloc_xml.size(), 1u);
  write_results(old, folder / "again.h5");
  EXPECT_TRUE(read_file(folder / "again.h5") == read_file(folder / "new.h5"));
  auto b = rack_campaign("r2", "b");
  b.results.series.clear();
  for (auto& cells : b.results.cells) cells.clear();
  b.results.launch_values.clear();
  EXPECT_EQ(merge({{"old.h5", old}, input(b, "b.h5")}).parts.size(), 2u);
}

struct Bent {
  const char* script;
  const char* complaint;
};

TEST(Merge, AFileWhosePartsContradictItIsRefused) {
  const Bent bents[]{
      {"h['/targets/part'][0] = 2", "/targets/part names row 2 of 2"},
      {"h['/environment/hwloc/part'][0] = 9", "/environment/hwloc/part names row 9 of 2"},
      {"p = h['/parts/ended']; p[0] = 1", "attribute ended differs from what /parts says"},
      {"h['/environment/setup/part'][0] = 9", "/environment/setup/part names row 9 of 2"},
      {"h['/environment/setup/taken_away'][0] = 1",
       "/environment/setup gives a value to a variable that was taken away"},
      {"del h['/parts']", "/parts is missing"},
      {"del h['/answers/node']", "/answers/node is missing"},
  };
  const TemporaryFolder folder;
  for (const auto& bent : bents) {
    auto a = rack_campaign("r1", "a");
    a.results.provenance.hwloc_xml = {{"boot", "<topology/>"}};
    a.results.provenance.setup_environment = {{"PATH", "/opt/bin"}};
    write_results(merged(a, rack_campaign("r2", "b")), folder / "all.h5");
    const auto made =
        run_python(std::string("h = h5py.File(f, 'r+')\n") + bent.script + "\nh.close()", folder / "all.h5");
    ASSERT_EQ(made.status, 0) << made.output;
    const std::string complaint = error_of([&] { read_results(folder / "all.h5"); });
    EXPECT_NE(complaint.find(bent.complaint), std::string::npos) << complaint;
  }
  write_results(sample_results(), folder / "one.h5");
  const auto made =
      run_python("h = h5py.File(f, 'r+'); h['/parts/seed'][0] = 3; h.close()", folder / "one.h5");
  ASSERT_EQ(made.status, 0) << made.output;
  const std::string complaint = error_of([&] { read_results(folder / "one.h5"); });
  EXPECT_NE(complaint.find("the only row of /parts differs from /provenance"), std::string::npos)
      << complaint;
}

}  // namespace
}  // namespace rackproof
