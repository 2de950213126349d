#include "kernels/cpu/executor.hpp"

#include <utility>

#include "kernels/cpu/thread_pool.hpp"

namespace rackproof::cpu {

Executor::Executor(int cpu) {
  thread_ = std::thread([this] { work(); });
  try {
    run([cpu] { pin_this_thread({cpu}); });
  } catch (...) {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    work_.notify_one();
    thread_.join();
    throw;
  }
}

Executor::~Executor() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  thread_.join();
}

void Executor::submit(Progress& progress, std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back({&progress, std::move(task)});
    ++progress.pending;
    ++submitted_;
  }
  work_.notify_one();
}

void Executor::wait(Progress& progress) {
  std::unique_lock lock(mutex_);
  done_.wait(lock, [&] { return progress.pending == 0; });
  if (progress.error) std::rethrow_exception(std::exchange(progress.error, nullptr));
}

void Executor::run(std::function<void()> task) {
  Progress progress;
  submit(progress, std::move(task));
  wait(progress);
}

void Executor::work() {
  std::uint32_t taken = 0;
  std::unique_lock lock(mutex_);
  while (true) {
    if (!stopping_ && queue_.empty()) {
      lock.unlock();
      spin_while(submitted_, taken);
      lock.lock();
    }
    work_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    Entry entry = std::move(queue_.front());
    queue_.pop_front();
    ++taken;
    std::exception_ptr error = entry.progress->error;
    lock.unlock();
    if (!error) {
      try {
        entry.task();
      } catch (...) {
        error = std::current_exception();
      }
    }
    entry.task = nullptr;
    lock.lock();
    entry.progress->error = error;
    if (--entry.progress->pending == 0) done_.notify_all();
  }
}

}  // namespace rackproof::cpu
