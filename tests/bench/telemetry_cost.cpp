// bench-telemetry-cost WORKER [--pairs N] [--log FILE]: what the telemetry process costs the process that is measured.
//
// Triad and GEMM take turns with and without the sampler at 10 Hz beside them, AB BA AB …; it reads a recorded server (two packages,
// eight temperatures, sixty-four clocks) and two devices of the fault backend. Ends with 0: its own CPU time is at most 0.5 % of one core and both ratios'
// intervals include 1; 1: not; 3: an error.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <sstream>

#include "harness/base/error.hpp"
#include "harness/measure/backend.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/record/framing.hpp"
#include "harness/record/telemetry.hpp"
#include "suites/run/last_level_cache.hpp"
#include "suites/telemetry_process.hpp"
#include "tests/bench/pairs.hpp"
#include "tests/bench/placement.hpp"
#include "tests/bench/side_process.hpp"
#include "tests/harness/machine/recorded_machine.hpp"

namespace rackproof::bench {

namespace {

constexpr double kMostShare = 0.005;  // of one core
constexpr double kPauseSeconds = 0.05;
constexpr double kPeriod = 0.1;

void record_server(test::RecordedMachine& machine) {
  for (int package = 0; package < 2; ++package) {
    const std::string zone = fmt::format("/sys/class/powercap/intel-rapl:{}", package);
    machine.write(zone + "/name", fmt::format("package-{}\n", package));
    machine.write(zone + "/energy_uj", "123456789\n");
    machine.write(zone + "/max_energy_range_uj", "262143328850\n");
    machine.write(zone + ":0/name", "dram\n");
    machine.write(zone + ":0/energy_uj", "123456789\n");
  }
  machine.write("/sys/class/hwmon/hwmon0/name", "power_meter\n");
  machine.write("/sys/class/hwmon/hwmon0/power1_average", "412000000\n");
  machine.write("/sys/class/hwmon/hwmon1/name", "board\n");
  for (int i = 1; i <= 8; ++i)
    machine.write(fmt::format("/sys/class/hwmon/hwmon1/temp{}_input", i), "45000\n");
  for (int i = 0; i < 64; ++i)
    machine.write(fmt::format("/sys/devices/system/cpu/cpufreq/policy{}/scaling_cur_freq", i), "2000000\n");
  machine.write("/proc/meminfo", "MemTotal: 100 kB\nMemAvailable:   64 kB\n");
}

/// A sampler for the time of one turn.
class Beside {
 public:
  Beside(const Installation& installation, const BundleStep& step, const std::filesystem::path& file)
      : file_(file),
        output_(::open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600)),
        process_(installation, output_.get()) {
    process_.order({step, kPeriod, 0, 0, {}, {}});
    while (!process_.has_ended(0.01) && read_file(file_).empty()) continue;  // until it reads
  }
  /// The last record, after it was told to end. Throws Error when it died before.
  Telemetry finish() {
    process_.close_input();
    if (!process_.has_ended(5)) throw Error("the telemetry process does not end");
    LineSplitter lines;
    lines.add(read_file(file_));
    Telemetry last;
    while (const auto line = lines.next()) {
      const auto record = unframe(*line);
      if (!record) throw Error("the telemetry process wrote what is no record");
      last = record->get<Telemetry>();
    }
    if (!(last.cost.wall_s > 0)) throw Error("the telemetry process told nothing");
    return last;
  }

 private:
  std::filesystem::path file_;
  FileDescriptor output_;
  TelemetryProcess process_;
};

class Bench {
 public:
  Bench(Installation installation, std::filesystem::path folder, std::filesystem::path log)
      : installation_(std::move(installation)), folder_(std::move(folder)), log_(std::move(log)) {
    record_server(machine_);
    step_.step = "s000001.0";
    step_.backend = "fault";
    step_.backend_options = "fault=telemetry_lie,at=1000000000";
    step_.system_roots = {machine_.folder()};
  }

  bool run(std::size_t pairs) {
    const auto cpus = stay_on_one_node();
    const rp_device_info device = Backend(RACKPROOF_CPU_LIBRARY, "").devices().at(0);
    const std::uint64_t count =
        std::max(std::uint64_t{1} << 20, 4 * last_level_cache(device) / sizeof(double));
    fmt::print("{}", describe_machine());
    const bool triad =
        compare("triad f64 cold", fmt::format("op=triad stores=regular count={}", count), pairs);
    const bool gemm = compare("GEMM f64 2048³", "op=gemm type=f64 n=2048", pairs);
    const double share = cpu_s_ / wall_s_;
    const bool cheap = share <= kMostShare;
    fmt::print(
        "summary: | telemetry at 10 Hz: its own CPU time / wall time | {:.3f} s | {:.1f} s | {:.5f} | — | {} "
        "turns | ≤ {:g}: {} | {:.1f} "
        "reads a second; {:.1f} ms to begin |\n",
        cpu_s_, wall_s_, share, turns_, kMostShare, cheap ? "reached" : "not reached",
        static_cast<double>(reads_) / wall_s_, 1e3 * setup_s_ / turns_);
    return triad && gemm && cheap;
  }

 private:
  bool compare(const std::string& title, const std::string& arguments, std::size_t pairs) {
    Command command{folder_ / "bench-rackproof", std::string("library=") + RACKPROOF_CPU_LIBRARY};
    std::istringstream words(arguments);
    for (std::string word; words >> word;) command.push_back(word);
    SideProcess side("the measured side", command, {}, log_);
    const int iterations = iterations_of_a_turn(side);
    const auto with = [&] {
      Beside sampler(installation_, step_, log_.string() + ".telemetry");
      auto times = side.run(iterations);
      const Telemetry last = sampler.finish();
      cpu_s_ += last.cost.cpu_s;
      setup_s_ += last.cost.setup_cpu_s;
      wall_s_ += last.cost.wall_s;
      reads_ += last.cost.reads;
      ++turns_;
      return times;
    };
    const auto times = interleave(
        with, [&] { return side.run(iterations); }, pairs, kPauseSeconds, stdout);
    const Judged judged = judge(times, {});
    const bool same = judged.pairs >= kFewestPairs && judged.interval.lo <= 1 && judged.interval.hi >= 1;
    fmt::print(
        "summary: | {} without / with telemetry at 10 Hz | {:.3f} ms | {:.3f} ms | {:.4f} | {:.4f} … {:.4f} "
        "| {} | interval includes 1: {} | {} "
        "iterations a turn; {} |\n",
        title, 1e3 * judged.rackproof_s, 1e3 * judged.peer_s, judged.ratio, judged.interval.lo,
        judged.interval.hi, judged.pairs, same ? "reached" : "not reached", iterations, side.about());
    return same;
  }

  /// So many that a turn has a dozen readings.
  static int iterations_of_a_turn(SideProcess& side) {
    constexpr double kTurnNs = 1.2e9;
    auto times = side.run(3);
    std::ranges::sort(times);
    return std::clamp(static_cast<int>(std::lround(kTurnNs / static_cast<double>(times.at(1)))), 3, 1000);
  }

  Installation installation_;
  std::filesystem::path folder_, log_;
  test::RecordedMachine machine_;
  BundleStep step_;
  double cpu_s_ = 0, setup_s_ = 0, wall_s_ = 0;
  std::int64_t reads_ = 0;
  int turns_ = 0;
};

int main_of(int argc, char** argv) {
  CLI::App app{"What telemetry costs, in interleaved pairs."};
  std::filesystem::path worker, log;
  std::size_t pairs = kFewestPairs;
  app.add_option("worker", worker, "rackproof-worker")->required();
  app.add_option("--pairs", pairs, "pairs; fewer than 31 are a trial");
  app.add_option("--log", log, "file for what the sides write to stderr");
  CLI11_PARSE(app, argc, argv);
  const auto folder = std::filesystem::canonical("/proc/self/exe").parent_path();
  worker = std::filesystem::canonical(worker);
  if (log.empty()) log = folder / "telemetry-cost.sides.log";
  return Bench({worker, worker.parent_path().parent_path() / "lib" / "rackproof"}, folder, log).run(pairs)
             ? 0
             : 1;
}

}  // namespace

}  // namespace rackproof::bench

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);
  try {
    return rackproof::bench::main_of(argc, argv);
  } catch (const std::exception& error) {
    fmt::print("summary: | telemetry cost | — | — | — | — | 0 | error | {} |\n", error.what());
    return 3;
  }
}
