#include "harness/measure/cpu_wait.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace rackproof {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// CPUs that a thread may use; nothing when it is gone.
void add_allowed(std::int64_t thread, std::set<int>& cpus) {
  std::array<cpu_set_t, 8> sets{};  // one alone ends at CPU 1023
  if (::sched_getaffinity(static_cast<pid_t>(thread), sizeof sets, sets.data()) != 0) return;
  for (int cpu = 0; cpu < static_cast<int>(8 * sizeof sets); ++cpu) {
    if (CPU_ISSET_S(static_cast<std::size_t>(cpu), sizeof sets, sets.data())) cpus.insert(cpu);
  }
}

bool read_number(std::string_view text, std::int64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::map<int, std::int64_t> parse_steal(std::istream& stat, std::int64_t tick_ns) {
  constexpr int kStealField = 8;  // user nice system idle iowait irq softirq steal
  std::map<int, std::int64_t> steal;
  for (std::string line; std::getline(stat, line) && line.starts_with("cpu");) {
    if (line.starts_with("cpu ")) continue;  // all of them together
    std::istringstream fields(line.substr(3));
    std::int64_t cpu = 0;
    if (!(fields >> cpu)) continue;
    std::int64_t ticks = -1;
    for (int field = 0; field < kStealField; ++field) {
      if (!(fields >> ticks)) ticks = -1;
    }
    if (ticks >= 0) steal[static_cast<int>(cpu)] = ticks * tick_ns;
  }
  return steal;
}

CpuTimes read_cpu_times() {
  CpuTimes times;
  times.reader = ::gettid();
  std::set<int> allowed;
  std::error_code ignored;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", ignored)) {
    std::int64_t id = 0;
    if (!read_number(task.path().filename().string(), id)) continue;
    add_allowed(id, allowed);
    std::ifstream in(task.path() / "schedstat");
    CpuTimes::Thread thread;
    if (in >> thread.ran_ns >> thread.waited_ns) times.threads[id] = thread;
  }
  std::ifstream stat("/proc/stat");
  times.tick_ns = 1'000'000'000 / std::max(::sysconf(_SC_CLK_TCK), 1L);
  times.steal_ns = parse_steal(stat, times.tick_ns);
  std::erase_if(times.steal_ns, [&](const auto& of) { return !allowed.contains(of.first); });
  times.cpus = static_cast<int>(allowed.size());
  return times;
}

CpuWait cpu_wait(const CpuTimes& begin, const CpuTimes& end) {
  CpuWait wait;
  wait.cpus = end.cpus;
  wait.tick_s = static_cast<double>(end.tick_ns) * 1e-9;
  if (!begin.threads.empty() && !end.threads.empty()) wait.longest_s = wait.ran_s = 0;
  for (const auto& [id, thread] : end.threads) {
    CpuTimes::Thread since = thread;
    // A thread whose count is lower than before has the id of one that ended.
    if (const auto before = begin.threads.find(id); before != begin.threads.end() &&
                                                    before->second.ran_ns <= thread.ran_ns &&
                                                    before->second.waited_ns <= thread.waited_ns) {
      since.ran_ns -= before->second.ran_ns;
      since.waited_ns -= before->second.waited_ns;
    }
    const double waited_s = static_cast<double>(since.waited_ns) * 1e-9;
    wait.longest_s = std::max(wait.longest_s, waited_s);
    wait.ran_s += static_cast<double>(since.ran_ns) * 1e-9;
    if (id == end.reader && id == begin.reader && begin.threads.contains(id)) wait.reader_s = waited_s;
  }
  for (const auto& [cpu, steal_ns] : end.steal_ns) {
    const auto before = begin.steal_ns.find(cpu);
    if (before == begin.steal_ns.end()) continue;
    const double steal_s = static_cast<double>(std::max<std::int64_t>(steal_ns - before->second, 0)) * 1e-9;
    wait.steal_s = std::isnan(wait.steal_s) ? steal_s : wait.steal_s + steal_s;
    wait.most_steal_s = std::fmax(wait.most_steal_s, steal_s);  // fmax: a number before NaN
  }
  return wait;
}

double runqueue_delay(const CpuWait& wait, double wall_s) {
  if (!(wall_s > 0) || wait.cpus == 0 || std::isnan(wait.longest_s) || std::isnan(wait.ran_s)) return kNone;
  const double withheld_s = std::max(wait.cpus * wall_s - wait.ran_s, 0.0);
  return std::min({wait.longest_s, withheld_s, wall_s}) / wall_s;
}

double steal_share(const CpuWait& wait, double wall_s) {
  if (!(wall_s > 0) || wait.cpus == 0 || std::isnan(wait.steal_s)) return kNone;
  const double certain_s = wait.steal_s - std::sqrt(wait.cpus) * wait.tick_s;
  return std::clamp(certain_s / (wait.cpus * wall_s), 0.0, 1.0);
}

}  // namespace rackproof
