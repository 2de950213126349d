// Every call that the backend's host code makes fails once, at every place where it is made: the caller is told what failed,
// nothing leaks or hangs, and the backend works afterwards. Nobody keeps a list of the calls: those of the CUDA runtime and
// of cuBLASLt are the undefined symbols of the host code's objects, those of other libraries are what it looked up.
#include <cublasLt.h>
#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <set>
#include <string>
#include <string_view>

#include "tests/cuda/runtime/fake.hpp"
#include "tests/cuda/runtime/usage.hpp"

namespace rackproof::fake {
namespace {

/// Calls since reset() of a use in which nothing fails.
std::map<std::string, std::uint64_t> calls_of_a_use() {
  reset();
  const Outcome outcome = use_everything();
  EXPECT_EQ(outcome.entry + outcome.text + outcome.wrong, "");
  return calls();
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// Functions that end something: they have nobody to tell.
bool ends(std::string_view function) {
  return has(function, "Destroy") || has(function, "Free") || has(function, "Finalize");
}

/// Functions whose failure means that a value is not readable.
bool reads_a_state(std::string_view function) {
  return function.starts_with("nvml") && function != "nvmlDeviceGetCount_v2" &&
         function != "nvmlDeviceGetHandleByIndex_v2";
}

int unknown_error(std::string_view function) {
  if (function.starts_with("cublasLt")) return CUBLAS_STATUS_INTERNAL_ERROR;
  if (function.starts_with("nccl")) return 2;  // ncclSystemError
  return cudaErrorUnknown;
}

std::int64_t leaked() {
  std::int64_t sum = 0;
  for (const auto& [kind, number] : live()) sum += std::abs(number);
  return sum;
}

/// What a call is named in an error's text.
std::string named(const std::string& function) {
  return function == "cudaLaunchKernel" ? "launch_" : function;
}

void expect_told(const Outcome& outcome, const std::string& function, rp_result result) {
  if (ends(function)) {
    EXPECT_TRUE(outcome.wrong.empty() || has(outcome.wrong, "did not tell")) << outcome.wrong;
    return;
  }
  if (outcome.at_the_end) return;
  EXPECT_EQ(outcome.result, result) << outcome.entry << ": " << outcome.text << outcome.wrong;
  EXPECT_TRUE(has(outcome.text, named(function))) << outcome.entry << ": " << outcome.text << outcome.wrong;
}

/// Everything else goes on; what was not readable is said to be so, and nothing is told in its place. Returns how many values
/// are missing.
std::size_t expect_not_readable(const Outcome& outcome, const Outcome& clean) {
  if (outcome.entry.empty()) {
    EXPECT_TRUE(has(outcome.wrong, "did not tell")) << outcome.wrong;
  } else {  // nothing at all is readable
    EXPECT_EQ(outcome.result, RP_UNSUPPORTED) << outcome.entry << ": " << outcome.text;
    EXPECT_TRUE(outcome.entry == "telemetry" || outcome.entry == "counters") << outcome.entry;
    EXPECT_NE(outcome.text, "");
  }
  std::size_t missing = 0;
  for (const auto& [what, value] : clean.read) {
    const auto found = outcome.read.find(what);
    missing += found == outcome.read.end() ? 1 : 0;
    EXPECT_EQ(found == outcome.read.end() ? value : found->second, value) << what;
  }
  EXPECT_EQ(outcome.read.size() + missing, clean.read.size()) << "something new";
  return missing;
}

void expect_usable() {
  reset();
  const Outcome outcome = use_everything();
  EXPECT_EQ(outcome.entry + outcome.text + outcome.wrong, "") << "afterwards";
}

/// Uses everything while one call fails, or the device is lost in it.
Outcome use_with(const Fault& fault) {
  Configuration configuration;
  configuration.faults = {fault};
  reset(configuration);
  return use_everything();
}

/// Lets the function fail at each place in turn.
void fail_each(const std::string& function, std::uint64_t times, int error, rp_result result) {
  for (std::uint64_t nth = 1; nth <= times; ++nth) {
    SCOPED_TRACE(function + ", call " + std::to_string(nth) + ", error " + std::to_string(error));
    expect_told(use_with({function, nth, 1, error, false}), function, result);
    EXPECT_EQ(faults_hit(), 1u);
    EXPECT_LE(leaked(), ends(function) ? 1 : 0) << "not destroyed";
    EXPECT_EQ(waits(), 0u) << "a stream that was held was waited for";
    EXPECT_EQ(last_error(), 0) << "an error was left behind";
  }
}

TEST(Failures, TheListOfCallsIsComplete) {
  const auto used = calls_of_a_use();
  // These do not fail, or are asked only what another failure means.
  const std::set<std::string> without_failure{"cudaGetErrorName",   "cudaGetErrorString",
                                              "cudaGetLastError",   "cudaStreamQuery",
                                              "cublasLtGetVersion", "cublasLtGetStatusName"};
  std::ifstream list(RACKPROOF_CUDA_API_LIST);
  std::size_t number = 0;
  for (std::string function; std::getline(list, function); ++number) {
    if (without_failure.contains(function)) continue;
    EXPECT_TRUE(used.contains(function)) << function << " is called somewhere, but not by this test";
  }
  EXPECT_GT(number, 30u);
  for (const std::string& function : looked_up()) {
    if (function == "ncclGetErrorString" || function == "ncclCommAbort" ||
        function == "nvmlDeviceGetNvLinkRemoteDeviceType")
      continue;
    EXPECT_TRUE(used.contains(function)) << function << " is looked up, but not called by this test";
  }
}

TEST(Failures, AnUnknownErrorIsToldAndLeavesNothingBehind) {
  for (const auto& [function, times] : calls_of_a_use()) {
    if (!reads_a_state(function)) fail_each(function, times, unknown_error(function), RP_FAILED);
  }
  expect_usable();
}

TEST(Failures, AStateThatIsNotReadableIsSaidToBeSo) {
  reset();
  const Outcome clean = use_everything();
  EXPECT_GT(clean.read.size(), 50u);
  // A device that is whole is so without being asked, and processes of these kinds are in addition.
  const std::set<std::string> without_values{"nvmlDeviceIsMigDeviceHandle",
                                             "nvmlDeviceGetMPSComputeRunningProcesses_v3",
                                             "nvmlDeviceGetGraphicsRunningProcesses_v3"};
  for (const auto& [function, times] : calls_of_a_use()) {
    if (!reads_a_state(function)) continue;
    std::size_t missing = 0;
    for (std::uint64_t nth = 1; nth <= times; ++nth) {
      for (const int error : {999, 3, 4}) {  // unknown, not supported, no permission
        if (error == 3 && function == "nvmlDeviceGetNvLinkState") continue;  // there is no such link
        SCOPED_TRACE(function + ", call " + std::to_string(nth) + ", error " + std::to_string(error));
        missing += expect_not_readable(use_with({function, nth, 1, error, false}), clean);
        EXPECT_EQ(leaked(), 0);
      }
    }
    EXPECT_EQ(missing == 0, without_values.contains(function)) << function;
  }
  expect_usable();
}

TEST(Failures, WhatIsNotSupportedIsToldAsSuch) {
  for (const auto& [function, times] : calls_of_a_use()) {
    // Attributes of a device may be unknown: devices_test.cpp.
    if (function.starts_with("cuda") && function != "cudaDeviceGetAttribute")
      fail_each(function, times, cudaErrorNotSupported, RP_UNSUPPORTED);
    // A proposal that is not supported after all is passed over: search_test.cpp.
    if (function.starts_with("cublasLt") && function != "cublasLtMatmul")
      fail_each(function, times, CUBLAS_STATUS_NOT_SUPPORTED, RP_UNSUPPORTED);
  }
  fail_each("cudaDeviceEnablePeerAccess", 1, cudaErrorPeerAccessUnsupported, RP_UNSUPPORTED);
  fail_each("cudaDeviceEnablePeerAccess", 1, cudaErrorTooManyPeers, RP_UNSUPPORTED);
  expect_usable();
}

TEST(Failures, OutOfMemoryIsToldAsSuch) {
  for (const auto& [function, times] : calls_of_a_use()) {
    if (function.starts_with("cublasLt")) {
      fail_each(function, times, CUBLAS_STATUS_ALLOC_FAILED, RP_OUT_OF_MEMORY);
    } else if (function.starts_with("cuda")) {
      fail_each(function, times, cudaErrorMemoryAllocation, RP_OUT_OF_MEMORY);
    }
  }
  expect_usable();
}

TEST(Failures, ALostDeviceIsToldAndHangsNothing) {
  for (const auto& [function, times] : calls_of_a_use()) {
    for (std::uint64_t nth = 1; nth <= times; ++nth) {
      SCOPED_TRACE(function + ", call " + std::to_string(nth));
      const auto begin = std::chrono::steady_clock::now();
      const Outcome outcome = use_with(
          {function, nth, 1, nth % 2 == 0 ? cudaErrorECCUncorrectable : cudaErrorLaunchFailure, true});
      EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
      EXPECT_EQ(waits(), 0u);
      EXPECT_EQ(leaked(), 0) << "nobody tried to destroy it";
      if (outcome.at_the_end) continue;
      const bool told_later = outcome.wrong.find("did not tell") != std::string::npos && ends(function);
      EXPECT_TRUE(outcome.result == RP_DEVICE_LOST || told_later)
          << outcome.entry << ": " << outcome.text << outcome.wrong;
    }
  }
  expect_usable();
}

}  // namespace
}  // namespace rackproof::fake
