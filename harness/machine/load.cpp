#include "harness/machine/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <sstream>

namespace rackproof {

namespace {

/// In ticks.
struct CpuTime {
  double busy = 0;
  double all = 0;
  std::map<std::string, double> own;  ///< of each process of this program
};

/// utime and stime: fields 14 and 15 of a line whose second field, in parentheses, may hold blanks.
double ticks_of_process(const std::string& stat) {
  const auto end = stat.rfind(')');
  if (end == std::string::npos) return 0;
  std::istringstream fields(stat.substr(end + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0, system = 0;
  return fields >> user >> system ? user + system : 0;
}

std::map<std::string, double> own_ticks(const SystemRoot& system) {
  std::map<std::string, double> ticks;
  for (const std::string& entry : system.entries("/proc")) {
    if (!std::ranges::all_of(entry, [](unsigned char c) { return std::isdigit(c) != 0; })) continue;
    const std::string stat = system.text(fmt::format("/proc/{}/stat", entry)).value_or("");
    if (stat.find("(rackproof") != std::string::npos) ticks[entry] = ticks_of_process(stat);
  }
  return ticks;
}

Reading<CpuTime> read_time(const SystemRoot& system) {
  const auto line = system.line_beginning("/proc/stat", "cpu ");
  if (!line) return Reading<CpuTime>::unavailable(line.why());
  std::istringstream fields(line->substr(4));
  std::array<double, 8>
      ticks{};  // user nice system idle iowait irq softirq steal; guests are in user and nice
  for (double& part : ticks) {
    if (!(fields >> part) || !(part >= 0)) return Reading<CpuTime>::unavailable("/proc/stat holds no number");
  }
  CpuTime time;
  for (const double part : ticks) time.all += part;
  time.busy = time.all - ticks[3] - ticks[4];
  time.own = own_ticks(system);
  return time;
}

}  // namespace

Reading<double> load_of_others(const SystemRoot& system, const std::function<void()>& wait) {
  const auto before = read_time(system);
  if (!before) return Reading<double>::unavailable(before.why());
  wait();
  const auto after = read_time(system);
  if (!after) return Reading<double>::unavailable(after.why());
  const double all = after->all - before->all;
  if (!(all > 0)) return Reading<double>::unavailable("the CPU times of /proc/stat stand still");
  double busy = after->busy - before->busy;
  for (const auto& [process, ticks] : after->own) {
    const auto known = before->own.find(process);
    if (known != before->own.end()) busy -= std::max(0.0, ticks - known->second);
  }
  const double share = std::max(0.0, busy) / all;
  if (!(share <= 1)) return Reading<double>::unavailable("the CPU times of /proc/stat contradict each other");
  return share;
}

}  // namespace rackproof
