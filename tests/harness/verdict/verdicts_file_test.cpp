#include "harness/verdict/verdicts_file.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <random>
#include <tuple>

#include "harness/record/durable_file.hpp"
#include "harness/results/results_file.hpp"
#include "tests/harness/results/python.hpp"
#include "tests/harness/results/sample_results.hpp"

namespace rackproof {
namespace {

Limits sample_limits() {
  Limits limits;
  limits.name = "sample";
  limits.at_budget_end = AtBudgetEnd::reject;
  limits.text = "schema = 1\n";
  const auto add = [&](Bound bound, Dimension dimension) {
    Limit limit;
    limit.metric = "memory/host/triad:f64,cold#bandwidth";
    limit.scope = "node";
    limit.bound = std::move(bound);
    limit.dimension = dimension;
    limit.clause = "4.1";
    limit.provenance = "contract";
    limits.limits.push_back(limit);
  };
  add(LowerLimit{1e9}, kBytePerSecond);
  add(UpperLimit{2e-6}, kSecond);
  add(BandLimit{1, 2}, kNumber);
  add(ExactNumber{8}, kNumber);
  add(ExactTexts{{"tcp", "shm"}}, kNumber);
  return limits;
}

Verdicts sample_verdicts() {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Verdicts verdicts;
  verdicts.engine_version = "0.1.0";
  verdicts.results_sha256 = std::string(64, 'r');
  verdicts.limits_sha256 = std::string(64, 'l');
  verdicts.limits_name = "sample";
  verdicts.waivers_name = "waivers.toml";
  verdicts.waivers_sha256 = std::string(64, 'w');
  verdicts.campaign_id = "uuid";
  verdicts.disposition = Disposition::rejected;
  verdicts.exit_code = ExitCode::interrupted;
  verdicts.cells = {{0, "a/b/c", "", -1, Severity::gate, Verdict::pass, "", "", nan, nan, nan, 2, ""},
                    {5, "a/b/c", "path", 4, Severity::score, Verdict::fail, "limit", "结果 \"x\"", 1.5, 1.25,
                     1.75, 3, "ib"}};
  verdicts.roll_ups = {{"uuid", "campaign", Verdict::fail, Disposition::rejected, 1, 2, 3, 4, 5}};
  verdicts.coverage = {{1, "a/b/c", true, false, "no limit"}, {2, "a/b/c", false, true, ""}};
  verdicts.findings = {{"abc", "clock", {"n1", "n2"}, "evidence", "action"}, {"def", "peer", {}, "", ""}};
  return verdicts;
}

class VerdictsFile : public testing::Test {
 protected:
  void SetUp() override { write_verdicts(sample_verdicts(), sample_results(), sample_limits(), file_); }
  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "verdicts.h5";
};

TEST_F(VerdictsFile, WhatIsWrittenIsReadBack) {
  const Verdicts a = sample_verdicts();
  const Verdicts b = read_verdicts(file_);
  EXPECT_EQ(std::tie(a.engine_version, a.results_sha256, a.limits_sha256, a.limits_name, a.waivers_name,
                     a.waivers_sha256, a.campaign_id, a.disposition, a.exit_code),
            std::tie(b.engine_version, b.results_sha256, b.limits_sha256, b.limits_name, b.waivers_name,
                     b.waivers_sha256, b.campaign_id, b.disposition, b.exit_code));
  ASSERT_EQ(b.cells.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& x = a.cells[i];
    const auto& y = b.cells[i];
    EXPECT_EQ(std::tie(x.target, x.case_id, x.quantity, x.limit, x.severity, x.verdict, x.failure, x.reason,
                       x.launches, x.found),
              std::tie(y.target, y.case_id, y.quantity, y.limit, y.severity, y.verdict, y.failure, y.reason,
                       y.launches, y.found));
  }
  EXPECT_TRUE(std::isnan(b.cells[0].value) && std::isnan(b.cells[0].lo) && std::isnan(b.cells[0].hi));
  EXPECT_EQ(b.cells[1].value, 1.5);
  EXPECT_EQ(b.cells[1].lo, 1.25);
  EXPECT_EQ(b.cells[1].hi, 1.75);
  ASSERT_EQ(b.roll_ups.size(), 1u);
  const auto& x = a.roll_ups[0];
  const auto& y = b.roll_ups[0];
  EXPECT_EQ(std::tie(x.subject, x.kind, x.verdict, x.disposition, x.passed, x.failed, x.inconclusive,
                     x.not_judged, x.not_applicable),
            std::tie(y.subject, y.kind, y.verdict, y.disposition, y.passed, y.failed, y.inconclusive,
                     y.not_judged, y.not_applicable));
  ASSERT_EQ(b.coverage.size(), 2u);
  EXPECT_TRUE(b.coverage[0].measured && !b.coverage[0].judged && !b.coverage[1].measured &&
              b.coverage[1].judged);
  EXPECT_EQ(b.coverage[0].excluded, "no limit");
  EXPECT_EQ(b.coverage[1].target, 2u);
  ASSERT_EQ(b.findings.size(), 2u);
  EXPECT_EQ(b.findings[0].subjects, (std::vector<std::string>{"n1", "n2"}));
  EXPECT_EQ(b.findings[0].id + b.findings[0].kind + b.findings[0].evidence.en + b.findings[0].action.en,
            "abcclockevidenceaction");
}

TEST_F(VerdictsFile, SameInputSameBytes) {
  write_verdicts(read_verdicts(file_), sample_results(), sample_limits(), folder_ / "again.h5");
  EXPECT_EQ(read_file(file_), read_file(folder_ / "again.h5"));
}

TEST_F(VerdictsFile, HasNamesOfTargetsAndTheLimitsThatWereApplied) {
  const auto file = read_stored_verdicts(file_);
  ASSERT_EQ(file.targets.size(), sample_results().targets.size());
  for (std::size_t i = 0; i < file.targets.size(); ++i)
    EXPECT_EQ(file.targets[i], sample_results().targets[i].name);
  ASSERT_EQ(file.limits.size(), 5u);
  EXPECT_EQ(file.limits[0].lower, 1e9);
  EXPECT_TRUE(std::isnan(file.limits[0].upper));
  EXPECT_EQ(file.limits[4].texts, (std::vector<std::string>{"tcp", "shm"}));
}

TEST_F(VerdictsFile, OfAnEarlierVersionKnowsNoWaivers) {
  const auto made = run_python(
      "h = h5py.File(f, 'r+')\nh.attrs.modify('schema_minor', np.uint32(1))\n"
      "del h['/judgement/waivers_name']\ndel h['/judgement/waivers_sha256']\nh.close()",
      file_);
  ASSERT_EQ(made.status, 0) << made.output;
  const Verdicts verdicts = read_verdicts(file_);
  EXPECT_EQ(verdicts.waivers_name + verdicts.waivers_sha256, "");
  EXPECT_EQ(verdicts.limits_name, "sample");
}

TEST_F(VerdictsFile, SpeaksForItself) {
  const auto python = run_python(R"(
h = h5py.File(f, 'r')
raw, at = h['/dict/strings'][:].tobytes(), h['/dict/offsets'][:]
texts = [raw[a:b].decode() for a, b in zip(at, at[1:])]
text = lambda path: [texts[i] for i in h[path][:]]
names = {v: k for k, v in h5py.check_enum_dtype(h['/cells/verdict'].dtype).items()}
assert [names[v] for v in h['/cells/verdict'][:]] == ['pass', 'fail']
assert text('/targets/name')[5] == 'rack1' and text('/limits/unit') == ['B/s', 's', '1', '1', '1']
assert h['/limits/lower'][0] == 1e9 and np.isnan(h['/limits/upper'][0]) and h['/limits/upper'][1] == 2e-6
assert h['/limits/lower'][2] == 1 and h['/limits/upper'][2] == 2 and h['/limits/number'][3] == 8
assert [texts[i] for i in h['/limits/texts'][:]] == ['tcp', 'shm'] and h['/limits/texts_offset'][4] == 0
assert text('/judgement/limits_text') == ['schema = 1\n']
assert text('/judgement/waivers_name') == ['waivers.toml'] and text('/judgement/waivers_sha256') == ['w' * 64]
)",
                                 file_);
  EXPECT_EQ(python.status, 0) << python.output;
}

TEST_F(VerdictsFile, WhatIsOutOfRangeIsRefused) {
  const std::vector<std::pair<const char*, const char*>> attacks{
      {"h['/cells/target'][0] = 6", "/cells/target names row 6 of 6"},
      {"h['/cells/limit'][0] = 5", "/cells/limit names row 5 of 5"},
      {"h['/cells/limit'][0] = -2", "/cells/limit names row -2 of 5"},
      {"h['/cells/verdict'][0] = 5", "/cells/verdict holds a number"},
      {"h['/coverage/target'][0] = 6", "/coverage/target names row 6 of 6"},
      {"h['/judgement/exit_code'][0] = 4", "/judgement/exit_code is 4"},
      {"h.move('/cells', '/x'); h['/cells'] = h5py.SoftLink('/x')", "/cells is a soft"},
      {"h.attrs['schema'] = np.bytes_(b'rackproof-results')", "not a rackproof-verdicts file"},
      {"h.attrs.modify('complete', np.uint8(0))", "incomplete"}};
  for (const auto& [script, complaint] : attacks) {
    write_verdicts(sample_verdicts(), sample_results(), sample_limits(), file_);
    const auto made = run_python(std::string("h = h5py.File(f, 'r+')\n") + script + "\nh.close()", file_);
    ASSERT_EQ(made.status, 0) << made.output;
    const std::string text = error_of([&] { read_verdicts(file_); });
    EXPECT_NE(text.find(complaint), std::string::npos) << text;
  }
}

TEST_F(VerdictsFile, IsNotAResultsFile) {
  EXPECT_NE(error_of([&] { read_results(file_); }).find("but \"rackproof-verdicts\""), std::string::npos);
}

TEST_F(VerdictsFile, FlippedBytesNeverCrash) {
  const std::string sound = read_file(file_);
  std::mt19937_64 random(3);
  int read_anyway = 0;
  for (int i = 0; i < 200; ++i) {
    std::string bytes = sound;
    bytes[random() % bytes.size()] ^= static_cast<char>(1 + random() % 255);
    std::ofstream(file_, std::ios::binary) << bytes;
    try {
      const Verdicts verdicts = read_verdicts(file_);
      ++read_anyway;
      EXPECT_EQ(verdicts.cells.size(), 2u);
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    }
  }
  EXPECT_LT(read_anyway, 200);
}

}  // namespace
}  // namespace rackproof
