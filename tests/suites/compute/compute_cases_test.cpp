// The compute cases on the fault backend: right numbers when it works, no number when it does not.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "suites/catalogue/catalogue.hpp"
#include "suites/run/compute.hpp"

namespace rackproof {
namespace {

namespace fs = std::filesystem;

constexpr const char* kF64 = "compute/device/gemm:f64,acc=f64,out=f64,n=256,sustained";
constexpr const char* kF32 = "compute/device/gemm:f32,acc=f32,out=f32,n=256,sustained";
constexpr const char* kBf16 = "compute/device/gemm:bf16,acc=f32,out=f32,n=256,sustained";
constexpr const char* kI8 = "compute/device/gemm:i8,acc=i32,out=i32,n=256,sustained";
constexpr const char* kF16 = "compute/device/gemm:f16,acc=f32,out=f32,n=256,sustained";
constexpr const char* kTf32 = "compute/device/gemm:tf32,acc=f32,out=f32,n=256,sustained";
constexpr const char* kF8 = "compute/device/gemm:f8e4m3,acc=f32,out=f32,n=256,layout=tn,sustained";
constexpr const char* kI8Transposed = "compute/device/gemm:i8,acc=i32,out=i32,n=256,layout=tn,sustained";
constexpr const char* kF64Transposed = "compute/device/gemm:f64,acc=f64,out=f64,n=256,layout=tn,sustained";
constexpr const char* kFmaF64 = "compute/device/fma:f64";
constexpr const char* kFmaF32 = "compute/device/fma:f32";

class ComputeCasesTest : public ::testing::Test {
 protected:
  ~ComputeCasesTest() override { fs::remove_all(folder_); }

  /// Outcome on a device of a fault backend with these options.
  Outcome run(const std::string& id, const std::string& options, const RunCase& action) {
    return run(id, options, std::function<void(const CaseContext&, CaseEnd&)>(action));
  }
  Outcome run(const std::string& id, const std::string& options,
              const std::function<void(const CaseContext&, CaseEnd&)>& action) {
    fs::create_directories(folder_);
    // A library of its own each time: its options are read once.
    const fs::path library = folder_ / fmt::format("fault-{}.so", runs_++);
    fs::copy_file(fs::path(RACKPROOF_BINARY_DIR) / "lib/rackproof/librackproof-fault.so", library);
    const Backend backend(library, options);
    std::vector<Device> devices;
    devices.emplace_back(backend, backend.devices().at(0).uuid);
    SampleSettings settings;
    settings.sample_time_s = sample_time_s;
    const Group alone;
    end = {};
    try {
      action({*find_case(all_cases(), id), 1, settings, devices, alone, {}, SystemRoot()}, end);
    } catch (const CaseStopped& stop) {
      return stop.outcome();
    }
    return {Status::ok, Phase::finish, ""};
  }
  /// A product that is small enough for many runs, under the name and with the quantities of a case.
  Outcome multiply(const std::string& id, const std::string& options, std::string shape = ",m=24,n=40,k=56") {
    const std::string params = id.substr(0, id.find(",n=256"));
    if (id.find(",layout=tn") != std::string::npos) shape += ",layout=tn";
    return run(id, options, [&](const CaseContext& context, CaseEnd& case_end) {
      measure_gemm(context, gemm_shape(params + shape), case_end);
    });
  }

  CaseEnd end;
  double sample_time_s = 0.01;

 private:
  int runs_ = 0;
  fs::path folder_ = fs::temp_directory_path() / fmt::format("rackproof-compute-{}", ::getpid());
};

TEST_F(ComputeCasesTest, EveryDeviceCaseReportsItsQuantities) {
  for (const std::string id :
       {kF64, kBf16, kF16, kI8, kTf32, kF8, kI8Transposed, kF64Transposed, kFmaF64, kFmaF32}) {
    const Outcome outcome = run(id, "", find_runner(id));
    ASSERT_EQ(outcome.status, Status::ok) << id << ": " << outcome.reason;
    const CaseRow* row = find_case(all_cases(), id);
    for (const QuantityRow& quantity : row->quantities) {
      const std::string name(quantity.name);
      EXPECT_EQ(end.values.contains(name), quantity.kind == QuantityKind::real) << id << '#' << name;
      EXPECT_EQ(end.exact.contains(name), quantity.kind == QuantityKind::exact) << id << '#' << name;
    }
    EXPECT_EQ(end.values.size() + end.exact.size(), row->quantities.size()) << id;
    for (const auto& [name, value] : end.values) {
      EXPECT_GT(value.lo, 0) << id << '#' << name;
      EXPECT_LE(value.lo, value.value) << id << '#' << name;
      EXPECT_LE(value.value, value.hi) << id << '#' << name;
    }
    EXPECT_GT(end.elements_checked, 0) << id;
  }
}

TEST_F(ComputeCasesTest, AWrongProductHasNoNumber) {
  for (const std::string id : {kF64, kF32, kBf16, kF16, kI8, kTf32, kF8, kI8Transposed, kF64Transposed}) {
    // Operations 0 and 1 select columns, 2 to 4 rows, 5 is of integers, 6 the first of the data; then warm-up, and samples.
    for (const std::string fault :
         {"wrong", "lying_verify", "flip,at=0,bit=0", "flip,at=1,bit=0", "flip,at=2,bit=0,element=40",
          "flip,at=5,bit=0,element=0", "flip,at=6", "flip,at=8", "flip,at=9,element=959", "nan",
          "nan,at=5,element=300", "nan,at=8", "stale", "stale,at=3", "stale,at=5", "stale,at=8"}) {
      const Outcome outcome = multiply(id, "fault=" + fault);
      EXPECT_EQ(outcome.status, Status::wrong) << id << ", " << fault << ": " << outcome.reason;
      EXPECT_EQ(outcome.phase, Phase::check) << id << ", " << fault;
      EXPECT_TRUE(end.values.empty()) << id << ", " << fault;
    }
  }
}

TEST_F(ComputeCasesTest, AFlipOfTheLastBitOfAnIntegerProductIsSeenInAnySample) {
  EXPECT_EQ(multiply(kI8, "fault=flip,at=9,bit=0,element=1").status, Status::wrong);
}

TEST_F(ComputeCasesTest, EverySampleOfASustainedWindowIsProvedItsOwn) {
  // Many samples a block, and checks that take longer than the product; the inputs are the same.
  sample_time_s = 0.2;
  const std::string shape = ",m=256,n=320,k=1,sustained";
  EXPECT_EQ(multiply(kF64, "", shape).status, Status::ok);
  EXPECT_EQ(end.after["whole_checks"], 0);
  for (int at = 30; at < 36; ++at) {
    const Outcome outcome = multiply(kF64, fmt::format("fault=skip,at={}", at), shape);
    EXPECT_EQ(outcome.status, Status::wrong) << at << outcome.reason;
  }
  EXPECT_EQ(multiply(kI8, "fault=stale,at=33", shape).status, Status::wrong);
}

TEST_F(ComputeCasesTest, EmulatedF64IsRejected) {
  for (const std::string shape : {",m=24,n=40,k=56", ",m=1,n=9,k=20", ",m=9,n=1,k=20", ",m=30,n=30,k=3"}) {
    for (const int bits : {50, 48, 40}) {
      for (const std::string operand : {"a", "b", "ab"}) {
        const Outcome outcome =
            multiply(kF64, fmt::format("fault=emulated,bits={},operand={}", bits, operand), shape);
        EXPECT_EQ(outcome.status, Status::wrong) << bits << operand << shape;
        EXPECT_NE(outcome.reason.find(operand == "b" ? "selected rows of B" : "selected columns of A"),
                  std::string::npos)
            << outcome.reason;
      }
    }
  }
  const Outcome enough = multiply(kF64, "fault=emulated,bits=200");
  EXPECT_EQ(enough.status, Status::ok) << "enough bits are no fault: " << enough.reason;
}

TEST_F(ComputeCasesTest, EveryProductOfABatchAndEveryCopyOfAColdOneIsChecked) {
  const std::string batch = ",m=24,n=36,k=30,batch=5";
  EXPECT_EQ(multiply(kBf16, "", batch).status, Status::ok);
  for (const int element : {0, 24 * 36 * 2 + 7, 24 * 36 * 5 - 1}) {
    const Outcome outcome = multiply(kBf16, fmt::format("fault=flip,at=7,element={}", element), batch);
    EXPECT_EQ(outcome.status, Status::wrong) << element;
  }
  // 4 MiB of copies of 16 KiB.
  const std::string cold = ",m=2,n=512,k=16,cold";
  const Outcome outcome = multiply(kBf16, "", cold);
  EXPECT_EQ(outcome.status, Status::ok) << outcome.reason;
  EXPECT_EQ(multiply(kBf16, "fault=flip,at=7", cold).status, Status::wrong);
}

TEST_F(ComputeCasesTest, AColdProductThatDoesNotFitIsRefused) {
  // More copies are needed than B has columns to tell them apart by.
  const Outcome outcome = multiply(kBf16, "", ",m=2,n=8,k=16,cold");
  EXPECT_EQ(outcome.status, Status::failed);
  EXPECT_NE(outcome.reason.find("cold needs"), std::string::npos) << outcome.reason;
  EXPECT_EQ(multiply(kBf16, "fault=oom,above=100000", ",m=2,n=512,k=16,cold").status, Status::failed);
}

TEST_F(ComputeCasesTest, WhatTheDeviceLacksIsUnsupported) {
  for (const auto& [id, type] : {std::pair{kF64, "f64"},
                                 {kF32, "f32"},
                                 {kBf16, "bf16"},
                                 {kF16, "f16"},
                                 {kI8, "i8"},
                                 {kTf32, "tf32"},
                                 {kF8, "f8e4m3"}}) {
    const Outcome outcome = multiply(id, fmt::format("fault=dtype_missing,op=gemm,dtype={}", type));
    EXPECT_EQ(outcome.status, Status::unsupported) << id;
    EXPECT_FALSE(outcome.reason.empty()) << id;
  }
  EXPECT_EQ(run(kFmaF32, "fault=dtype_missing,op=fma,dtype=f32", run_fma).status, Status::unsupported);
}

TEST_F(ComputeCasesTest, AChainIsAsLongAsItsOverheadDemands) {
  const Outcome outcome = run(kFmaF32, "fault=slow,op=nothing,factor=10000", run_fma);
  EXPECT_EQ(outcome.status, Status::ok) << outcome.reason;
  EXPECT_GT(end.after.at("repeats"), 1);
  EXPECT_LE(end.after.at("overhead"), 0.01);
}

TEST_F(ComputeCasesTest, AWrongChainHasNoNumber) {
  for (const std::string id : {kFmaF64, kFmaF32}) {
    // Operations 0 to 2 find out how many rounds a sample takes.
    for (const std::string fault :
         {"wrong", "flip,at=1,bit=0", "flip,at=4,bit=0,element=0", "nan,at=8", "stale,at=5"}) {
      const Outcome outcome = run(id, "fault=" + fault, run_fma);
      EXPECT_EQ(outcome.status, Status::wrong) << id << ", " << fault << ": " << outcome.reason;
      EXPECT_TRUE(end.values.empty()) << id << ", " << fault;
    }
  }
}

}  // namespace
}  // namespace rackproof
