#include "kernels/cpu/omp_team.hpp"

#include <omp.h>
#include <sched.h>

#include <vector>

#include "kernels/edge.h"

namespace rackproof::cpu {
namespace {

/// The CPU of each thread of the pool: with a grain of 1, thread i has the i-th element.
std::vector<int> cpus_of(ThreadPool& pool) {
  std::vector<int> cpus(pool.size());
  if (cpus.size() == 1) {
    cpus[0] = sched_getcpu();
    return cpus;
  }
  pool.parallel_for(0, cpus.size(), 1, [&cpus](std::uint64_t begin, std::uint64_t end) {
    for (std::uint64_t i = begin; i < end; ++i) cpus[i] = sched_getcpu();
  });
  return cpus;
}

/// Whether the calling thread runs on this CPU only from now on.
bool stay_on(int cpu) noexcept {
  thread_local int pinned = -1;
  if (pinned == cpu) return true;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(cpu), &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0) return false;
  pinned = cpu;
  return true;
}

}  // namespace

void pin_omp_team(ThreadPool& pool, int threads) {
  thread_local const std::vector<int> cpus = cpus_of(pool);  // an executor's thread has one pool
  const int* const cpu = cpus.data();
  int failed = 0;
  if (threads == 1) {
    failed = stay_on(cpu[0]) ? 0 : 1;
  } else {
#pragma omp parallel num_threads(threads) default(none) firstprivate(cpu) reduction(+ : failed)
    failed += stay_on(cpu[omp_get_thread_num()]) ? 0 : 1;
  }
  if (failed != 0) throw kernels::Failure(RP_FAILED, "a thread of libgomp cannot be pinned to its CPU");
}

}  // namespace rackproof::cpu
