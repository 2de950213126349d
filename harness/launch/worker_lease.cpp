#include "harness/launch/worker_lease.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

constexpr double kWaitStep = 0.02;  // s

double seconds_of(const timespec& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double now_s() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return seconds_of(now);
}

void sleep_s(double seconds) { ::usleep(static_cast<useconds_t>(seconds * 1e6)); }

}  // namespace

WorkerLease::WorkerLease(const std::filesystem::path& folder) {
  const auto path = folder / "workers";
  // Without O_CLOEXEC: that processes inherit it is what it is for.
  file_ = FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT, 0644));
  if (!file_) throw Error(fmt::format("cannot write {}: {}", path.string(), ::strerror(errno)));
  for (double waited = 0; ::flock(file_.get(), LOCK_EX | LOCK_NB) != 0 && waited < kSeconds;
       waited += kWaitStep)
    sleep_s(kWaitStep);
}

void WorkerLease::wait_elsewhere() const {
  struct stat status {};
  const bool is_told = ::fstat(file_.get(), &status) == 0;
  const double age = is_told ? now_s() - seconds_of(status.st_mtim) : 0;
  sleep_s(std::clamp(kSeconds - age, 0.0, kSeconds));  // a clock that was set back must not make it longer
}

void WorkerLease::renew() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);  // this machine's, not the file server's
  const timespec times[] = {now, now};
  ::futimens(file_.get(), times);  // where it cannot be told, what was told last makes the wait no shorter
}

}  // namespace rackproof
