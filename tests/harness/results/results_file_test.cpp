#include "harness/results/results_file.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <thread>
#include <tuple>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/record/durable_file.hpp"
#include "tests/harness/results/python.hpp"
#include "tests/harness/results/sample_results.hpp"

namespace rackproof {
namespace {

void expect_same_tables(const Results& a, const Results& b) {
  ASSERT_EQ(a.series.size(), b.series.size());
  for (std::size_t i = 0; i < a.series.size(); ++i) {
    const auto& x = a.series[i];
    const auto& y = b.series[i];
    EXPECT_EQ(std::tie(x.case_id, x.quantity, x.kind, x.unit, x.direction, x.formula, x.clock,
                       x.definition_hash, x.title),
              std::tie(y.case_id, y.quantity, y.kind, y.unit, y.direction, y.formula, y.clock,
                       y.definition_hash, y.title));
  }
  ASSERT_EQ(a.targets.size(), b.targets.size());
  for (std::size_t i = 0; i < a.targets.size(); ++i) {
    const auto& x = a.targets[i];
    const auto& y = b.targets[i];
    EXPECT_EQ(std::tie(x.name, x.placement, x.scope, x.members, x.rack, x.model, x.serial, x.absent, x.labels,
                       x.hostname, x.boot_id, x.machine_id, x.is_virtual),
              std::tie(y.name, y.placement, y.scope, y.members, y.rack, y.model, y.serial, y.absent, y.labels,
                       y.hostname, y.boot_id, y.machine_id, y.is_virtual));
  }
  ASSERT_EQ(a.promises.size(), b.promises.size());
  for (std::size_t i = 0; i < a.promises.size(); ++i) {
    const auto& x = a.promises[i];
    const auto& y = b.promises[i];
    EXPECT_EQ(std::tie(x.target, x.case_id, x.exempt), std::tie(y.target, y.case_id, y.exempt));
  }
  ASSERT_EQ(a.facts.size(), b.facts.size());
  for (std::size_t i = 0; i < a.facts.size(); ++i) {
    const auto& x = a.facts[i];
    const auto& y = b.facts[i];
    EXPECT_EQ(std::tie(x.target, x.key, x.promised, x.found, x.source),
              std::tie(y.target, y.key, y.promised, y.found, y.source));
  }
  ASSERT_EQ(a.notices.size(), b.notices.size());
  for (std::size_t i = 0; i < a.notices.size(); ++i) {
    const auto& x = a.notices[i];
    const auto& y = b.notices[i];
    EXPECT_EQ(std::tie(x.kind, x.subjects, x.evidence), std::tie(y.kind, y.subjects, y.evidence));
  }
}

void expect_same_measurements(const Results& a, const Results& b) {
  ASSERT_EQ(a.attempts.size(), b.attempts.size());
  for (std::size_t i = 0; i < a.attempts.size(); ++i) {
    const auto& x = a.attempts[i];
    const auto& y = b.attempts[i];
    EXPECT_EQ(x.outcome, y.outcome);
    EXPECT_EQ(
        std::tie(x.target, x.case_id, x.launch, x.attempt, x.stop, x.begin_utc_ns, x.end_utc_ns, x.iterations,
                 x.elements_checked, x.resolution_s, x.throttled, x.clocks_disagree, x.implementation,
                 x.implementation_detail, x.division, x.log_offset, x.before, x.after, x.boot_id),
        std::tie(y.target, y.case_id, y.launch, y.attempt, y.stop, y.begin_utc_ns, y.end_utc_ns, y.iterations,
                 y.elements_checked, y.resolution_s, y.throttled, y.clocks_disagree, y.implementation,
                 y.implementation_detail, y.division, y.log_offset, y.before, y.after, y.boot_id));
  }
  ASSERT_EQ(a.launch_values.size(), b.launch_values.size());
  for (std::size_t i = 0; i < a.launch_values.size(); ++i) {
    const auto& x = a.launch_values[i];
    const auto& y = b.launch_values[i];
    EXPECT_EQ(std::tie(x.attempt, x.series, x.value, x.lo, x.hi, x.n),
              std::tie(y.attempt, y.series, y.value, y.lo, y.hi, y.n));
  }
  ASSERT_EQ(a.counters.size(), b.counters.size());
  for (std::size_t i = 0; i < a.counters.size(); ++i) {
    const auto& x = a.counters[i];
    const auto& y = b.counters[i];
    EXPECT_EQ(std::tie(x.attempt, x.name, x.unit, x.unavailable),
              std::tie(y.attempt, y.name, y.unit, y.unavailable));
    EXPECT_TRUE(x.delta == y.delta || (std::isnan(x.delta) && std::isnan(y.delta)));
  }
  ASSERT_EQ(a.samples.size(), b.samples.size());
  for (std::size_t i = 0; i < a.samples.size(); ++i) {
    const auto& x = a.samples[i];
    const auto& y = b.samples[i];
    EXPECT_EQ(std::tie(x.attempt, x.host_ns, x.event_ns), std::tie(y.attempt, y.host_ns, y.event_ns));
  }
  ASSERT_EQ(a.exact.size(), b.exact.size());
  for (std::size_t i = 0; i < a.exact.size(); ++i) {
    const auto& x = a.exact[i];
    const auto& y = b.exact[i];
    EXPECT_EQ(std::tie(x.series, x.target, x.value, x.differs),
              std::tie(y.series, y.target, y.value, y.differs));
  }
  EXPECT_EQ(a.columns, b.columns);
  const auto same = [](float x, float y) { return x == y || (std::isnan(x) && std::isnan(y)); };
  for (std::size_t placement = 0; placement < a.cells.size(); ++placement) {
    ASSERT_EQ(a.cells[placement].size(), b.cells[placement].size());
    for (std::size_t i = 0; i < a.cells[placement].size(); ++i) {
      const auto& x = a.cells[placement][i];
      const auto& y = b.cells[placement][i];
      EXPECT_TRUE(same(x.value, y.value) && same(x.lo, y.lo) && same(x.hi, y.hi)) << placement << ' ' << i;
      EXPECT_EQ(std::tie(x.n, x.status, x.stop), std::tie(y.n, y.status, y.stop));
    }
  }
}

void expect_same_provenance(const Provenance& x, const Provenance& y) {
  EXPECT_EQ(std::tie(x.campaign_id, x.program_version, x.catalogue_hash, x.started_utc, x.finished_utc,
                     x.plan_text, x.plan_sha256, x.plan_name, x.site_text, x.site_sha256, x.site_name,
                     x.serials_text, x.serials_sha256, x.journal_sha256),
            std::tie(y.campaign_id, y.program_version, y.catalogue_hash, y.started_utc, y.finished_utc,
                     y.plan_text, y.plan_sha256, y.plan_name, y.site_text, y.site_sha256, y.site_name,
                     y.serials_text, y.serials_sha256, y.journal_sha256));
  EXPECT_EQ(std::tie(x.seed, x.launches, x.launch_component, x.attribute_virtual, x.removed_environment,
                     x.setup_environment, x.hwloc_xml),
            std::tie(y.seed, y.launches, y.launch_component, y.attribute_virtual, y.removed_environment,
                     y.setup_environment, y.hwloc_xml));
  ASSERT_EQ(x.backends.size(), y.backends.size());
  for (std::size_t i = 0; i < x.backends.size(); ++i) {
    EXPECT_EQ(x.backends[i].name, y.backends[i].name);
    EXPECT_EQ(x.backends[i].version, y.backends[i].version);
    EXPECT_EQ(x.backends[i].path, y.backends[i].path);
    EXPECT_EQ(x.backends[i].sha256, y.backends[i].sha256);
  }
}

TEST(ResultsFile, WhatIsWrittenIsReadBack) {
  const TemporaryFolder folder;
  const Results written = sample_results();
  write_results(written, folder / "results.h5");
  const Results read = read_results(folder / "results.h5");
  expect_same_tables(written, read);
  expect_same_measurements(written, read);
  expect_same_provenance(written.provenance, read.provenance);
  EXPECT_EQ(read.ended, Ended::interrupted);
  EXPECT_EQ(read.file_sha256, sha256_file(folder / "results.h5"));
  EXPECT_FALSE(std::filesystem::exists(folder / "results.h5.tmp"));
}

TEST(ResultsFile, AnEmptyCampaignIsReadBack) {
  const TemporaryFolder folder;
  write_results(Results{}, folder / "results.h5");
  const Results read = read_results(folder / "results.h5");
  EXPECT_EQ(read.targets.size(), 0u);
  EXPECT_EQ(read.ended, Ended::complete);
}

TEST(ResultsFile, MoreTargetsThanAChunkAreReadBack) {
  const TemporaryFolder folder;
  Results results;
  results.series = {sample_results().series[0], sample_results().series[2]};
  const std::uint32_t nodes = 65536 + 17;
  for (std::uint32_t i = 0; i < nodes; ++i) {
    TargetRow row;
    row.name = "node" + std::to_string(i);
    row.members = {i};
    results.targets.push_back(row);
    results.columns[1].push_back(i);
  }
  for (std::uint32_t i = 0; i < 2 * nodes; ++i) {
    results.cells[1].push_back({static_cast<float>(i), 0, 0, 1, Status::ok, Stop::time});
  }
  write_results(results, folder / "results.h5");
  expect_same_measurements(results, read_results(folder / "results.h5"));
}

TEST(ResultsFile, SameInputSameBytesAtAnotherTime) {
  const TemporaryFolder folder;
  write_results(sample_results(), folder / "first.h5");
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // HDF5 would store times in seconds
  write_results(sample_results(), folder / "second.h5");
  EXPECT_EQ(read_file(folder / "first.h5"), read_file(folder / "second.h5"));
  write_results(read_results(folder / "first.h5"), folder / "third.h5");
  EXPECT_EQ(read_file(folder / "first.h5"), read_file(folder / "third.h5"));
}

TEST(ResultsFile, AnIndexThatIsOutOfRangeIsNotWritten) {
  const TemporaryFolder folder;
  Results results = sample_results();
  results.attempts[0].target = 99;
  EXPECT_NE(error_of([&] { write_results(results, folder / "results.h5"); }).find("/attempts/target"),
            std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder / "results.h5"));
}

TEST(ResultsFile, AFolderThatIsNotThereIsAnError) {
  const TemporaryFolder folder;
  EXPECT_NE(
      error_of([&] { write_results(sample_results(), folder / "no" / "results.h5"); }).find("cannot write"),
      std::string::npos);
}

TEST(ResultsFile, AFullDiskIsAnErrorAndTheProgramEndsAsItLikes) {
  const TemporaryFolder folder;
  const auto write_too_much = [&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    try {
      write_results(sample_results(), folder / "results.h5");
    } catch (const Error& error) {
      std::cerr << error.what() << '\n';
      std::exit(3);
    }
    std::exit(0);
  };
  EXPECT_EXIT(write_too_much(), testing::ExitedWithCode(3), "results.h5.tmp: cannot write");
}

TEST(ResultsFile, H5dumpShowsIt) {
  const TemporaryFolder folder;
  write_results(sample_results(), folder / "results.h5");
  const auto header = run_command({"/usr/bin/h5dump", "-H", (folder / "results.h5").string()});
  EXPECT_EQ(header.status, 0) << header.output;
  EXPECT_NE(header.output.find("H5T_ENUM"), std::string::npos);
  EXPECT_EQ(header.output.find("H5T_VLEN"), std::string::npos);
  const auto status =
      run_command({"/usr/bin/h5dump", "-d", "/attempts/status", (folder / "results.h5").string()});
  EXPECT_NE(status.output.find("ok, ok, crashed"), std::string::npos) << status.output;
}

TEST(ResultsFile, H5pyReadsItWithoutAPlugin) {
  const TemporaryFolder folder;
  write_results(sample_results(), folder / "results.h5");
  const auto python = run_python(R"(
h = h5py.File(f, 'r')
assert h.attrs['schema'] == b'rackproof-results' and h.attrs['schema_major'] == 1 and h.attrs['complete'] == 1
enum = h5py.check_enum_dtype(h.attrs.get_id('ended').dtype)
assert enum[ 'interrupted'] == h.attrs['ended'], enum
raw, at = h['/dict/strings'][:].tobytes(), h['/dict/offsets'][:]
texts = [raw[a:b].decode() for a, b in zip(at, at[1:])]
text = lambda path: [texts[i] for i in h[path][:]]
assert text('/targets/name')[4] == 'rack1/node1+rack1/node2'
assert text('/series/formula')[0] == 'stream-triad: 3 · 8 · n / t'
assert text('/provenance/site_text') == ['schema = 1\n# 机柜\n']
v = h['/results/node/value']
assert v.shape == (3, 2) and v.dtype == np.float32 and v[0, 0] == np.float32(1.2423e10) and np.isnan(v[0, 1])
assert np.isnan(v.fillvalue) and v.chunks == (1, 2) and v.compression == 'gzip' and v.compression_opts == 1 and v.shuffle
assert h['/exact/group/value'][1, 0] == 2**63 - 1 and h['/exact/group/differs'][1, 0] == 1
assert h['/exact/node/present'][:].sum() == 1 and h['/exact/node/value'][1, 0] == -7
assert h['/samples/host_ns'][:].tolist() == [1000, 1001, 999, 5] and h['/samples/host_ns_offset'][:].tolist() == [0, 3, 4]
missing = []
def look(name, d):
    if isinstance(d, h5py.Dataset) and h5py.check_enum_dtype(d.dtype) is None and 'units' not in d.attrs: missing.append(name)
h.visititems(look)
assert not missing, missing
print('read', len(texts))
)",
                                 folder / "results.h5");
  EXPECT_EQ(python.status, 0) << python.output;
  EXPECT_EQ(python.output.rfind("read ", 0), 0u) << python.output;
}

}  // namespace
}  // namespace rackproof
