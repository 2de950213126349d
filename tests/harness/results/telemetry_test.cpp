// Telemetry from a journal into results.h5 and out again.
#include <gtest/gtest.h>

#include <fstream>
#include <limits>

#include "harness/record/framing.hpp"
#include "harness/record/telemetry.hpp"
#include "harness/results/finalise.hpp"
#include "harness/results/merge.hpp"
#include "harness/results/results_file.hpp"
#include "harness/results/telemetry_file.hpp"
#include "tests/harness/results/python.hpp"
#include "tests/harness/results/sample_results.hpp"
#include "tests/harness/results/second.hpp"

namespace rackproof {
namespace {

using nlohmann::json;
using test::kSecond;

constexpr std::int64_t kJournalBegin = 1'700'000'000 * kSecond;
constexpr const char* kGemm = "compute/host/gemm:f64";

json two_node_campaign(const std::string& id) {
  const auto node = [](const char* name, int row) {
    return json{{"name", name},
                {"placement", static_cast<int>(Placement::node)},
                {"scope", "node"},
                {"members", {row}},
                {"rack", "r"},
                {"model", "m"},
                {"serial", ""},
                {"absent", ""},
                {"labels", json::object()},
                {"virtual", false}};
  };
  return {{"type", "campaign"},
          {"id", id},
          {"version", "0.1.0"},
          {"catalogue_hash", "c"},
          {"utc_ns", kJournalBegin},
          {"plan", {{"name", "p"}, {"text", "plan"}}},
          {"site", {{"name", "s"}, {"text", "site"}}},
          {"seed", 7},
          {"launches", 1},
          {"launch_component", 0.1},
          {"attribute_virtual", false},
          {"virtual_on", ""},
          {"series", json::array({{{"case", kGemm},
                                   {"quantity", "rate"},
                                   {"kind", 0},
                                   {"unit", "flop/s"},
                                   {"direction", 1},
                                   {"formula", "f"},
                                   {"clock", "host"},
                                   {"definition_hash", "h"},
                                   {"title", "t"}}})},
          {"targets", {node((id + "-n1").c_str(), 0), node((id + "-n2").c_str(), 1)}},
          {"promises", json::array({{{"target", 0}, {"case", kGemm}, {"exempt", ""}}})}};
}

class JournalFile {
 public:
  explicit JournalFile(const std::filesystem::path& path, const std::string& id = "a") : out_(path), id_(id) {
    add(two_node_campaign(id));
    add({{"type", "step_begin"},
         {"step", "s1.0"},
         {"target", id + "-n2"},
         {"launch", 0},
         {"attempt", 0},
         {"cases", {kGemm}},
         {"utc_ns", kJournalBegin}});
    add(Hello{});
  }
  void add(json record) {
    if (record.at("type") != "campaign" && record.at("type") != "step_begin") record["step"] = "s1.0";
    out_ << frame(record) << std::flush;
  }
  void begin_case(std::int64_t at) { add(CaseBegin{kGemm, id_ + "-n2", 0, 0, at}); }
  void end_case(std::int64_t begin, std::int64_t end) {
    CaseEnd record;
    record.case_id = kGemm;
    record.target = id_ + "-n2";
    record.begin_utc_ns = begin;
    record.end_utc_ns = end;
    record.outcome = {Status::ok, Phase::finish, ""};
    record.values["rate"] = {1, 1, 1, 1};
    add(record);
  }

 private:
  std::ofstream out_;
  std::string id_;
};

Telemetry first(double limit = 200) {
  Telemetry telemetry;
  telemetry.begin_utc_ns = kJournalBegin;
  telemetry.period_ns = kSecond / 10;
  telemetry.sources = {{"rapl/0/package-0", "power", "W", "package", 0, "/sys", "", limit, false},
                       {"cpu/clock_mean", "clock", "Hz", "node", 0, "/sys", "", std::nan(""), true},
                       {"hwmon/power", "power", "W", "board", 0, "/sys", "", std::nan(""), false}};
  telemetry.reasons = {{2, "no such folder: /sys/class/hwmon"}};
  return telemetry;
}

/// Readings of second `second`, ten of `watts`, the last one missing.
Telemetry block(int second, double watts) {
  Telemetry telemetry = first();
  telemetry.sources.clear();
  telemetry.reasons.clear();
  TelemetryGroup fast{{0, 2}, {}, {{}, {}}};
  for (int i = 0; i < 10; ++i) {
    fast.times_ns.push_back(second * kSecond + i * kSecond / 10);
    fast.values[0].push_back(i == 9 ? std::nan("") : watts + i);
    fast.values[1].push_back(std::nan(""));
  }
  telemetry.groups = {fast, {{1}, {second * kSecond}, {{2e9}}}};
  telemetry.cost = {0.0004 * (second + 1), 0.02, second + 1.0, 3, 30 * (second + 1)};
  return telemetry;
}

/// A case of two seconds, from second 1 on, within four of telemetry.
void write_journal(const std::filesystem::path& path, const std::string& id = "a", double limit = 200) {
  JournalFile journal(path, id);
  journal.add(first(limit));
  journal.add(block(0, 100));
  journal.begin_case(kJournalBegin + kSecond);
  journal.add(block(1, 200));
  journal.end_case(kJournalBegin + kSecond, kJournalBegin + 3 * kSecond - 1);
  journal.add(block(2, 300));  // it came after the end of its case
  journal.add(block(3, 900));
}

std::vector<float> values_of(const TelemetryTables& telemetry, std::uint32_t source) {
  std::vector<float> values;
  telemetry.series->for_each_page([&](TelemetryPage&& page) {
    for (const auto& one : page.readings) {
      if (one.source == source) values.insert(values.end(), one.values.begin(), one.values.end());
    }
  });
  return values;
}

TEST(TelemetryResults, SumUpEachAttemptByTime) {
  const TemporaryFolder folder;
  write_journal(folder / "j");
  const Results results = finalise(folder / "j").results;
  const auto& telemetry = results.telemetry;
  ASSERT_EQ(telemetry.segments.size(), 1u);
  EXPECT_EQ(results.targets[telemetry.segments[0].node].name, "a-n2");
  EXPECT_NEAR(telemetry.segments[0].cpu_s / telemetry.segments[0].wall_s, 0.0004, 1e-9);
  ASSERT_EQ(telemetry.sources.size(), 3u);
  EXPECT_EQ(telemetry.sources[2].unavailable, "no such folder: /sys/class/hwmon");
  EXPECT_EQ(telemetry.sources[2].readings, 0);
  EXPECT_EQ(telemetry.sources[0].readings, 36);
  EXPECT_EQ(telemetry.sources[0].missing, 4);
  ASSERT_EQ(telemetry.summaries.size(), 2u) << "one without readings has no summary";
  const auto& power = telemetry.summaries[0];
  EXPECT_EQ(power.source, 0u);
  EXPECT_EQ(power.n, 18);
  EXPECT_DOUBLE_EQ(power.min, 200);
  EXPECT_DOUBLE_EQ(power.max, 308);
  EXPECT_DOUBLE_EQ(power.mean, 254);
  EXPECT_NEAR(power.coverage, 0.9, 1e-6);
  EXPECT_NEAR(power.energy_j, 508, 1e-3);
  EXPECT_FALSE(power.implausible);
  EXPECT_EQ(telemetry.summaries[1].n, 2);
  EXPECT_TRUE(std::isnan(telemetry.summaries[1].energy_j));
}

TEST(TelemetryResults, NoEnergyComesOfHalfAWindow) {
  const TemporaryFolder folder;
  JournalFile journal(folder / "j");
  journal.add(first());
  journal.begin_case(kJournalBegin);
  journal.add(block(0, 100));
  journal.end_case(kJournalBegin, kJournalBegin + 2 * kSecond);
  const Results results = finalise(folder / "j").results;
  ASSERT_FALSE(results.telemetry.summaries.empty());
  EXPECT_NEAR(results.telemetry.summaries[0].coverage, 0.45, 1e-6);
  EXPECT_TRUE(std::isnan(results.telemetry.summaries[0].energy_j));
}

TEST(TelemetryResults, TheMeanOfEqualReadingsIsOneOfThem) {
  bool was_rounded = false;
  for (const double watts : {0.1, 56.7, 61.3, 99.9, 123.4, 300.7}) {
    const TemporaryFolder folder;
    JournalFile journal(folder / "j");
    journal.add(first());
    journal.begin_case(kJournalBegin);
    Telemetry steady = block(0, 0);
    for (double& value : steady.groups[0].values[0]) value = watts;
    journal.add(steady);
    journal.end_case(kJournalBegin, kJournalBegin + kSecond);
    double sum = 0;
    for (int i = 0; i < 10; ++i) sum += watts;
    was_rounded = was_rounded || sum / 10 != watts;
    const Results results = finalise(folder / "j").results;
    EXPECT_EQ(results.telemetry.summaries.at(0).mean, results.telemetry.summaries[0].max);
    write_results(results, folder / "r.h5");
    EXPECT_NO_THROW(read_results(folder / "r.h5")) << watts;
  }
  EXPECT_TRUE(was_rounded) << "other readings would show more";
}

TEST(TelemetryResults, APackageThatIdlesUnderLoadIsImplausible) {
  const TemporaryFolder folder;
  write_journal(folder / "j", "a", 254 * 4 + 8);
  EXPECT_TRUE(finalise(folder / "j").results.telemetry.summaries[0].implausible);
  write_journal(folder / "k", "a", std::numeric_limits<double>::quiet_NaN());
  EXPECT_FALSE(finalise(folder / "k").results.telemetry.summaries[0].implausible) << "no limit is known";
}

TEST(TelemetryResults, ASamplerThatDiedSaysWhyAndTheNextOneIsAnotherSegment) {
  const TemporaryFolder folder;
  JournalFile journal(folder / "j");
  journal.add(first());
  journal.add(block(0, 100));
  Telemetry lost = block(0, 0);
  lost.groups.clear();
  lost.unavailable = "the telemetry process died of signal 11 (SEGV)";
  journal.add(lost);
  Telemetry second = first();
  second.start = 1;
  second.begin_utc_ns += 5 * kSecond;
  journal.add(second);
  Telemetry more = block(1, 100);
  more.begin_utc_ns = second.begin_utc_ns;
  journal.add(more);
  const auto& telemetry = finalise(folder / "j").results.telemetry;
  ASSERT_EQ(telemetry.segments.size(), 2u);
  EXPECT_EQ(telemetry.segments[0].unavailable, lost.unavailable);
  EXPECT_EQ(telemetry.segments[1].unavailable, "");
  EXPECT_EQ(values_of(telemetry, 0).size(), 10u);
  EXPECT_EQ(values_of(telemetry, 3).size(), 10u);
}

TEST(TelemetryResults, OfASourceThatWasNotNamedAreLeftOut) {
  const TemporaryFolder folder;
  JournalFile journal(folder / "j");
  journal.add(block(0, 100));
  const Results results = finalise(folder / "j").results;
  EXPECT_EQ(results.telemetry.segments.size(), 1u);
  EXPECT_TRUE(results.telemetry.sources.empty());
  write_results(results, folder / "r.h5");
  EXPECT_TRUE(read_results(folder / "r.h5").telemetry.sources.empty());
}

TEST(TelemetryResults, OfARankThatTheStepDoesNotHaveAreLeftOut) {
  const TemporaryFolder folder;
  JournalFile journal(folder / "j");
  Telemetry other = first();
  other.rank = 1;
  journal.add(other);
  const Results results = finalise(folder / "j").results;
  ASSERT_EQ(results.telemetry.segments.size(), 1u);
  EXPECT_EQ(results.telemetry.segments[0].unavailable, "its rank is none of the step");
  EXPECT_TRUE(results.telemetry.sources.empty());
}

TEST(TelemetryResults, ComeBackFromTheFile) {
  const TemporaryFolder folder;
  write_journal(folder / "j");
  const Results results = finalise(folder / "j").results;
  write_results(results, folder / "r.h5");
  const Results again = read_results(folder / "r.h5");
  const auto &a = results.telemetry, &b = again.telemetry;
  ASSERT_EQ(b.segments.size(), a.segments.size());
  EXPECT_EQ(b.segments[0].step, "s1.0");
  EXPECT_EQ(b.segments[0].cpu_s, a.segments[0].cpu_s);
  ASSERT_EQ(b.sources.size(), a.sources.size());
  EXPECT_EQ(b.sources[0].limit, 200);
  EXPECT_TRUE(std::isnan(b.sources[1].limit));
  ASSERT_EQ(b.summaries.size(), a.summaries.size());
  EXPECT_EQ(b.summaries[0].mean, a.summaries[0].mean);
  ASSERT_NE(b.series, nullptr);
  const auto power = values_of(b, 0);
  ASSERT_EQ(power.size(), 40u);
  EXPECT_EQ(power[0], 100);
  EXPECT_EQ(power[38], 908);
  EXPECT_TRUE(std::isnan(power[39]));
  EXPECT_EQ(values_of(b, 1), std::vector<float>(4, 2e9F));
  write_results(results, folder / "again.h5");
  const auto same = [&](const char* name) {
    std::ifstream in(folder / name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  EXPECT_TRUE(same("r.h5") == same("again.h5")) << "same content, same bytes";
}

TEST(TelemetryResults, AMergeCarriesThem) {
  const TemporaryFolder folder;
  std::vector<MergeInput> inputs;
  for (const char* id : {"a", "b"}) {
    const std::string name = std::string(id) + ".h5";
    write_journal(folder / id, id);
    write_results(finalise(folder / id).results, folder / name);
    inputs.push_back({name, read_results(folder / name)});
  }
  write_results(merge(std::move(inputs)), folder / "m.h5");
  const Results merged = read_results(folder / "m.h5");
  const auto& telemetry = merged.telemetry;
  ASSERT_EQ(telemetry.segments.size(), 2u);
  EXPECT_EQ(merged.targets[telemetry.segments[0].node].name, "a-n2");
  EXPECT_EQ(merged.targets[telemetry.segments[1].node].name, "b-n2");
  ASSERT_EQ(telemetry.sources.size(), 6u);
  EXPECT_EQ(telemetry.sources[3].segment, 1u);
  ASSERT_EQ(telemetry.summaries.size(), 4u);
  EXPECT_EQ(merged.targets[merged.attempts[telemetry.summaries[2].attempt].target].name, "b-n2");
  EXPECT_EQ(telemetry.summaries[2].source, 3u);
  EXPECT_EQ(values_of(telemetry, 0).size(), 40u);
  EXPECT_EQ(values_of(telemetry, 3).size(), 40u);
}

TEST(TelemetryResults, OfAHostileFileAreRefused) {
  struct Forgery {
    const char* script;
    const char* complaint;
    bool when_read;  // with the rest, otherwise when the series are asked for
  };
  for (const Forgery& forgery :
       {Forgery{"h['telemetry/sources/segment'][0] = 9", "/telemetry/sources/segment names row 9", true},
        Forgery{"h['telemetry/summaries/mean'][0] = float('nan')", "a row that cannot be", true},
        Forgery{"for c in ('min', 'mean', 'max'): h['telemetry/summaries/' + c][0] = float('inf')",
                "a row that cannot be", true},
        Forgery{"h['telemetry/segments/left_out'][0] = 2**62", "a row that cannot be", true},
        Forgery{"h['telemetry/segments/begin'][0] = 2**63 - 1", "a row that cannot be", true},
        Forgery{"h['telemetry/pages/p000000/blocks/time'][-1] = 2**63 - 1", "times do not grow", false},
        Forgery{"h['telemetry/segments/begin'][0] = -1", "a row that cannot be", true},
        Forgery{"h['telemetry/summaries/attempt'][0] = 7", "names row 7", true},
        Forgery{"del h['telemetry/segments']", "/telemetry/segments is missing", true},
        Forgery{"h['telemetry/pages/p000000/blocks/time'][1] = 0", "times do not grow", false},
        Forgery{"h['telemetry/pages/p000000/readings/source'][0] = 99", "names row 99", false},
        Forgery{"h['telemetry/pages/p000000/readings/block'][0] = 99", "names row 99", false},
        Forgery{"h['telemetry/pages/p000000/readings/value_offset'][1] = 3", "without a time", false},
        Forgery{"del h['telemetry/pages/p000000']", "is missing", false}}) {
    const TemporaryFolder folder;
    write_journal(folder / "j");
    const auto file = folder / "r.h5";
    write_results(finalise(folder / "j").results, file);
    const auto made =
        run_python("h = h5py.File(f, 'r+')\n" + std::string(forgery.script) + "\nh.close()", file);
    ASSERT_EQ(made.status, 0) << made.output;
    std::string complaint;
    if (forgery.when_read) {
      complaint = error_of([&] { read_results(file); });
    } else {
      const Results results = read_results(file);
      complaint = error_of([&] { results.telemetry.series->for_each_page([](TelemetryPage&&) {}); });
    }
    EXPECT_NE(complaint.find(forgery.complaint), std::string::npos) << forgery.script << ": " << complaint;
  }
}

TEST(TelemetryResults, AFileOfBeforeHasNone) {
  const TemporaryFolder folder;
  write_journal(folder / "j");
  const auto file = folder / "r.h5";
  write_results(finalise(folder / "j").results, file);
  const auto made = run_python(
      "h = h5py.File(f, 'r+')\ndel h['telemetry']\nh.attrs.modify('schema_minor', "
      "__import__('numpy').uint32(2))\nh.close()",
      file);
  ASSERT_EQ(made.status, 0) << made.output;
  EXPECT_TRUE(read_results(file).telemetry.segments.empty());
}

}  // namespace
}  // namespace rackproof
