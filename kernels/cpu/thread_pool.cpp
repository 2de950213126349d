#include "kernels/cpu/thread_pool.hpp"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <string>

#include "kernels/edge.h"

namespace rackproof::cpu {
namespace {

void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb" ::: "memory");
#endif
}

/// Returns the value once it is not `old`: spins, then sleeps.
std::uint32_t wait_for_change(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
  if (!spin_while(value, old)) value.wait(old, std::memory_order_acquire);
  return value.load(std::memory_order_acquire);
}

}  // namespace

bool spin_while(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
  constexpr int kLooksPerTime = 16;
  const auto end = std::chrono::steady_clock::now() + kSpinTime;
  do {
    for (int look = 0; look < kLooksPerTime; ++look) {
      if (value.load(std::memory_order_acquire) != old) return true;
      relax();
    }
  } while (std::chrono::steady_clock::now() < end);
  return false;
}

void pin_this_thread(const std::vector<int>& cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int cpu : cpus) CPU_SET(static_cast<std::size_t>(cpu), &set);
  if (pthread_setaffinity_np(pthread_self(), sizeof set, &set) != 0) {
    throw kernels::Failure(RP_FAILED,
                           "a thread cannot be pinned to CPU " + std::to_string(cpus.empty() ? -1 : cpus[0]));
  }
}

ThreadPool::ThreadPool(std::vector<int> cpus, InstructionSet set, bool alone)
    : size_(cpus.size()), instruction_set_(set), alone_(alone) {
  if (cpus.empty()) throw kernels::Failure(RP_FAILED, "a pool without CPUs");
  threads_.reserve(size_ - 1);
  working_ = static_cast<std::uint32_t>(size_ - 1);
  try {
    for (std::size_t rank = 1; rank < size_; ++rank) {
      threads_.emplace_back([this, rank, cpu = cpus[rank]] {
        try {
          pin_this_thread({cpu});
        } catch (...) {
          keep_error();
        }
        finish_one();
        work(rank);
      });
    }
  } catch (...) {
    stop();
    throw;
  }
  wait_for_others();
  if (!error_) return;
  stop();
  std::rethrow_exception(error_);
}

ThreadPool::~ThreadPool() { stop(); }

void ThreadPool::stop() {
  stopping_ = true;
  ++epoch_;
  epoch_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

ThreadPool::Range ThreadPool::part(Range range, std::uint64_t grain, std::size_t rank, std::size_t threads) {
  const std::uint64_t elements = range.end - range.begin;
  const std::uint64_t grains = elements / grain + (elements % grain != 0 ? 1 : 0);
  const std::uint64_t each = grains / threads;
  const std::uint64_t extra = grains % threads;
  const std::uint64_t first = rank * each + std::min<std::uint64_t>(rank, extra);
  const std::uint64_t last = first + each + (rank < extra ? 1 : 0);
  // A last grain that is cut short may lie beyond the end.
  const auto at = [&](std::uint64_t index) {
    return index == grains ? range.end : range.begin + index * grain;
  };
  return {at(first), at(last)};
}

void ThreadPool::run(Range range, std::uint64_t grain, Call call, void* function) {
  range_ = range;
  grain_ = grain;
  call_ = call;
  function_ = function;
  working_ = static_cast<std::uint32_t>(threads_.size());
  ++epoch_;
  epoch_.notify_all();
  call_part(0);
  wait_for_others();
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

void ThreadPool::call_part(std::size_t rank) noexcept {
  try {
    const Range mine = part(range_, grain_, rank, size_);
    if (mine.begin < mine.end) call_(function_, mine);
  } catch (...) {
    keep_error();
  }
}

void ThreadPool::keep_error() noexcept {
  const std::lock_guard lock(error_mutex_);
  if (!error_) error_ = std::current_exception();
}

void ThreadPool::finish_one() {
  if (--working_ == 0) working_.notify_one();
}

void ThreadPool::wait_for_others() {
  for (std::uint32_t working = working_; working != 0;) working = wait_for_change(working_, working);
}

void ThreadPool::work(std::size_t rank) {
  std::uint32_t seen = 0;
  while (true) {
    seen = wait_for_change(epoch_, seen);
    if (stopping_) return;
    call_part(rank);
    finish_one();
  }
}

}  // namespace rackproof::cpu
