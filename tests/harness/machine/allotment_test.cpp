#include "harness/machine/allotment.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cmath>

#include "tests/harness/machine/recorded_machine.hpp"

namespace rackproof {
namespace {

using test::RecordedMachine;

void allow_cpus(RecordedMachine& machine, const std::string& list) {
  machine.write("/proc/self/status",
                "Name:\tworker\nCpus_allowed:\tff\nCpus_allowed_list:\t" + list + "\nMems_allowed:\t1\n");
}

TEST(Allotment, CoresAreThoseOfTheAffinity) {
  RecordedMachine machine;
  allow_cpus(machine, "0-15,32-47,64");
  EXPECT_EQ(*allotted_cores(machine.root()), 33);
  allow_cpus(machine, "5");
  EXPECT_EQ(*allotted_cores(machine.root()), 1);
  for (const char* garbage : {"", "x", "0-", "7-3", "-1", "1,,2", "nan"}) {
    allow_cpus(machine, garbage);
    EXPECT_FALSE(allotted_cores(machine.root())) << garbage;
  }
  machine.remove("/proc/self/status");
  EXPECT_EQ(allotted_cores(machine.root()).why(), "no such file: /proc/self/status");
  EXPECT_GE(*allotted_cores(SystemRoot()), 1);
}

TEST(Allotment, TheQuotaOfACgroupOrOfOneAboveItIsLess) {
  RecordedMachine machine;
  allow_cpus(machine, "0-63");
  machine.write("/proc/self/cgroup", "0::/slurm/job_7/step_0\n");
  machine.write("/sys/fs/cgroup/slurm/job_7/step_0/cpu.max", "max 100000\n");
  EXPECT_EQ(*allotted_cores(machine.root()), 64);
  machine.write("/sys/fs/cgroup/slurm/job_7/cpu.max", "150000 100000\n");
  EXPECT_EQ(*allotted_cores(machine.root()), 1.5) << "of the one above";
  machine.write("/sys/fs/cgroup/slurm/job_7/cpu.max", "garbage\n");
  EXPECT_EQ(*allotted_cores(machine.root()), 64);
}

TEST(Allotment, CgroupsOfVersion1AndOfContainersThatHideTheirPath) {
  RecordedMachine machine;
  allow_cpus(machine, "0-63");
  machine.write("/proc/self/cgroup", "4:cpu,cpuacct:/docker/abc\n3:memory:/docker/abc\n1:name=systemd:/\n");
  machine.write("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "400000");
  machine.write("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000");
  EXPECT_EQ(*allotted_cores(machine.root()), 4) << "the mount's own root is the container's group";
  machine.write("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1");
  EXPECT_EQ(*allotted_cores(machine.root()), 64);
  machine.write("/proc/meminfo", "MemTotal:       1000 kB\nMemFree: 5 kB\n");
  EXPECT_EQ(*allotted_memory(machine.root()), 1'024'000);
  machine.write("/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "4096");
  EXPECT_EQ(*allotted_memory(machine.root()), 4096);
  machine.write("/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "9223372036854771712");
  EXPECT_EQ(*allotted_memory(machine.root()), 1'024'000) << "no limit";
}

TEST(Allotment, MemoryThatCannotBeReadIsNotZero) {
  RecordedMachine machine;
  EXPECT_FALSE(allotted_memory(machine.root()));
  for (const char* garbage : {"MemTotal: kB", "MemTotal: -5 kB", "MemTotal: 0 kB", "MemFree: 7 kB", ""}) {
    machine.write("/proc/meminfo", garbage);
    EXPECT_FALSE(allotted_memory(machine.root())) << garbage;
  }
  EXPECT_GT(*allotted_memory(SystemRoot()), 64 << 20);
}

TEST(Allotment, SharedMemory) {
  RecordedMachine machine;
  EXPECT_FALSE(shared_memory(machine.root()));
  machine.write("/proc/mounts",
                "sysfs /sys sysfs rw 0 0\ntmpfs /dev/shm tmpfs rw,nosuid,size=65536k,inode64 0 0\n");
  EXPECT_EQ(*shared_memory(machine.root()), 64 << 20);
  machine.write("/proc/mounts", "tmpfs /dev/shm tmpfs rw,nosuid 0 0\n");
  EXPECT_EQ(shared_memory(machine.root()).why(), "/proc/mounts does not tell the size of /dev/shm");
  EXPECT_TRUE(shared_memory(SystemRoot()));
}

TEST(Allotment, LimitsAreThoseOfTheProcess) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit less = before;
  less.rlim_cur = 64;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &less), 0);
  EXPECT_EQ(*open_files_limit(), 64);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_TRUE(*locked_memory_limit() >= 0);
}

}  // namespace
}  // namespace rackproof
