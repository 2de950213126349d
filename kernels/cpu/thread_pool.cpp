#include "kernels/cpu/thread_pool.hpp"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <string>

#include "kernels/edge.h"

namespace rackproof::cpu {

void pin_this_thread(const std::vector<int>& cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int cpu : cpus) CPU_SET(static_cast<std::size_t>(cpu), &set);
  if (pthread_setaffinity_np(pthread_self(), sizeof set, &set) != 0) {
    throw kernels::Failure(RP_FAILED,
                           "a thread cannot be pinned to CPU " + std::to_string(cpus.empty() ? -1 : cpus[0]));
  }
}

ThreadPool::ThreadPool(std::vector<int> cpus) {
  working_ = cpus.size();
  threads_.reserve(cpus.size());
  try {
    for (std::size_t rank = 0; rank < cpus.size(); ++rank) {
      threads_.emplace_back([this, rank, cpu = cpus[rank], threads = cpus.size()] {
        std::exception_ptr error;
        try {
          pin_this_thread({cpu});
        } catch (...) {
          error = std::current_exception();
        }
        {
          const std::lock_guard lock(mutex_);
          if (error) error_ = error;
          if (--working_ == 0) done_.notify_all();
        }
        work(rank, threads);
      });
    }
  } catch (...) {
    stop();
    throw;
  }
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return working_ == 0; });
  if (!error_) return;
  lock.unlock();
  stop();
  std::rethrow_exception(error_);
}

ThreadPool::~ThreadPool() { stop(); }

void ThreadPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
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
  std::unique_lock lock(mutex_);
  range_ = range;
  grain_ = grain;
  call_ = call;
  function_ = function;
  error_ = nullptr;
  working_ = threads_.size();
  ++round_;
  wake_.notify_all();
  done_.wait(lock, [this] { return working_ == 0; });
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

void ThreadPool::work(std::size_t rank, std::size_t threads) {
  std::uint64_t seen = 0;
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return stopping_ || round_ != seen; });
    if (stopping_) return;
    seen = round_;
    const Range mine = part(range_, grain_, rank, threads);
    const Call call = call_;
    void* const function = function_;
    lock.unlock();
    std::exception_ptr error;
    try {
      if (mine.begin < mine.end) call(function, mine);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    if (error && !error_) error_ = error;
    if (--working_ == 0) done_.notify_all();
  }
}

}  // namespace rackproof::cpu
