#include "harness/measure/cpu_wait.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <ctime>
#include <sstream>
#include <thread>
#include <vector>

namespace rackproof {
namespace {

constexpr std::int64_t kMs = 1'000'000;

/// Two seconds on two CPUs, ticks of 10 ms; thread 1 read the times.
struct Window {
  CpuTimes begin{.ran_ns = 2000 * kMs,
                 .threads = {{1, {500 * kMs, 100 * kMs}}, {2, {900 * kMs, 0}}},
                 .cpus = {{0, {0, 70 * kMs}}, {1, {50 * kMs, 0}}},
                 .tick_ns = 10 * kMs,
                 .reader = 1};
  CpuTimes end{.ran_ns = 3500 * kMs,
               .threads = {{1, {600 * kMs, 150 * kMs}}, {2, {2300 * kMs, 600 * kMs}}},
               .cpus = {{0, {1800 * kMs, 270 * kMs}}, {1, {850 * kMs, 20 * kMs}}},
               .tick_ns = 10 * kMs,
               .reader = 1};
  CpuWait wait() const { return cpu_wait(begin, end); }
};

TEST(CpuWait, IsThatOfTheThreadThatWaitedMost) {
  const CpuWait wait = Window().wait();
  EXPECT_DOUBLE_EQ(wait.longest_s, 0.6);
  EXPECT_DOUBLE_EQ(wait.reader_s, 0.05);
  EXPECT_DOUBLE_EQ(wait.ran_s, 1.5);
  EXPECT_DOUBLE_EQ(wait.busy_s, 2.6);
  EXPECT_DOUBLE_EQ(wait.steal_s, 0.22);
  EXPECT_DOUBLE_EQ(wait.most_steal_s, 0.2);
  EXPECT_EQ(wait.cpus, 2);
  EXPECT_DOUBLE_EQ(runqueue_delay(wait, 2), 0.3);  // others had 1.1 s less the error
  EXPECT_DOUBLE_EQ(steal_share(wait, 2), (0.22 - std::sqrt(2) * 0.01) / 4);
}

TEST(CpuWait, OneTickInAShortWindowIsNoSteal) {
  CpuWait wait = Window().wait();
  wait.cpus = 1;
  wait.steal_s = 0.01;
  EXPECT_DOUBLE_EQ(steal_share(wait, 0.02), 0);
  wait.steal_s = 0.015;
  EXPECT_DOUBLE_EQ(steal_share(wait, 0.02), 0.25);
}

TEST(CpuWait, ThreadsThatEndOrBeginDoNotMakeItNegative) {
  Window window;
  window.begin.threads[3] = {9000 * kMs, 9000 * kMs};  // ends
  window.end.threads[4] = {100 * kMs, 700 * kMs};      // begins
  window.begin.threads[2] = {99'000 * kMs, 5 * kMs};   // ends, and its id is used again
  const CpuWait wait = window.wait();
  EXPECT_DOUBLE_EQ(wait.longest_s, 0.7);
  EXPECT_DOUBLE_EQ(wait.ran_s, 1.5) << "the process counts those that ended too";
}

TEST(CpuWait, OwnThreadsThatWaitForEachOtherAreNotDelayed) {
  CpuWait wait = Window().wait();
  wait.ran_s = wait.busy_s;
  EXPECT_DOUBLE_EQ(runqueue_delay(wait, 2), 0);
  wait.ran_s = wait.busy_s - 0.05;  // no more than counting in ticks is wrong by
  EXPECT_DOUBLE_EQ(runqueue_delay(wait, 2), 0);
  wait.ran_s = wait.busy_s + 0.05;
  EXPECT_DOUBLE_EQ(runqueue_delay(wait, 2), 0);
  // Others had 0.4 s of two full CPUs, and a thread waited longer than that.
  wait.busy_s = 4;
  wait.ran_s = 3.6;
  EXPECT_DOUBLE_EQ(runqueue_delay(wait, 2), (0.4 - 3 * std::sqrt(2) * 0.01) / 2);
}

TEST(CpuWait, WhatCannotBeReadIsUnknown) {
  Window window;
  window.end.threads.clear();
  EXPECT_TRUE(std::isnan(window.wait().reader_s));
  EXPECT_TRUE(std::isnan(runqueue_delay(window.wait(), 2)));
  window = {};
  window.begin.cpus.clear();
  EXPECT_TRUE(std::isnan(window.wait().most_steal_s));
  EXPECT_TRUE(std::isnan(runqueue_delay(window.wait(), 2)));
  EXPECT_TRUE(std::isnan(steal_share(window.wait(), 2)));
  EXPECT_TRUE(std::isnan(runqueue_delay(Window().wait(), 0)));
}

TEST(CpuWait, CpusAreReadByNumber) {
  std::istringstream stat(
      "cpu  885723 338196 212539 1036226 1722 0 1278 4577 0 0\ncpu0 1 2 3 4 5 6 7 2264 9 0\n"
      "cpu12 1 2 3 4 5 6 7 3 0 0\ncpu13 1 2 3\nintr 5 cpu14\n");
  EXPECT_EQ(parse_stat(stat, 10 * kMs),
            (std::map<int, CpuTimes::Cpu>{{0, {190 * kMs, 22'640 * kMs}}, {12, {190 * kMs, 30 * kMs}}}));
  std::istringstream nothing("");
  EXPECT_TRUE(parse_stat(nothing, 10 * kMs).empty());
}

/// Over some time in which this thread sleeps.
CpuWait wait_while_asleep(double& wall_s, std::chrono::milliseconds time = std::chrono::milliseconds(300)) {
  const CpuTimes begin = read_cpu_times();
  const auto since = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(time);
  wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
  return cpu_wait(begin, read_cpu_times());
}

void pin_to(int cpu) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<std::size_t>(cpu), &one);
  EXPECT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
}

TEST(CpuWait, BusyThreadsOnOneCpuWaitThoughTheMainThreadSleeps) {
  const int cpu = ::sched_getcpu();
  std::atomic<bool> stop = false;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      pin_to(cpu);
      while (!stop) {
      }
    });
  }
  double wall_s = 0;
  const CpuWait wait = wait_while_asleep(wall_s);
  stop = true;
  EXPECT_GT(wait.longest_s, 0.3 * wall_s);
  EXPECT_GT(wait.ran_s, 0);
  EXPECT_LT(wait.reader_s, 0.5 * wait.longest_s);
}

TEST(CpuWait, ABusyThreadBesideAnotherProcessIsDelayed) {
  const int cpu = ::sched_getcpu();
  const pid_t other = ::fork();
  if (other == 0) {
    pin_to(cpu);
    for (;;) ::getppid();
  }
  std::atomic<bool> stop = false;
  std::jthread thread([&] {
    pin_to(cpu);
    while (!stop) {
    }
  });
  double wall_s = 0;
  const CpuWait wait = wait_while_asleep(wall_s, std::chrono::seconds(3));
  stop = true;
  ::kill(other, SIGKILL);
  ::waitpid(other, nullptr, 0);
  EXPECT_GT(runqueue_delay(wait, wall_s), 0.2);
}

TEST(CpuWait, OwnThreadsThatComeAndGoAreNoOthers) {
  const CpuTimes begin = read_cpu_times();
  const std::clock_t since = std::clock();  // of all threads, also of those that are gone
  const auto ran_s = [&] { return static_cast<double>(std::clock() - since) / CLOCKS_PER_SEC; };
  while (ran_s() < 0.3) {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([] {
        const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(3);
        while (std::chrono::steady_clock::now() < until) {
        }
      });
    }
  }
  const CpuWait wait = cpu_wait(begin, read_cpu_times());
  EXPECT_GT(wait.ran_s, 0.9 * ran_s()) << "though none of them is left";
}

TEST(CpuWait, AnIdleProcessDoesNotWait) {
  double wall_s = 0;
  const CpuWait wait = wait_while_asleep(wall_s);
  EXPECT_LT(runqueue_delay(wait, wall_s), 0.1);
  EXPECT_GE(runqueue_delay(wait, wall_s), 0);
  EXPECT_GE(wait.cpus, 1);
  EXPECT_LT(wait.ran_s, 0.1 * wall_s);
}

}  // namespace
}  // namespace rackproof
