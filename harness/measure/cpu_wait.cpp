#include "harness/measure/cpu_wait.hpp"

#include <sched.h>
#include <time.h>
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

std::map<int, CpuTimes::Cpu> parse_stat(std::istream& stat, std::int64_t tick_ns) {
  std::map<int, CpuTimes::Cpu> cpus;
  for (std::string line; std::getline(stat, line) && line.starts_with("cpu");) {
    if (line.starts_with("cpu ")) continue;  // all of them together
    std::istringstream fields(line.substr(3));
    int cpu = 0;
    std::int64_t user = 0, nice = 0, system = 0, idle = 0, io_wait = 0, irq = 0, soft_irq = 0, steal = 0;
    if (fields >> cpu >> user >> nice >> system >> idle >> io_wait >> irq >> soft_irq >> steal)
      cpus[cpu] = {(user + nice + system + irq + soft_irq) * tick_ns, steal * tick_ns};
  }
  return cpus;
}

CpuTimes read_cpu_times() {
  CpuTimes times;
  times.reader = ::gettid();
  if (timespec ran{}; ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ran) == 0)
    times.ran_ns = ran.tv_sec * 1'000'000'000 + ran.tv_nsec;
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
  times.cpus = parse_stat(stat, times.tick_ns);
  std::erase_if(times.cpus, [&](const auto& of) { return !allowed.contains(of.first); });
  return times;
}

CpuWait cpu_wait(const CpuTimes& begin, const CpuTimes& end) {
  CpuWait wait;
  wait.tick_s = static_cast<double>(end.tick_ns) * 1e-9;
  if (begin.ran_ns >= 0 && end.ran_ns >= 0)
    wait.ran_s = static_cast<double>(end.ran_ns - begin.ran_ns) * 1e-9;
  if (!begin.threads.empty() && !end.threads.empty()) wait.longest_s = 0;
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
    if (id == end.reader && id == begin.reader && begin.threads.contains(id)) wait.reader_s = waited_s;
  }
  const auto since = [](std::int64_t now, std::int64_t before) {
    return static_cast<double>(std::max<std::int64_t>(now - before, 0)) * 1e-9;
  };
  for (const auto& [id, cpu] : end.cpus) {
    const auto before = begin.cpus.find(id);
    if (before == begin.cpus.end()) continue;
    if (wait.cpus++ == 0) wait.busy_s = wait.steal_s = wait.most_steal_s = 0;
    const double steal_s = since(cpu.steal_ns, before->second.steal_ns);
    wait.busy_s += since(cpu.busy_ns, before->second.busy_ns);
    wait.steal_s += steal_s;
    wait.most_steal_s = std::max(wait.most_steal_s, steal_s);
  }
  return wait;
}

double runqueue_delay(const CpuWait& wait, double wall_s) {
  constexpr double kDeviations = 3;
  if (!(wall_s > 0) || wait.cpus == 0 || std::isnan(wait.longest_s) || std::isnan(wait.ran_s))
    return CpuWait::kUnknown;
  const double all_s = wait.cpus * wall_s;
  const double busy = std::clamp(wait.busy_s / all_s, 0.0, 1.0);
  const double error_s = kDeviations * std::sqrt(wait.cpus * wait.tick_s * wait.tick_s +
                                                 all_s * wait.tick_s * busy * (1 - busy));
  const double others_s = std::max(wait.busy_s - wait.ran_s - error_s, 0.0);
  return std::min({wait.longest_s, others_s, wall_s}) / wall_s;
}

double steal_share(const CpuWait& wait, double wall_s) {
  if (!(wall_s > 0) || wait.cpus == 0) return CpuWait::kUnknown;
  const double certain_s = wait.steal_s - std::sqrt(wait.cpus) * wait.tick_s;
  return std::clamp(certain_s / (wait.cpus * wall_s), 0.0, 1.0);
}

}  // namespace rackproof
