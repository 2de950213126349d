// bench-compare NAME: one comparison of comparisons.hpp, every pair printed, the last line for the summary.
//
// Ends with 0: the bound is reached; 1: it is not; 2: not measured (unsupported, or not built); 3: an error.
#include <signal.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <sstream>

#include <fmt/format.h>

#include "harness/base/error.hpp"
#include "harness/measure/backend.hpp"
#include "suites/run/last_level_cache.hpp"
#include "tests/bench/comparisons.hpp"
#include "tests/bench/placement.hpp"
#include "tests/bench/side_process.hpp"

namespace rackproof::bench {

namespace {

constexpr double kPauseSeconds = 0.05;

/// What the machine decides.
struct Sizes {
  std::vector<int> cpus;
  std::uint64_t cache_bytes;
  std::uint64_t count;  ///< elements per array
  std::uint64_t bytes;  ///< of the chain
};

Sizes sizes_of_machine(const std::string& library) {
  Sizes sizes;
  sizes.cpus = stay_on_one_node();
  const rp_device_info device = Backend(library, "").devices().at(0);
  if (device.compute_units != sizes.cpus.size())
    throw Error(fmt::format("the device has {} CPUs of {}", device.compute_units, sizes.cpus.size()));
  sizes.cache_bytes = last_level_cache(device);
  // STREAM's own rule: each array at least four times the last-level cache (J. McCalpin, stream.c 5.10, instruction 1).
  sizes.count = std::max(std::uint64_t{1} << 20, 4 * sizes.cache_bytes / sizeof(double));
  sizes.bytes = 4 * sizes.cache_bytes / 64 * 64;
  return sizes;
}

class Bench {
 public:
  Bench(const Comparison& row, std::string library, std::filesystem::path folder, std::filesystem::path log)
      : row_(row), library_(std::move(library)), folder_(std::move(folder)), log_(std::move(log)) {}

  /// Whether the bound is reached.
  bool run(std::size_t pairs) {
    sizes_ = sizes_of_machine(library_);
    fmt::print("# {}: {}\n{}# CPUs {}; last-level cache {} MiB; {}\n", row_.name, row_.title,
               describe_machine(), list(sizes_.cpus), sizes_.cache_bytes >> 20, working_set());
    fmt::print("# bound: {}; {} iterations a turn after one that is not counted; median of each turn\n",
               describe(row_.bound), row_.iterations);
    std::fflush(stdout);
    SideProcess rackproof = start("rackproof's side", row_.rackproof);
    SideProcess peer = start("the peer", row_.peer);
    const auto times = interleave([&] { return rackproof.run(row_.iterations); },
                                  [&] { return peer.run(row_.iterations); }, pairs, kPauseSeconds, stdout);
    const std::string about_rackproof = rackproof.about(), about_peer = peer.about();
    fmt::print("# rackproof: {}\n# peer: {}\n{}", about_rackproof, about_peer, describe_machine());
    const Judged judged = judge(times, row_.bound);
    fmt::print("summary: | {} | {} | {} | {:.4f} | {:.4f} … {:.4f} | {} | {} | {}; {}; {}; peer: {} |\n",
               row_.title, figure(judged.rackproof_s), figure(judged.peer_s), judged.ratio,
               judged.interval.lo, judged.interval.hi, judged.pairs, outcome(judged), working_set(),
               fmt::format("CPUs {}", list(sizes_.cpus)), about_rackproof, about_peer);
    return judged.reached;
  }

 private:
  SideProcess start(const std::string& name, const SideRow& side) const {
    Command command{folder_ / side.program, "library=" + library_};
    std::istringstream words(fmt::format(fmt::runtime(side.arguments), fmt::arg("count", sizes_.count),
                                         fmt::arg("bytes", sizes_.bytes),
                                         fmt::arg("cpu", sizes_.cpus.front())));
    for (std::string word; words >> word;) command.push_back(word);
    const auto environment = side.openmp ? openmp_pinned(sizes_.cpus) : std::map<std::string, std::string>{};
    return {name, command, environment, log_};
  }

  std::string working_set() const {
    switch (row_.figure) {
      case Figure::bandwidth:
        return fmt::format("3 arrays of {} f64 each, {} MiB together", sizes_.count, sizes_.count * 24 >> 20);
      case Figure::latency:
        return fmt::format("chain of {} MiB, one place per 64 B, random cycle", sizes_.bytes >> 20);
      default:
        return "n = 2048, row-major";
    }
  }

  std::string figure(double seconds) const {
    switch (row_.figure) {
      case Figure::bandwidth:
        return fmt::format("{:.2f} GB/s", row_.amount * static_cast<double>(sizes_.count) / seconds * 1e-9);
      case Figure::latency:
        return fmt::format("{:.2f} ns", seconds / row_.amount * 1e9);
      default:
        return fmt::format("{:.1f} GFLOP/s", row_.amount / seconds * 1e-9);
    }
  }

  std::string outcome(const Judged& judged) const {
    if (judged.pairs < kFewestPairs)
      return fmt::format("{}: not reached, a trial of too few pairs", describe(row_.bound));
    return fmt::format("{}: {}", describe(row_.bound), judged.reached ? "reached" : "not reached");
  }

  const Comparison& row_;
  std::string library_;
  std::filesystem::path folder_, log_;
  Sizes sizes_{};
};

int main_of(int argc, char** argv) {
  CLI::App app{"Compares rackproof with a peer, in interleaved pairs."};
  std::string name, library = RACKPROOF_CPU_LIBRARY, log;
  std::size_t pairs = kFewestPairs;
  bool list_names = false;
  app.add_option("name", name, "comparison");
  app.add_option("--pairs", pairs, "pairs; fewer than 31 are a trial");
  app.add_option("--library", library, "backend library of rackproof's side");
  app.add_option("--log", log, "file for what the sides write to stderr");
  app.add_flag("--list", list_names, "names of the comparisons");
  CLI11_PARSE(app, argc, argv);
  if (list_names) {
    for (const Comparison& row : kComparisons) fmt::print("{}\n", row.name);
    return 0;
  }
  const auto row = std::ranges::find(kComparisons, name, &Comparison::name);
  if (row == std::end(kComparisons)) throw Error(fmt::format("no comparison \"{}\"; see --list", name));
  const std::filesystem::path folder = std::filesystem::canonical("/proc/self/exe").parent_path();
  Bench bench(*row, library, folder,
              log.empty() ? folder / (name + ".sides.log") : std::filesystem::path(log));
  try {
    return bench.run(pairs) ? 0 : 1;
  } catch (const NotMeasured& reason) {
    fmt::print("summary: | {} | — | — | — | — | 0 | {}: not measured | {} |\n", row->title,
               describe(row->bound), reason.what());
    return 2;
  }
}

}  // namespace

}  // namespace rackproof::bench

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);  // a side that died is reported by its exit, not by ours
  try {
    return rackproof::bench::main_of(argc, argv);
  } catch (const std::exception& error) {
    fmt::print("summary: | {} | — | — | — | — | 0 | error | {} |\n", argc > 1 ? argv[1] : "?", error.what());
    return 3;
  }
}
