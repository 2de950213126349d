// cells-write FOLDER [THREADS]: writes cells of 40,000 × 8 × 8 devices × 60 metrics, eight fields each, from rows that are made before
// the clock starts, to FOLDER/cells-write.h5, which is taken away again. Prints seconds and sizes; ends with 0 when they are within the
// bounds of README.md.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "harness/base/error.hpp"
#include "harness/base/parallel.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/results/hdf5.hpp"
#include "harness/results/results_schema.hpp"
#include "harness/simulate/generator.hpp"

using namespace rackproof;

namespace {

constexpr SimulationSize kFleet{40000, 8, 8, 60, 1, 2};
constexpr std::size_t kMade = 20;  // rows that are written again and again: one of each base value
constexpr double kMostSeconds = 20, kMostValueBytes = 300e6, kMostBytes = 700e6;

/// The matrices of /results/device, and the bytes that were put into each.
class Columns {
 public:
  explicit Columns(Hdf5Writer& file) {
    const Shape shape{static_cast<std::size_t>(kFleet.metrics), Fleet(kFleet).devices()};
    const auto path = [](const char* name) { return std::string("/results/device/") + name; };
    for (const auto& [name, packing] :
         {std::pair("value", Packing::fast), std::pair("lo", Packing::small), std::pair("hi", Packing::small),
          std::pair("least", Packing::fast), std::pair("most", Packing::fast)})
      matrices_.push_back(file.matrix<float>(path(name), shape, kSeriesUnits, packing));
    matrices_.push_back(file.matrix<std::uint16_t>(path("n"), shape, "1"));
    matrices_.push_back(file.choice_matrix(path("status"), shape, kStatusEnum));
    matrices_.push_back(file.choice_matrix(path("stop"), shape, kStopEnum));
    bytes.resize(matrices_.size());
  }

  using Packed = std::vector<std::vector<ChunkBytes>>;
  Packed pack(const CellRow& row) const {
    const auto choice = [](const auto& values) {
      return std::span(reinterpret_cast<const std::uint8_t*>(values.data()), values.size());
    };
    Packed out;
    std::size_t field = 0;
    for (const auto* floats : {&row.value, &row.lo, &row.hi, &row.least, &row.most})
      out.push_back(matrices_[field++].pack(std::span<const float>(*floats)));
    out.push_back(matrices_[field++].pack(std::span<const std::uint16_t>(row.n)));
    out.push_back(matrices_[field++].pack(choice(row.status)));
    out.push_back(matrices_[field].pack(choice(row.stop)));
    return out;
  }

  void put(std::size_t row, const Packed& packed) {
    for (std::size_t field = 0; field < packed.size(); ++field) {
      matrices_[field].put(row, packed[field]);
      for (const ChunkBytes& chunk : packed[field]) bytes[field] += static_cast<double>(chunk.size());
    }
  }

  std::vector<double> bytes;  ///< by field, in the order above

 private:
  std::vector<MatrixWriter> matrices_;
};

int bench(const std::filesystem::path& folder, unsigned threads) {
  const Simulation simulation(kFleet, 1, {});
  std::vector<CellRow> rows(kMade);
  for_each_index(kMade, threads, [&](std::size_t i) { rows[i] = MetricNight(simulation, i, 1).cells(); });

  const auto begin = std::chrono::steady_clock::now();
  const std::clock_t cpu = std::clock();
  Draft draft(folder / "cells-write.h5");
  std::vector<double> bytes;
  {
    Hdf5Writer file(draft.path(), {"rackproof-bench", 1, 0});
    {
      Columns columns(file);
      const auto metrics = static_cast<std::size_t>(kFleet.metrics);
      std::size_t row = 0;
      for_each_in_order(
          metrics, threads, [&](std::size_t i) { return columns.pack(rows[i % kMade]); },
          [&](const Columns::Packed& packed) { columns.put(row++, packed); });
      bytes = columns.bytes;
    }
    file.finish();
  }
  draft.publish();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const double used = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  std::filesystem::remove(folder / "cells-write.h5");
  const double six = bytes[0] + bytes[1] + bytes[2] + bytes[5] + bytes[6] + bytes[7];
  fmt::print("{} threads: {:.1f} s with fsync, {:.1f} s of CPU (bound {} s)\n", threads, took.count(), used,
             kMostSeconds);
  fmt::print(
      "value {:.1f} MB (bound {:.0f}), value + lo + hi + n + status + stop {:.1f} MB (bound {:.0f}), "
      "least + most {:.1f} MB\n",
      bytes[0] / 1e6, kMostValueBytes / 1e6, six / 1e6, kMostBytes / 1e6, (bytes[3] + bytes[4]) / 1e6);
  fmt::print(
      "summary: | cells-write | {:.1f} s, {:.0f} MB, {:.0f} MB | — | — | — | — | ≤ {} s, {:.0f} MB, {:.0f} "
      "MB | {} threads |\n",
      took.count(), bytes[0] / 1e6, six / 1e6, kMostSeconds, kMostValueBytes / 1e6, kMostBytes / 1e6,
      threads);
  return took.count() <= kMostSeconds && bytes[0] <= kMostValueBytes && six <= kMostBytes ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    fmt::print(stderr, "usage: cells-write FOLDER [THREADS]\n");
    return 3;
  }
  try {
    return bench(argv[1],
                 argc == 3 ? static_cast<unsigned>(std::max(1, std::atoi(argv[2]))) : usable_threads());
  } catch (const std::exception& error) {
    fmt::print(stderr, "cells-write: {}\n", error.what());
    return 3;
  }
}
