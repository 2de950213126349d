// A file of cells: what was put in comes out, for us and for h5py; what is bent is refused in one line.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "harness/base/parallel.hpp"
#include "harness/base/random.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/results/cell_reader.hpp"
#include "harness/results/cells_writer.hpp"
#include "harness/results/results_file.hpp"
#include "tests/harness/results/python.hpp"
#include "tests/harness/results/sample_results.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kNodes = 70'000;  // more than a chunk
constexpr std::size_t kDevices = 3;

float number(std::size_t series, std::size_t column) {
  return static_cast<float>(1000 + RandomStream(series, 1).normal(column));
}

CellRow cells(std::size_t series, std::size_t columns) {
  CellRow row;
  for (std::size_t i = 0; i < columns; ++i) {
    const float value = i % 11 == 3 ? std::numeric_limits<float>::quiet_NaN() : number(series, i);
    row.value.push_back(value);
    row.lo.push_back(value - 1);
    row.hi.push_back(value + 1);
    row.least.push_back(value - 2);
    row.most.push_back(value + 2);
    row.n.push_back(static_cast<std::uint16_t>(i));
    row.status.push_back(i % 11 == 3 ? Status::crashed : Status::ok);
    row.stop.push_back(Stop::precise);
  }
  return row;
}

CellsHead head() {
  CellsHead head;
  head.campaign_id = "fleet";
  head.program_version = "0";
  head.series = {{"memory/host/triad:f64,cold", "bandwidth", QuantityKind::real, "B/s",
                  Direction::higher_is_better, "triad", "host", "h1", "title"},
                 {"memory/host/triad:f64,cold", "wrong_elements", QuantityKind::exact, "1",
                  Direction::lower_is_better, "", "host", "h2", "title"},
                 {"interconnect/host/pt2pt:latency", "transport", QuantityKind::text, "1", Direction::neither,
                  "", "host", "h3", "title"}};
  head.parts.resize(2);
  head.parts[0].campaign_id = "a";
  head.parts[1].campaign_id = "b";
  return head;
}

Subjects named(CellsWriter& writer, Placement placement, std::size_t count) {
  Subjects subjects;
  subjects.placement = placement;
  for (std::size_t i = 0; i < count; ++i) {
    const bool node = placement == Placement::node;
    subjects.target.push_back(static_cast<std::uint32_t>(i));
    subjects.name.push_back(writer.text((node ? "n" : "d") + std::to_string(i)));
    subjects.scope.push_back(writer.text(node ? "node" : "device"));
    subjects.rack.push_back(writer.text("r" + std::to_string(i / 8)));
    subjects.model.push_back(kNoText);
    subjects.key.push_back(writer.text("S" + std::to_string(i)));
    subjects.node.push_back(static_cast<std::uint32_t>(i));
    subjects.second.push_back(kNoText);
    subjects.part.push_back(i < count / 2 ? 0 : 1);
  }
  return subjects;
}

void write(const std::filesystem::path& file, unsigned threads = 1) {
  CellsWriter writer(file, head());
  const std::uint32_t tcp = writer.text("tcp");
  writer.subjects(named(writer, Placement::device, kDevices),
                  {{"device/driver", std::vector<std::uint32_t>(kDevices, writer.text("13.0"))}});
  writer.subjects(named(writer, Placement::node, kNodes),
                  {{"label/hall", std::vector<std::uint32_t>(kNodes, writer.text("east"))}});
  for (const Placement placement : {Placement::pair, Placement::group}) {
    Subjects none;
    none.placement = placement;
    writer.subjects(none, {});
  }
  for (const auto& [placement, columns] :
       {std::pair{Placement::device, kDevices}, std::pair{Placement::node, kNodes}}) {
    std::vector<CellsWriter::Packed> packed(7);
    for_each_index(packed.size(), threads, [&, at = placement, count = columns](std::size_t i) {
      if (i < 3) {
        packed[i] = writer.pack(i, at, cells(i, count));
      } else if (i < 5) {
        packed[i] = writer.pack(i - 3, at,
                                CaseColumn{std::vector<CaseOutcome>(count, CaseOutcome::complete),
                                           std::vector<std::uint8_t>(count, i == 3)},
                                std::vector<Division>(count, i == 3 ? Division::closed : Division::open));
      } else if (i == 5) {
        packed[i] = writer.pack(
            1, at, ExactRow{std::vector<std::int64_t>(count, -7), std::vector<std::uint8_t>(count, 1)});
      } else {
        packed[i] = writer.pack(2, at, std::vector<std::uint32_t>(count, tcp));
      }
    });
    for (const auto& one : packed) writer.put(one);
  }
  writer.finish();
}

/// Bit for bit: NaN is NaN.
void expect_same(const std::vector<float>& a, const std::vector<float>& b) {
  ASSERT_EQ(a.size(), b.size());
  EXPECT_EQ(std::memcmp(a.data(), b.data(), a.size() * sizeof(float)), 0);
}

TEST(CellsFile, GivesBackWhatWasPutIn) {
  const TemporaryFolder folder;
  const auto file = folder / "cells.h5";
  write(file);
  const CellReader reader(file);
  EXPECT_EQ(reader.parts().size(), 2u);
  EXPECT_EQ(reader.cases(),
            (std::vector<std::string>{"memory/host/triad:f64,cold", "interconnect/host/pt2pt:latency"}));
  const Subjects& nodes = reader.subjects(Placement::node);
  ASSERT_EQ(nodes.size(), kNodes);
  EXPECT_EQ(reader.text(nodes.name[69'999]), "n69999");
  EXPECT_EQ(reader.text(nodes.model[0]), "");
  EXPECT_EQ(reader.subjects(Placement::pair).size(), 0u);
  EXPECT_EQ(reader.labels(), std::vector<std::string>{"hall"});
  EXPECT_EQ(reader.text(reader.label(Placement::device, "hall")[2]), "east") << "of its node";
  EXPECT_EQ(reader.facts(Placement::device), std::vector<std::string>{"device/driver"});
  EXPECT_EQ(reader.text(reader.fact(Placement::device, "device/driver")[0]), "13.0");
  EXPECT_EQ(reader.fact(Placement::node, "device/driver")[0], kNoText);
  for (std::size_t series = 0; series < 3; ++series) {
    const CellRow expected = cells(series, kNodes);
    const CellRow found = reader.read(series, Placement::node,
                                      {.interval = true, .range = true, .launches = true, .state = true});
    expect_same(found.value, expected.value);
    expect_same(found.lo, expected.lo);
    expect_same(found.hi, expected.hi);
    expect_same(found.least, expected.least);
    expect_same(found.most, expected.most);
    EXPECT_EQ(found.n, expected.n);
    EXPECT_EQ(found.status, expected.status);
    EXPECT_EQ(found.stop, expected.stop);
  }
  EXPECT_EQ(reader.read_case(0, Placement::device).disturbed, (std::vector<std::uint8_t>{1, 1, 1}));
  EXPECT_EQ(reader.read_case(1, Placement::device).outcome[2], CaseOutcome::complete);
  EXPECT_EQ(reader.read_divisions(0, Placement::device), std::vector<Division>(3, Division::closed));
  EXPECT_EQ(reader.read_divisions(1, Placement::device), std::vector<Division>(3, Division::open));
  EXPECT_EQ(reader.read_exact(1, Placement::node).value[5], -7);
  EXPECT_EQ(reader.text(reader.read_text(2, Placement::node)[69'999]), "tcp");
}

TEST(CellsFile, SameBytesOnAnyNumberOfThreads) {
  const TemporaryFolder folder;
  write(folder / "1.h5", 1);
  const std::string one = read_file(folder / "1.h5");
  for (const unsigned threads : {2u, 4u}) {
    write(folder / "n.h5", threads);
    EXPECT_EQ(read_file(folder / "n.h5"), one) << threads << " threads";
  }
}

TEST(CellsFile, StandardToolsReadTheSame) {
  const TemporaryFolder folder;
  const auto file = folder / "cells.h5";
  write(file);
  const auto python = run_python(R"(
h = h5py.File(f)
v = h['/results/node/value'][0]
assert v.shape == (70000,) and np.isnan(v[3]) and np.isnan(v).sum() == 6364, np.isnan(v).sum()
lo = h['/results/node/lo'][0]
assert np.nanmax(np.abs(v - lo - 1)) < 1e-3
assert h['/results/node/n'][2][65535] == 65535
assert h5py.check_enum_dtype(h['/cases/node/outcome'].dtype)['complete'] == 2
assert (h['/cases/node/disturbed'][0] == 1).all() and (h['/cases/node/disturbed'][1] == 0).all()
assert (h['/exact/node/value'][0] == -7).all()
off, raw = h['/dict/offsets'][...], h['/dict/strings'][...].tobytes()
row = h['/subjects/node/name'][69999]
assert raw[off[row]:off[row + 1]] == b'n69999'
print('same'))",
                                 file);
  EXPECT_EQ(python.status, 0) << python.output;
  EXPECT_NE(python.output.find("same"), std::string::npos) << python.output;
}

TEST(CellsFile, AResultsFileIsReadAsCells) {
  const TemporaryFolder folder;
  const auto file = folder / "results.h5";
  const Results results = sample_results();
  write_results(results, file);
  const CellReader reader(file);
  ASSERT_EQ(reader.series().size(), results.series.size());
  for (const Placement placement : {Placement::device, Placement::node, Placement::pair, Placement::group}) {
    const auto at = static_cast<std::size_t>(placement);
    const Subjects& subjects = reader.subjects(placement);
    ASSERT_EQ(subjects.target, results.columns[at]);
    for (std::size_t series = 0; series < results.series.size(); ++series) {
      const CellRow row = reader.read(series, placement);
      for (std::size_t i = 0; i < subjects.size(); ++i) {
        const CellValue& cell = results.cells[at][series * subjects.size() + i];
        EXPECT_EQ(std::isnan(row.value[i]), std::isnan(cell.value));
        if (!std::isnan(cell.value)) {
          EXPECT_EQ(row.value[i], cell.value);
        }
        EXPECT_EQ(row.status[i], cell.status);
        EXPECT_EQ(row.n[i], cell.n);
      }
    }
  }
  EXPECT_EQ(reader.text(reader.subjects(Placement::node).name[0]), results.targets[0].name);
  EXPECT_EQ(reader.read_case(1, Placement::device).outcome.size(), results.columns[0].size());
}

struct Bend {
  const char* script;
  const char* complaint;
};

TEST(CellsFile, WhatIsBentIsRefusedInOneLine) {
  const Bend bends[]{
      {"del h['/results/node/lo']", "/results/node/lo is missing"},
      {"d = h['/results/node/value'][...]; del h['/results/node/value']; "
       "h.create_dataset('/results/node/value', data=d, chunks=(3, 1000))",
       "/results/node/value is not stored in rows"},
      {"d = h['/results/node/value'][:, :9]; del h['/results/node/value']; "
       "h.create_dataset('/results/node/value', data=d, chunks=(1, 9))",
       "/results/node/value has shape 3 × 9 where 3 × 70000 is expected"},
      {"h['/subjects/device/node'][0] = 70000", "names a node that is not there"},
      {"h['/subjects/node/part'][0] = 2", "names a campaign that is not there"},
      {"h['/subjects/node/name'][0] = 4000000", "names a text that is not there"},
  };
  const TemporaryFolder folder;
  write(folder / "sound.h5");
  for (const Bend& bend : bends) {
    SCOPED_TRACE(bend.script);
    const auto file = folder / "cells.h5";
    std::filesystem::copy_file(folder / "sound.h5", file, std::filesystem::copy_options::overwrite_existing);
    const auto made = run_python("h = h5py.File(f, 'r+')\n" + std::string(bend.script) + "\nh.close()", file);
    ASSERT_EQ(made.status, 0) << made.output;
    const std::string complaint = error_of([&] { const CellReader reader(file); });
    EXPECT_NE(complaint.find(bend.complaint), std::string::npos) << complaint;
    EXPECT_EQ(complaint.rfind(file.string() + ": ", 0), 0u) << complaint;
  }
}

TEST(CellsFile, OfAnOlderMinorVersionTheDivisionIsUnknown) {
  const TemporaryFolder folder;
  const auto file = folder / "cells.h5";
  write(file);
  const auto made = run_python(R"(
h = h5py.File(f, 'r+')
h.attrs['schema_minor'] = np.uint32(0)
for placement in ('device', 'node'):
    del h['/cases/%s/division' % placement]
h.close())",
                               file);
  ASSERT_EQ(made.status, 0) << made.output;
  const CellReader reader(file);
  EXPECT_EQ(reader.read_divisions(0, Placement::device), std::vector<Division>(3, Division::unknown));
}

TEST(CellsFile, ADamagedChunkIsRefusedWhenItIsRead) {
  const TemporaryFolder folder;
  const auto file = folder / "cells.h5";
  write(file);
  const auto made = run_python(R"(
h = h5py.File(f)
info = h['/results/node/value'].id.get_chunk_info(1)
h.close()
with open(f, 'r+b') as raw:
    raw.seek(info.byte_offset + info.size // 2)
    raw.write(b'\xff' * 64))",
                               file);
  ASSERT_EQ(made.status, 0) << made.output;
  const CellReader reader(file);
  EXPECT_NE(error_of([&] {
              for (std::size_t series = 0; series < 3; ++series) reader.read(series, Placement::node);
            }).find("/results/node/value has a damaged chunk"),
            std::string::npos);
}

}  // namespace

}  // namespace rackproof
