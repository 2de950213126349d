// Samples that are written without being in memory, and files that are read without them.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>

#include "harness/base/error.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/results/hdf5.hpp"
#include "harness/results/results_file.hpp"
#include "tests/harness/results/python.hpp"
#include "tests/harness/results/sample_results.hpp"

namespace rackproof {
namespace {

constexpr SchemaVersion kSchema{"rackproof-test", 1, 0};

std::vector<std::int64_t> noise(std::size_t count) {
  std::mt19937_64 random(count);
  std::vector<std::int64_t> values(count);
  std::ranges::generate(values, [&] { return static_cast<std::int64_t>(random() % 1'000'000'000); });
  return values;
}

/// More samples than a chunk has; attempts without event times before, between and after.
Results many_samples() {
  Results results = sample_results();
  results.samples = {{0, noise(100'000), {}}, {1, noise(70'001), noise(70'001)}, {2, noise(3), {}}};
  return results;
}

/// Gives an attempt fewer samples than it said.
class TooFew : public SamplesInMemory {
 public:
  using SamplesInMemory::SamplesInMemory;
  std::uint64_t count(std::size_t at, List list) const override {
    return SamplesInMemory::count(at, list) + 1;
  }
};

TEST(SamplesFile, BlocksMakeTheFileThatTheWholeMakes) {
  const TemporaryFolder folder;
  for (const std::size_t count : {0u, 1u, 65'535u, 65'536u, 65'537u, 1'000'000u}) {
    const auto values = noise(count);
    {
      Hdf5Writer whole(folder / "whole.h5", kSchema);
      whole.write("/a/before", {1}, std::vector<std::uint8_t>{1}, "1");
      whole.write("/a/values", {count}, values, "ns");
      whole.finish();
      Hdf5Writer blocks(folder / "blocks.h5", kSchema);
      blocks.write("/a/before", {1}, std::vector<std::uint8_t>{1}, "1");
      std::size_t at = 0;
      blocks.write_blocks<std::int64_t>("/a/values", count, "ns", [&] {
        const auto from = values.begin() + static_cast<std::ptrdiff_t>(at);
        const std::size_t size = std::min<std::size_t>(count - at, at % 2 == 0 ? 777 : 200'000);
        at += size;
        return std::vector<std::int64_t>(from, from + static_cast<std::ptrdiff_t>(size));
      });
      blocks.finish();
    }
    EXPECT_TRUE(read_file(folder / "whole.h5") == read_file(folder / "blocks.h5")) << count << " values";
  }
}

TEST(SamplesFile, HoldsWhatItsSourceGives) {
  const TemporaryFolder folder;
  const Results results = many_samples();
  Results without = results;
  without.samples.clear();
  write_results(without, SamplesInMemory(results.samples), folder / "results.h5");
  const Results read = read_results(folder / "results.h5");
  ASSERT_EQ(read.samples.size(), results.samples.size());
  for (std::size_t i = 0; i < read.samples.size(); ++i) {
    EXPECT_EQ(read.samples[i].attempt, results.samples[i].attempt);
    EXPECT_TRUE(read.samples[i].host_ns == results.samples[i].host_ns) << i;
    EXPECT_TRUE(read.samples[i].event_ns == results.samples[i].event_ns) << i;
  }
}

TEST(SamplesFile, ASourceThatGivesFewerThanItSaidIsAnError) {
  const TemporaryFolder folder;
  const Results results = many_samples();
  EXPECT_EQ(error_of([&] { write_results(results, TooFew(results.samples), folder / "results.h5"); }),
            "cannot write /samples/host_ns: there are fewer values than were counted");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(SamplesFile, IsReadWithoutThem) {
  const TemporaryFolder folder;
  write_results(many_samples(), folder / "results.h5");
  const Results all = read_results(folder / "results.h5");
  Results none = read_results(folder / "results.h5", ReadSamples::none);
  EXPECT_EQ(none.samples.size(), 0u);
  none.samples = all.samples;
  write_results(none, folder / "again.h5");
  EXPECT_TRUE(read_file(folder / "results.h5") == read_file(folder / "again.h5")) << "all else is there";
}

/// A disk of every size that is too small: the library closes its file as if nothing were, and the program goes on.
TEST(SamplesFile, DoesNotFitOnADiskOfAnySizeBelowItsOwn) {
  const TemporaryFolder folder;
  write_results(many_samples(), folder / "results.h5");
  const auto size = static_cast<rlim_t>(std::filesystem::file_size(folder / "results.h5"));
  const auto write_too_much = [&] {
    ::signal(SIGXFSZ, SIG_IGN);
    for (rlim_t most = 0; most <= size; most = std::min(most + 16411, std::max(size, most + 1))) {
      const rlimit limit{most, RLIM_INFINITY};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      const std::string error = error_of([&] { write_results(many_samples(), folder / "small.h5"); });
      const bool fits = std::filesystem::exists(folder / "small.h5");
      if (fits != (most == size) || fits != error.empty() ||
          (!fits && error.find("small.h5.tmp: cannot write: File too large") == std::string::npos)) {
        std::cerr << most << " of " << size << " bytes: " << error << '\n';
        std::exit(1);
      }
    }
    std::exit(0);
  };
  EXPECT_EXIT(write_too_much(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace rackproof
