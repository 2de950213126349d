// bench-launch-scale RACKPROOF FAKE_WORKER FOLDER: what planning a large site and running many steps cost the orchestrator.
//
// Ends with 0: every bound reached; 1: not; 3: an error. Figures of time are medians of rounds in which both sides alternate.
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/statistics.hpp"
#include "harness/launch/campaign.hpp"
#include "harness/launch/campaign_bundle.hpp"
#include "harness/launch/job_queue.hpp"
#include "harness/launch/process.hpp"
#include "harness/results/finalise.hpp"
#include "harness/results/results_file.hpp"
#include "suites/catalogue/catalogue.hpp"

namespace rackproof::bench {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr double kMostPlanningSeconds = 10;
constexpr double kMostPlanningBytes = 2e9;
constexpr double kMostStepSeconds = 0.050;
constexpr double kMostGrowth = 0.05;  // of the bytes by which the journal grows
constexpr int kCases = 60;
constexpr int kRounds = 10;
constexpr int kStepsOfRound = 20;
constexpr const char* kCase = "memory/device/copy:f64";

/// The case that the fake worker claims to measure.
constexpr std::array<QuantityRow, 1> kQuantities{
    {{"bandwidth", QuantityKind::real, "B/s", Direction::higher_is_better, "n / t"}}};
constexpr std::array<CaseRow, 1> kFakeCases{{{.id = kCase,
                                              .title = "copy",
                                              .definition = "a = b",
                                              .check = "all",
                                              .clock = "host",
                                              .on_device = true,
                                              .quantities = kQuantities}}};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double cpu_seconds(const rusage& usage) {
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// One line of the table. Returns whether the bound is reached; NaN reaches none.
bool show(const std::string& what, double figure, const char* unit, double bound, const std::string& remark) {
  const bool reached = figure <= bound;
  fmt::print("summary: | {} | {:.4g} {} | — | — | — | 1 | ≤ {:g} {}: {} | {} |\n", what, figure, unit, bound,
             unit, reached ? "reached" : "not reached", remark);
  return reached;
}

struct Cost {
  double seconds = 0;
  rusage usage{};
};

/// Runs a program with its output thrown away.
Cost run_program(const Command& command) {
  std::vector<char*> arguments;
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  const auto start = Clock::now();
  pid_t child = 0;
  const int failed = ::posix_spawn(&child, arguments[0], &files, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  if (failed != 0) throw Error(fmt::format("cannot start {}: {}", command.front(), std::strerror(failed)));
  Cost cost;
  int status = 0;
  if (::wait4(child, &status, 0, &cost.usage) != child || status != 0)
    throw Error(fmt::format("{} {}", command.front(), describe_wait_status(status)));
  cost.seconds = seconds_since(start);
  return cost;
}

/// Runs `act` in a process of its own, for its peak of memory.
Cost run_apart(const std::function<void()>& act) {
  const auto start = Clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      act();
      ::_exit(0);
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}\n", error.what());
      ::_exit(1);
    }
  }
  Cost cost;
  int status = 0;
  if (::wait4(child, &status, 0, &cost.usage) != child || status != 0)
    throw Error(fmt::format("a campaign ended with {}", describe_wait_status(status)));
  cost.seconds = seconds_since(start);
  return cost;
}

double peak_bytes(const Cost& cost) { return static_cast<double>(cost.usage.ru_maxrss) * 1024; }

bool planning(const std::string& rackproof, const fs::path& folder) {
  std::vector<std::string_view> on_devices, on_nodes;  // as many on devices as there are
  for (const CaseRow& row : all_cases()) {
    if (row.allows(Placement::device) && on_devices.size() < kCases) on_devices.push_back(row.id);
  }
  for (const CaseRow& row : all_cases()) {
    if (row.allows(Placement::node) && on_devices.size() + on_nodes.size() < kCases)
      on_nodes.push_back(row.id);
  }
  std::string plan_text = "schema = 1\nname = \"large\"\n";
  for (const auto& [scope, cases] : {std::pair("device", on_devices), std::pair("node", on_nodes)}) {
    if (cases.empty()) continue;
    plan_text +=
        fmt::format("[[run]]\nplacement = \"{}\"\ncases = [\"{}\"]\n", scope, fmt::join(cases, "\", \""));
  }
  std::ofstream(folder / "plan.toml") << plan_text;
  std::ofstream(folder / "site.toml") << R"(schema = 1
name = "large"
launcher = "ssh"
[[rack]]
name = "R[00001-40000]"
labels = { hall = "A", row = "1", pdu = "p1", cooling = "liquid", leaf = "l1" }
[[node]]
name = "{rack}/n[1-8]"
rack = "R[00001-40000]"
address = "{node}.site.example"
model = "eight-way-node"
[[node.device]]
name = "dev[0-7]"
backend = "cuda"
model = "some-accelerator"
)";
  const std::string plan = (folder / "plan.toml").string();
  const std::string site = (folder / "site.toml").string();
  bool reached = true;
  for (const bool json : {false, true}) {
    Command command{rackproof, "plan", plan, "--site", site};
    if (json) command.push_back("--json");
    const Cost cost = run_program(command);
    const std::string what =
        fmt::format("plan{} of 40,000 racks × 8 nodes × 8 devices × {} cases × 2 launches",
                    json ? " --json" : "", kCases);
    reached &= show(what + ", time", cost.seconds, "s", kMostPlanningSeconds,
                    fmt::format("{:.3g} s of CPU time", cpu_seconds(cost.usage)));
    reached &= show(what + ", memory", peak_bytes(cost), "B", kMostPlanningBytes, "largest resident size");
  }
  return reached;
}

/// One node with one device, whose fake worker does what `script` says.
struct SmallCampaign {
  Plan plan;
  Site site;

  SmallCampaign(const std::string& script, int launches, const std::string& samples)
      : plan(parse_plan(fmt::format("schema = 1\nname = \"p\"\nlaunches = {}\nsamples = \"{}\"\n[[run]]\n"
                                    "cases = [\"{}\"]\nplacement = \"device\"\n",
                                    launches, samples, kCase),
                        "plan.toml", kFakeCases)),
        site(parse_site(
            fmt::format(
                "schema = 1\nname = \"s\"\nvirtual_on = \"here\"\n[[rack]]\nname = \"r\"\n"
                "[[node]]\nname = \"r/n\"\nrack = \"r\"\naddress = \"localhost\"\nmodel = \"m\"\n"
                "[[node.device]]\nname = \"dev0\"\nbackend = \"fake\"\nmodel = \"d\"\noptions = \"{}\"\n",
                script),
            "site.toml")) {}

  void run(const std::string& worker, const fs::path& folder) const {
    fs::create_directories(folder);
    if (run_campaign({plan, site, kFakeCases, {worker, "/none"}, folder, "plan.toml", "site.toml", false},
                     {}) != CampaignEnd::complete)
      throw Error("the campaign did not complete");
  }

  /// The worker alone, as the local launcher starts it, with the first step of the plan.
  void start_worker_alone(const std::string& worker, const fs::path& folder) const {
    JobQueue queue(plan, site, kFakeCases);
    Bundle bundle = campaign_bundle(plan, site, kFakeCases);
    bundle.steps = {queue.bundle_step(*queue.next())};
    Process process({worker, "attached"}, folder / "alone.log");
    process.say(nlohmann::json(bundle).dump() + "\n");
    char buffer[65536];
    while (::read(process.output(), buffer, sizeof buffer) > 0) {
    }
    if (process.finish(10) != 0) throw Error("the worker alone did not end well");
  }
};

bool overhead(const std::string& worker, const fs::path& folder) {
  const SmallCampaign campaign("ok", kStepsOfRound, "all");
  std::vector<double> with, alone, more, cpu;
  for (int round = 0; round < kRounds; ++round) {
    rusage before{}, after{};
    ::getrusage(RUSAGE_SELF, &before);
    auto start = Clock::now();
    campaign.run(worker, folder / fmt::format("round{}", round));
    with.push_back(seconds_since(start) / kStepsOfRound);
    ::getrusage(RUSAGE_SELF, &after);
    cpu.push_back((cpu_seconds(after) - cpu_seconds(before)) / kStepsOfRound);
    start = Clock::now();
    for (int i = 0; i < kStepsOfRound; ++i) campaign.start_worker_alone(worker, folder);
    alone.push_back(seconds_since(start) / kStepsOfRound);
    more.push_back(with.back() - alone.back());
  }
  return show(
      "a step of the local launcher, beyond its worker", median(more), "s", kMostStepSeconds,
      fmt::format("{} steps; with {:.4g} s, worker alone {:.4g} s, CPU time of the orchestrator {:.4g} s",
                  kRounds * kStepsOfRound, median(with), median(alone), median(cpu)));
}

void write_results_of(const fs::path& folder) {
  const CampaignResults made = finalise(folder / "journal.jsonl");
  write_results(made.results, made.samples, folder / "results.h5");
}

bool memory(const std::string& worker, const fs::path& folder) {
  struct Size {
    double journal = 0, running = 0, notable = 0, all = 0;
  };
  const auto measured = [&](int launches) {
    const SmallCampaign campaign("samples=1000000", launches, "notable+audit");
    const SmallCampaign keeps_all("samples=1000000", launches, "all");
    const fs::path here = folder / fmt::format("samples{}", launches);
    const fs::path there = folder / fmt::format("all{}", launches);
    Size size;
    size.running = peak_bytes(run_apart([&] { campaign.run(worker, here); }));
    size.journal = static_cast<double>(fs::file_size(here / "journal.jsonl"));
    size.notable = peak_bytes(run_apart([&] { write_results_of(here); }));
    keeps_all.run(worker, there);
    size.all = peak_bytes(run_apart([&] { write_results_of(there); }));
    return size;
  };
  const Size small = measured(2);
  const Size large = measured(20);
  const double more = large.journal - small.journal;
  const std::string remark =
      fmt::format("journals of {:.3g} and {:.3g} MB; peaks ", small.journal * 1e-6, large.journal * 1e-6);
  const auto peaks = [&](double a, double b) {
    return remark + fmt::format("{:.3g} and {:.3g} MB", a * 1e-6, b * 1e-6);
  };
  bool reached =
      show("memory of the run, as a share of ten times the samples", (large.running - small.running) / more,
           "", kMostGrowth, peaks(small.running, large.running));
  reached &=
      show("memory of results with samples = notable+audit, as a share",
           (large.notable - small.notable) / more, "", kMostGrowth, peaks(small.notable, large.notable));
  reached &= show("memory of results with samples = all, as a share", (large.all - small.all) / more, "",
                  kMostGrowth, peaks(small.all, large.all));
  return reached;
}

int run(const std::string& rackproof, const std::string& worker, const fs::path& folder) {
  fs::remove_all(folder);
  fs::create_directories(folder);
  bool reached = memory(worker, folder);  // first: a child begins with the size of its parent
  reached &= planning(rackproof, folder);
  reached &= overhead(worker, folder);
  fs::remove_all(folder);
  return reached ? 0 : 1;
}

}  // namespace

}  // namespace rackproof::bench

int main(int argc, char** argv) {
  try {
    if (argc != 4) throw rackproof::Error("usage: bench-launch-scale RACKPROOF FAKE_WORKER FOLDER");
    return rackproof::bench::run(argv[1], argv[2], argv[3]);
  } catch (const std::exception& error) {
    fmt::print("summary: | planning and launching at scale | — | — | — | — | 0 | error | {} |\n",
               error.what());
    return 3;
  }
}
