// SIGINT and SIGTERM as something to poll.
#pragma once

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "harness/record/durable_file.hpp"

namespace rackproof {

/// Holds both signals back for its life. They are consumed at its end: a second Ctrl-C must not kill the
/// program while it writes down what was measured before the first.
class InterruptSignals {
 public:
  InterruptSignals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &set_, &before_);
    descriptor_ = FileDescriptor(::signalfd(-1, &set_, SFD_CLOEXEC | SFD_NONBLOCK));
  }
  ~InterruptSignals() {
    signalfd_siginfo pending;
    while (::read(get(), &pending, sizeof pending) == sizeof pending) {
    }
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
  }
  InterruptSignals(const InterruptSignals&) = delete;
  InterruptSignals& operator=(const InterruptSignals&) = delete;

  /// The signals stay held back when this is gone: the program has been interrupted and only has to end.
  void keep() {
    sigaddset(&before_, SIGINT);
    sigaddset(&before_, SIGTERM);
  }

  /// Readable when one of the signals came.
  int get() const { return descriptor_.get(); }

 private:
  sigset_t set_{};
  sigset_t before_{};
  FileDescriptor descriptor_;
};

}  // namespace rackproof
