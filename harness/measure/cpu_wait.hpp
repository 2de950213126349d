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
  std::map<std::int64_t, Thread> threads;  ///< of this process, by thread id (/proc/self/task/*/schedstat)
  std::map<int, std::int64_t> steal_ns;    ///< of the CPUs that one of the threads may use (/proc/stat)
  std::int64_t tick_ns = 0;                ///< resolution of steal_ns
  int cpus = 0;                            ///< that one of the threads may use; 0: unknown
  std::int64_t reader = -1;                ///< id of the thread that read this
};

/// Reads both. What cannot be read is absent.
CpuTimes read_cpu_times();

/// Steal time by CPU from the text of /proc/stat, ns, which counts in ticks of `tick_ns`. Empty when the text is none of
/// that kind.
std::map<int, std::int64_t> parse_steal(std::istream& stat, std::int64_t tick_ns);

/// Between two readings; NaN where unknown. Threads that ended in between are not counted, those that began are counted
/// from their beginning.
struct CpuWait {
  double longest_s = std::numeric_limits<double>::quiet_NaN();  ///< of the thread that waited most
  double reader_s = std::numeric_limits<double>::quiet_NaN();   ///< of the thread that read both times
  double ran_s = std::numeric_limits<double>::quiet_NaN();      ///< of all threads added up
  double steal_s =
      std::numeric_limits<double>::quiet_NaN();  ///< of all CPUs that the process may use, added up
  double most_steal_s =
      std::numeric_limits<double>::quiet_NaN();  ///< of the CPU with most of it; may be a tick too much
  double tick_s = 0;                             ///< resolution of the steal time
  int cpus = 0;                                  ///< that the process may use; 0: unknown
};
CpuWait cpu_wait(const CpuTimes& begin, const CpuTimes& end);

/// Share of the time `wall_s` that others than this process kept the thread that waited most from running, 0 to 1: its
/// wait, but no more than the CPU time that the whole process did not get, cpus · wall_s − ran_s, both / wall_s.
/// The most, and not a sum or a mean: a team of threads waits for its slowest member, whatever its size. The bound is
/// for a process with more threads than CPUs: as far as its own threads fill the CPUs, they wait for each other, and
/// nothing disturbs it. Threads that share one CPU while others are free do count. NaN when unknown.
double runqueue_delay(const CpuWait& wait, double wall_s);

/// Steal time as a share of the time of all CPUs that the process may use, 0 to 1; NaN when unknown. It is that which is
/// certain: less √cpus ticks, 2.4 standard deviations of what counting in ticks adds to or takes from the sum (exact for
/// one CPU). Else one tick within a short window would look like a hypervisor that takes much.
double steal_share(const CpuWait& wait, double wall_s);

}  // namespace rackproof
