// Memory and matrix cases on the fault backend: right numbers when it works, no number when it does not.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "suites/catalogue/catalogue.hpp"
#include "suites/run/case_context.hpp"

namespace rackproof {
namespace {

namespace fs = std::filesystem;

class CaseRunnerTest : public ::testing::Test {
 protected:
  ~CaseRunnerTest() override { fs::remove_all(folder_); }

  /// Outcome of a case on both devices of a fault backend, or on the first; `end` holds what was reported.
  Outcome run(const std::string& case_id, const std::string& options, std::size_t device_count = 1) {
    fs::create_directories(folder_);
    // A library of its own each time: its options are read once.
    const fs::path library = folder_ / fmt::format("fault-{}.so", runs_++);
    fs::copy_file(fs::path(RACKPROOF_BINARY_DIR) / "lib/rackproof/librackproof-fault.so", library);
    const Backend backend(library, options);
    std::vector<Device> devices;
    for (std::size_t i = 0; i < device_count; ++i)
      devices.emplace_back(backend, backend.devices().at(i).uuid);
    const CaseRow* row = find_case(all_cases(), case_id);
    SampleSettings settings;
    settings.sample_time_s = 0.1;
    const Group alone;
    end = {};
    try {
      find_runner(case_id)({*row, 1, settings, devices, alone, {}}, end);
    } catch (const CaseStopped& stop) {
      return stop.outcome();
    }
    return {Status::ok, Phase::finish, ""};
  }

  CaseEnd end;

 private:
  int runs_ = 0;
  fs::path folder_ = fs::temp_directory_path() / fmt::format("rackproof-runner-{}", ::getpid());
};

TEST_F(CaseRunnerTest, ReportsEveryQuantityOfTheCatalogueAndNoOther) {
  for (const std::string id :
       {"memory/host/copy:f64,cold", "memory/device/triad:f64,cold", "memory/device/triad:f64,cold,event",
        "compute/device/gemm:f64,n=256,sustained", "compute/device/gemm:f32,n=256,sustained"}) {
    EXPECT_EQ(run(id, "").status, Status::ok) << id;
    for (const QuantityRow& quantity : find_case(all_cases(), id)->quantities) {
      const std::string name(quantity.name);
      EXPECT_EQ(end.values.contains(name), quantity.kind == QuantityKind::real) << id << '#' << name;
      EXPECT_EQ(end.exact.contains(name), quantity.kind == QuantityKind::exact) << id << '#' << name;
    }
    EXPECT_EQ(end.values.size() + end.exact.size(), find_case(all_cases(), id)->quantities.size()) << id;
    for (const auto& [name, value] : end.values) {
      EXPECT_GT(value.lo, 0) << id;
      EXPECT_LE(value.lo, value.value) << id;
      EXPECT_LE(value.value, value.hi) << id;
    }
    EXPECT_GT(end.elements_checked, 0) << id;
    EXPECT_TRUE(end.after.contains("runqueue_delay")) << id;
  }
}

TEST_F(CaseRunnerTest, EveryElementOfEverySampleOnEveryDeviceIsChecked) {
  ASSERT_EQ(run("compute/device/gemm:f64,n=256,sustained", "", 2).status, Status::ok);
  EXPECT_EQ(end.elements_checked % (2 * 256 * 256), 0);
  EXPECT_GE(end.elements_checked, end.iterations * 2 * 256 * 256);  // warm-up is checked too
  for (const std::string id : {"memory/host/triad:f64,cold", "compute/device/gemm:f64,n=256,sustained"}) {
    EXPECT_EQ(run(id, "fault=flip,at=7,device=fault-1", 2).status, Status::wrong) << id;
  }
}

TEST_F(CaseRunnerTest, AWrongAnswerHasNoNumber) {
  for (const std::string id :
       {"memory/host/copy:f64,cold", "memory/host/scale:f64,cold", "memory/host/add:f64,cold",
        "memory/host/triad:f64,cold", "compute/device/gemm:f32,n=256,sustained"}) {
    for (const std::string fault : {"stale,at=6", "nan,at=5", "wrong", "flip,at=4"}) {
      const Outcome outcome = run(id, "fault=" + fault);
      EXPECT_EQ(outcome.status, Status::wrong) << id << ", " << fault << ": " << outcome.reason;
      EXPECT_TRUE(end.values.empty()) << id << ", " << fault;
    }
  }
}

TEST_F(CaseRunnerTest, AnEventClockIsHeldAgainstTheHosts) {
  const std::string id = "memory/device/triad:f64,cold,event";
  // On a quiet host the lie is flagged; on a busy one it cannot be told. It is never believed.
  const Outcome lying = run(id, "fault=lying_clock,factor=4");
  if (lying.status == Status::ok) {
    EXPECT_TRUE(end.clocks_disagree);
  } else {
    EXPECT_EQ(lying.status, Status::skipped);
    EXPECT_NE(lying.reason.find("quiet host"), std::string::npos) << lying.reason;
  }
  const Outcome slow = run(id, "fault=slow_clock,factor=3");
  EXPECT_EQ(slow.status, Status::wrong);
  EXPECT_NE(slow.reason.find("clocks disagree"), std::string::npos) << slow.reason;
  EXPECT_EQ(run(id, "fault=no_event").status, Status::unsupported);
}

TEST_F(CaseRunnerTest, WhatTheDeviceCannotDoIsUnsupportedOrFailed) {
  EXPECT_EQ(run("compute/device/gemm:f64,n=256,sustained", "fault=dtype_missing").status,
            Status::unsupported);
  const Outcome full = run("memory/device/triad:f64,cold", "fault=oom,above=1024");
  EXPECT_EQ(full.status, Status::failed);
  EXPECT_NE(full.reason.find("out of memory"), std::string::npos);
}

}  // namespace
}  // namespace rackproof
