// The selftest of a device: what is right passes, and each of its kernels can fail.
#include "suites/selftest/selftest.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/conformance/backend_library.hpp"
#include "tests/conformance/optional_backends.hpp"

namespace rackproof::conformance {
namespace {

std::vector<KernelResult> selftest(const char* backend, const std::string& options) {
  const Device device(load_backend(backend), options);
  std::vector<KernelResult> reported;
  const auto results = run_selftest(device, [&](const KernelResult& result) { reported.push_back(result); });
  EXPECT_EQ(reported.size(), results.size());
  return results;
}

std::set<std::string> kernels_in(KernelState state, const std::vector<KernelResult>& results) {
  std::set<std::string> names;
  for (const KernelResult& result : results) {
    if (result.state == state) names.insert(result.kernel);
    EXPECT_EQ(result.reason.empty(), result.state == KernelState::passed) << result.kernel;
  }
  return names;
}

TEST(Selftest, RightDevicesPass) {
  for (const char* backend : {"cpu", "fault"}) {
    const auto results = selftest(backend, "");
    EXPECT_EQ(first_in(KernelState::wrong, results), "") << backend;
    const auto passed = kernels_in(KernelState::passed, results);
    for (const char* kernel : {"copy f64", "triad f32 passes", "read u64", "read u64 passes", "gemm f64",
                               "gemm f32 tn", "fma f64", "chase", "random_update", "march"}) {
      EXPECT_TRUE(passed.contains(kernel)) << backend << ' ' << kernel;
    }
  }
  EXPECT_TRUE(kernels_in(KernelState::passed, selftest("fault", "")).contains("gemm f8e5m2 tn"));
  const auto training = kernels_in(KernelState::passed, selftest("cpu", ""));
  for (const char* kernel : {"gpt matmul f32", "gpt attention_backward f64", "gpt adamw f32"})
    EXPECT_TRUE(training.contains(kernel)) << kernel;
  EXPECT_EQ(kernels_in(KernelState::passed, selftest("minimal", "")),
            (std::set<std::string>{"copy f64", "triad f64"}));
}

TEST(Selftest, OfBackendsThatThisBuildHas) {
  for (const char* const backend : optional_backends()) {
    const auto results = selftest(backend, "");
    EXPECT_EQ(first_in(KernelState::wrong, results), "") << backend;
    EXPECT_EQ(kernels_in(KernelState::unsupported, results),
              (std::set<std::string>{"gemm f8e4m3", "gemm f8e5m2", "gemm f8e5m2 tn", "gemm i8"}))
        << backend;
  }
}

TEST(Selftest, EveryKernelThatIsOffByAThousandthOrNoNumberIsFound) {
  if (kThreadSanitizer) GTEST_SKIP() << "one thread: nothing to see for this sanitizer, and slow";
  for (const std::string op : {"copy", "scale", "add", "triad", "dot", "nstream", "read", "write", "update",
                               "gemm", "fma", "chase", "random_update", "march"}) {
    // Values that are no numbers in one kernel of each kind, for the sake of time.
    for (const std::string fault : {"fault=wrong,op=", "fault=nan,op="}) {
      if (fault == "fault=nan,op=" && op != "triad" && op != "gemm" && op != "march") continue;
      const auto results = selftest("fault", fault + op);
      std::set<std::string> of_this;
      for (const auto& [kernel, state, reason] : results) {
        if (kernel == op || kernel.starts_with(op + ' ')) of_this.insert(kernel);
      }
      EXPECT_FALSE(of_this.empty()) << op;
      EXPECT_EQ(kernels_in(KernelState::wrong, results), of_this) << fault << op;
      EXPECT_TRUE(first_in(KernelState::wrong, results).starts_with(op))
          << first_in(KernelState::wrong, results);
    }
  }
}

TEST(Selftest, ACopyThatIsWrongOrLeftOutIsFound) {
  if (kThreadSanitizer) GTEST_SKIP() << "one thread: nothing to see for this sanitizer, and slow";
  for (const std::string copy : {"h2d", "d2h", "d2d"}) {
    for (const std::string fault : {"fault=flip,at=1,bit=0,op=", "fault=stale,op="})
      EXPECT_EQ(kernels_in(KernelState::wrong, selftest("fault", fault + copy)),
                std::set<std::string>{"copies on a stream"})
          << fault << copy;
  }
}

TEST(Selftest, WhatFailsOrIsMissingIsNotWrong) {
  EXPECT_EQ(kernels_in(KernelState::unsupported, selftest("fault", "fault=dtype_missing,op=fma,dtype=f32"))
                .count("fma f32"),
            1u);
  const auto without_memory = selftest("fault", "fault=oom,above=1000");
  EXPECT_TRUE(kernels_in(KernelState::passed, without_memory).empty());
  EXPECT_TRUE(kernels_in(KernelState::wrong, without_memory).empty()) << "no answer was given";
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "memory_allocate", first_in(KernelState::failed, without_memory));
}

}  // namespace
}  // namespace rackproof::conformance
