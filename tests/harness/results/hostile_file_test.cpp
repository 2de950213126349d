// Every file that must be refused, made from a sound one with the tools that an attacker has.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "harness/record/durable_file.hpp"
#include "harness/results/results_file.hpp"
#include "tests/harness/results/python.hpp"
#include "tests/harness/results/sample_results.hpp"

namespace rackproof {
namespace {

struct Attack {
  const char* name;
  const char* script;     // changes the sound file `f`
  const char* complaint;  // must stand in the one line of the refusal
};

void PrintTo(const Attack& attack, std::ostream* out) { *out << attack.name; }

// Replaces a dataset by one with the same values but other properties.
constexpr const char* kRemake = R"(
h = h5py.File(f, 'r+')
def remake(path, **how):
    d = h[path]; v, t, s = d[...], d.dtype, d.shape
    del h[path]
    how = {'data': v, 'dtype': t, 'shape': s} | how
    return h.create_dataset(path, **how)
)";

class Hostile : public testing::TestWithParam<Attack> {};

TEST_P(Hostile, IsRefusedInOneLine) {
  const TemporaryFolder folder;
  const auto file = folder / "results.h5";
  write_results(sample_results(), file);
  const auto made = run_python(std::string(kRemake) + GetParam().script + "\nh.close()", file);
  ASSERT_EQ(made.status, 0) << made.output;
  const std::string complaint = error_of([&] { read_results(file); });
  EXPECT_NE(complaint.find(GetParam().complaint), std::string::npos) << complaint;
  EXPECT_EQ(complaint.rfind(file.string() + ": ", 0), 0u) << complaint;
  EXPECT_EQ(complaint.find('\n'), std::string::npos) << complaint;
  EXPECT_EQ(error_of([&] { read_results(file, ReadSamples::none); }), complaint) << "also without samples";
}

constexpr Attack kAttacks[]{
    {"ExternalStorage", R"(
v = h['/attempts/log_offset'][...]; del h['/attempts/log_offset']
h.create_dataset('/attempts/log_offset', shape=v.shape, dtype='<i8', external=[('/etc/passwd', 0, 1000)]))",
     "/attempts/log_offset keeps its data in external files"},
    {"SoftLinkAsDataset",
     "h.move('/series/unit', '/elsewhere'); h['/series/unit'] = h5py.SoftLink('/elsewhere')",
     "/series/unit is a soft, external or user-defined link"},
    {"SoftLinkInTheMiddle",
     "h.move('/results/node', '/elsewhere'); h['/results/node'] = h5py.SoftLink('/elsewhere')",
     "/results/node is a soft, external or user-defined link"},
    {"ExternalLinkAtTheTop", "del h['/facts']; h['/facts'] = h5py.ExternalLink('other.h5', '/facts')",
     "/facts is a soft, external or user-defined link"},
    {"VirtualDataset", R"(
del h['/attempts/iterations']
layout = h5py.VirtualLayout(shape=(3,), dtype='<i8')
layout[:] = h5py.VirtualSource('other.h5', 'x', shape=(3,))
h.create_virtual_dataset('/attempts/iterations', layout))",
     "/attempts/iterations is a virtual dataset"},
    {"OtherFilter", "remake('/attempts/begin', fletcher32=True)", "/attempts/begin uses a filter (number 3)"},
    {"UserFilter", "remake('/attempts/begin', compression='lzf')",
     "/attempts/begin uses a filter (number 32000)"},
    {"FilterTwice", R"(
v = h['/attempts/begin'][...]; del h['/attempts/begin']
p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_chunk((3,)); p.set_deflate(1); p.set_deflate(1)
d = h5py.h5d.create(h['/attempts'].id, b'begin', h5py.h5t.STD_I64LE, h5py.h5s.create_simple((3,)), p)
d.write(h5py.h5s.ALL, h5py.h5s.ALL, v))",
     "other than shuffle and deflate, once each"},
    {"ColumnBomb",
     "del h['/series/case']; h.create_dataset('/series/case', shape=(2**40,), dtype='<u4', chunks=(1024,))",
     "/series/case is above the size limit"},
    {"ColumnBombBelowTheLimit",
     "del h['/series/case']; h.create_dataset('/series/case', shape=(2**27,), dtype='<u4', chunks=(65536,))",
     "/series/case claims more data than the file holds"},
    {"MatrixBomb",
     "del h['/results/node/value']; h.create_dataset('/results/node/value', shape=(2**33, 2**33), "
     "dtype='<f4', chunks=(1, 65536))",
     "/results/node/value is above the size limit"},
    {"ContiguousBomb", "del h['/series/case']; h.create_dataset('/series/case', shape=(2**27,), dtype='<u4')",
     "/series/case claims more data than the file holds"},
    {"ChunkBomb", "remake('/series/case', chunks=(2**20,), maxshape=(None,))",
     "/series/case has chunks above the size limit"},
    {"DeflateBomb", R"(
del h['/dict/strings']
h.create_dataset('/dict/strings', shape=(2**28,), dtype='u1', chunks=(2**20,), compression='gzip', fillvalue=0)
h['/dict/strings'][0:2**20] = 0)",
     "/dict/strings claims more data than the file holds"},
    {"ReferenceOutOfRange", "h['/attempts/target'][0] = 6", "/attempts/target names row 6 of 6"},
    {"MemberOutOfRange", "h['/targets/members'][0] = 6", "/targets/members names row 6 of 6"},
    {"LaunchOfNoAttempt", "h['/launches/attempt'][1] = 3", "/launches/attempt names row 3 of 3"},
    {"LaunchOfNoSeries", "h['/launches/series'][1] = 4000000000",
     "/launches/series names row 4000000000 of 3"},
    {"SampleOfNoAttempt", "h['/samples/attempt'][1] = 3", "/samples/attempt names row 3 of 3"},
    {"SamplesOfOtherType", "remake('/samples/host_ns', dtype='<i4')", "/samples/host_ns has another type"},
    {"SampleBomb", R"(
n = 2**27; del h['/samples/event_ns']; h['/samples/event_ns_offset'][2] = n
h.create_dataset('/samples/event_ns', shape=(n,), dtype='<i8', chunks=(65536,)))",
     "/samples/event_ns claims more data than the file holds"},
    {"TextOutOfRange", "h['/series/title'][2] = 10**9", "/series/title names text 1000000000"},
    {"EnumOutOfRange", "h['/attempts/status'][0] = 8",
     "/attempts/status holds a number outside its enumeration"},
    {"EnumRenamed",
     "remake('/attempts/phase', dtype=h5py.enum_dtype({'measure': 0, 'launch': 3, 'finish': 5}, 'u1'))",
     "/attempts/phase has another type"},
    {"EnumAsNumber", "remake('/attempts/stop', dtype='u1')", "/attempts/stop has another type"},
    {"FlagOutOfRange", "h['/attempts/throttled'][0] = 2",
     "/attempts/throttled holds a flag that is neither 0 nor 1"},
    {"OtherType", "remake('/results/node/value', dtype='<f8')", "/results/node/value has another type"},
    {"BigEndian", "remake('/attempts/begin', dtype='>i8')", "/attempts/begin has another type"},
    {"VariableLengthText", "del h['/series/unit']; h.create_dataset('/series/unit', data=['B/s', '1', 's'])",
     "/series/unit has another type"},
    {"OtherRank", "remake('/attempts/begin', data=h['/attempts/begin'][...].reshape(3, 1), shape=(3, 1))",
     "/attempts/begin has another rank"},
    {"Scalar", "del h['/attempts/begin']; h['/attempts/begin'] = np.int64(1)",
     "/attempts/begin has another rank"},
    {"OtherShape", "remake('/results/node/lo', data=np.zeros((2, 3), 'f4'), shape=(2, 3))",
     "/results/node/lo has shape 2 × 3 where 3 × 2 is expected"},
    {"ShortColumn", "remake('/attempts/begin', data=np.zeros(2, 'i8'), shape=(2,))",
     "/attempts/begin has 2 rows where 3 are expected"},
    {"OffsetsBackwards", "h['/targets/members_offset'][1] = 7", "/targets/members_offset does not divide"},
    {"OffsetsBeyond", "h['/samples/host_ns_offset'][2] = 2**63", "/samples/host_ns_offset does not divide"},
    {"DictionaryBackwards", "h['/dict/offsets'][1] = 2**40", "/dict/offsets do not divide"},
    {"ColumnsOfOtherTargets", "h['/results/node/target'][0] = 2",
     "/results/node/target does not list the node targets"},
    {"KeyTwice", "k = h['/targets/labels_key']; k[1] = k[0]", "/targets/labels_key names one key twice"},
    {"GroupForDataset", "del h['/series/case']; h.create_group('/series/case')",
     "/series/case is not a dataset"},
    {"DatasetForGroup", "del h['/notices']; h['/notices'] = 1", "/notices/kind"},
    {"CounterBackwards", "h['/counters/delta'][0] = -1", "/counters has a delta that is no number"},
    {"CounterOfNothing", "h['/counters/delta'][0] = np.nan", "/counters has a delta that is no number"},
    {"CounterDespiteAReason", "h['/counters/delta'][1] = 5", "/counters has a delta that is no number"},
    {"CounterOfNoAttempt", "h['/counters/attempt'][0] = 99", "/counters/attempt names row 99"},
    {"Missing", "del h['/attempts/phase']", "/attempts/phase is missing"},
    {"TwoProvenances", R"(
for name in list(h['/provenance']):
    v = h['/provenance/' + name][...]
    remake('/provenance/' + name, data=np.concatenate([v, v]), shape=(2,)))",
     "/provenance has not exactly one row"},
    {"OtherSchema", "h.attrs['schema'] = np.bytes_(b'rackproof-verdicts')",
     "not a rackproof-results file but \"rackproof-verdicts\""},
    {"SchemaOfAnyLength", "h.attrs['schema'] = 'rackproof-results'", "it names no schema"},
    {"NoSchema", "del h.attrs['schema']", "it names no schema"},
    {"NextMajor", "h.attrs.modify('schema_major', np.uint32(2))", "schema 2.4 cannot be read"},
    {"LaterMinor", "h.attrs.modify('schema_minor', np.uint32(5))", "schema 1.5 cannot be read"},
    {"NoVersion", "del h.attrs['schema_minor']", "the schema version is missing"},
    {"Incomplete", "h.attrs.modify('complete', np.uint8(0))", "incomplete"},
    {"CompleteIsTwo", "h.attrs.modify('complete', np.uint8(2))", "incomplete"},
    {"CompleteIsMissing", "del h.attrs['complete']", "incomplete"},
    {"EndedIsMissing", "del h.attrs['ended']", "attribute ended is missing"},
};

INSTANTIATE_TEST_SUITE_P(All, Hostile, testing::ValuesIn(kAttacks),
                         [](const auto& attack) { return std::string(attack.param.name); });

TEST(HostileFile, WhatIsNotHdf5IsRefused) {
  const TemporaryFolder folder;
  for (const std::string text : {"", "\x89HDF", "{\"a\": 1}\n", "PK\x03\x04 and more than eight bytes"}) {
    std::ofstream(folder / "results.h5", std::ios::binary) << text;
    EXPECT_EQ(error_of([&] { read_results(folder / "results.h5"); }),
              (folder / "results.h5").string() + ": not an HDF5 file");
  }
  EXPECT_NE(error_of([&] { read_results(folder / "none.h5"); }).find("cannot be read"), std::string::npos);
  EXPECT_NE(error_of([&] { read_results(folder.path()); }).find("not a regular file"), std::string::npos);
}

TEST(HostileFile, ATruncatedFileIsCalledSo) {
  const TemporaryFolder folder;
  const auto file = folder / "results.h5";
  write_results(sample_results(), file);
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  EXPECT_NE(error_of([&] { read_results(file); }).find("truncated"), std::string::npos);
}

TEST(HostileFile, AFileWhoseWriterWasKilledIsRefused) {
  const TemporaryFolder folder;
  const auto file = folder / "results.h5";
  const auto made = run_python(
      "h = h5py.File(f, 'w'); h.attrs['schema'] = np.bytes_(b'rackproof-results')\n"
      "import os; h.flush(); h['x'] = np.zeros(100000); os._exit(0)",
      file);
  ASSERT_EQ(made.status, 0) << made.output;
  EXPECT_FALSE(error_of([&] { read_results(file); }).empty());
}

// A child tries, because the largest size that a process ever had cannot be measured twice.
TEST(HostileFile, AShapeBombCostsNoMemory) {
  const TemporaryFolder folder;
  const auto file = folder / "results.h5";
  write_results(sample_results(), file);
  const auto made = run_python(std::string(kRemake) + R"(
for name, t in (('value', '<f4'), ('lo', '<f4'), ('hi', '<f4')):
    del h['/results/node/' + name]
    h.create_dataset('/results/node/' + name, shape=(2**14, 2**14), dtype=t, chunks=(1, 16384), compression='gzip')
h.close())",
                               file);
  ASSERT_EQ(made.status, 0) << made.output;
  const pid_t child = ::fork();
  if (child == 0) {
    rusage before{};
    getrusage(RUSAGE_SELF, &before);
    bool refused = false;
    try {
      read_results(file);
    } catch (const Error&) {
      refused = true;
    }
    rusage self{};
    rusage probe{};
    getrusage(RUSAGE_SELF, &self);
    getrusage(RUSAGE_CHILDREN, &probe);
    const long largest = before.ru_maxrss + 100 * 1024;  // KiB; the bomb claims 3 GiB
    _exit(!refused ? 1 : self.ru_maxrss > largest || probe.ru_maxrss > largest ? 2 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0) << "1: it was read; 2: it took too much memory";
}

}  // namespace
}  // namespace rackproof
