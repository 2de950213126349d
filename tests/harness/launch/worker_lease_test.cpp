#include "harness/launch/worker_lease.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "harness/base/error.hpp"

namespace rackproof {
namespace {

class WorkerLeaseTest : public testing::Test {
 protected:
  WorkerLeaseTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rackproof-lease-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw Error("no temporary folder");
    folder_ = pattern;
  }
  ~WorkerLeaseTest() override { std::filesystem::remove_all(folder_); }

  /// Makes the harness that wrote the file last alive so long ago.
  void set_age(double seconds) const {
    timespec then{};
    ::clock_gettime(CLOCK_REALTIME, &then);
    then.tv_sec -= static_cast<time_t>(seconds);
    const timespec times[] = {then, then};
    ASSERT_EQ(::utimensat(AT_FDCWD, (folder_ / "workers").c_str(), times, 0), 0);
  }

  template <class F>
  static double seconds_of(F&& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }

  std::filesystem::path folder_;
};

TEST_F(WorkerLeaseTest, WaitsForAProcessOfTheHarnessThatDied) {
  pid_t worker = -1;
  {
    const WorkerLease lease(folder_);
    worker = ::fork();
    if (worker == 0) {
      ::execlp("sleep", "sleep", "60", nullptr);
      ::_exit(127);
    }
    ASSERT_GT(worker, 0);
  }
  const pid_t killer = ::fork();
  if (killer == 0) {
    ::usleep(500'000);
    ::kill(worker, SIGKILL);
    ::_exit(0);
  }
  const double waited = seconds_of([&] { const WorkerLease next(folder_); });
  EXPECT_GE(waited, 0.4) << "the worker inherited the lock";
  EXPECT_LT(waited, WorkerLease::kSeconds) << "and it was free when the worker had ended";
  ::waitpid(worker, nullptr, 0);
  ::waitpid(killer, nullptr, 0);
}

TEST_F(WorkerLeaseTest, ElsewhereCountsFromTheLastSignOfLife) {
  WorkerLease lease(folder_);
  set_age(60);
  EXPECT_LT(seconds_of([&] { lease.wait_elsewhere(); }), 2);
  set_age(6);
  EXPECT_GE(seconds_of([&] { lease.wait_elsewhere(); }), 0.9);
  set_age(60);
  lease.renew();
  const auto told = std::filesystem::last_write_time(folder_ / "workers");
  EXPECT_LT(std::filesystem::file_time_type::clock::now() - told, std::chrono::seconds(30));
}

TEST_F(WorkerLeaseTest, AFolderThatIsNotThereIsAnError) { EXPECT_THROW(WorkerLease(folder_ / "no"), Error); }

}  // namespace
}  // namespace rackproof
