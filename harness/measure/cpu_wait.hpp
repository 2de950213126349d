// Was this process kept from its CPUs? Run-queue delay of its threads, and time that a hypervisor stole.
#pragma once

#include <cstdint>
#include <istream>
#include <limits>
#include <map>

namespace rackproof {

/// What the kernel has counted so far.
struct CpuTimes {
  struct Thread {
    std::int64_t ran_ns = 0;
    std::int64_t waited_ns = 0;  ///< runnable, but not running
  };
  struct Cpu {
    std::int64_t busy_ns = 0;   ///< with anything, interrupts too
    std::int64_t steal_ns = 0;  ///< a hypervisor took it
    friend bool operator==(const Cpu&, const Cpu&) = default;
  };
  std::int64_t ran_ns = -1;                ///< this process, with its threads that have ended; -1: unknown
  std::map<std::int64_t, Thread> threads;  ///< of this process, by thread id (/proc/self/task/*/schedstat)
  std::map<int, Cpu> cpus;                 ///< that one of the threads may use (/proc/stat)
  std::int64_t tick_ns = 0;                ///< resolution of `cpus`
  std::int64_t reader = -1;                ///< id of the thread that read this
};

/// Reads both. What cannot be read is absent.
CpuTimes read_cpu_times();

/// The CPUs in the text of /proc/stat, which counts in ticks of `tick_ns`. Empty when the text is none of that kind.
std::map<int, CpuTimes::Cpu> parse_stat(std::istream& stat, std::int64_t tick_ns);

/// Between two readings; NaN where unknown. The waits of threads that ended in between are not counted, those of threads
/// that began are counted from their beginning.
struct CpuWait {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  double longest_s = kUnknown;     ///< of the thread that waited most
  double reader_s = kUnknown;      ///< of the thread that read both times
  double ran_s = kUnknown;         ///< the whole process, with threads that ended
  double busy_s = kUnknown;        ///< of all CPUs that the process may use, added up
  double steal_s = kUnknown;       ///< of the same
  double most_steal_s = kUnknown;  ///< of the CPU with most of it; may be a tick too much
  double tick_s = 0;               ///< resolution of what is counted by CPU
  int cpus = 0;                    ///< that the process may use
};
CpuWait cpu_wait(const CpuTimes& begin, const CpuTimes& end);

/// Share of the time `wall_s` that others than this process kept the thread that waited most from running, 0 to 1: its
/// wait, but no more than the CPU time that others certainly had, both / wall_s. NaN when unknown.
/// The most, and not a sum or a mean: a team of threads waits for its slowest member, whatever its size. The bound is
/// there because threads of one process wait for each other too, and that is no disturbance: a thread that checks
/// results beside a pool that fills all CPUs waits a fifth of the time on an idle host. Others had busy_s − ran_s, which is
/// certain less three standard deviations of counting in ticks (busy or not when the tick comes): a small share is only seen
/// over a long time.
double runqueue_delay(const CpuWait& wait, double wall_s);

/// Steal time as a share of the time of all CPUs that the process may use, 0 to 1; NaN when unknown. It is that which is
/// certain: less √cpus ticks, 2.4 standard deviations of what rounding to ticks adds to or takes from the sum (exact for
/// one CPU). Else one tick within a short window would look like a hypervisor that takes much.
double steal_share(const CpuWait& wait, double wall_s);

}  // namespace rackproof
