// Each fault of the fault backend: the checks of this suite see it, so they can fail.
#include <gtest/gtest.h>

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/stream.h"
#include "suites/selftest/kernel_check.hpp"
#include "tests/conformance/backend_library.hpp"

namespace rackproof::conformance {
namespace {

std::string triad(const Device& device, std::int64_t iteration, rp_dtype dtype = RP_F64) {
  return check_stream(device, {RP_OP_TRIAD, dtype, 1001, 1}, iteration);
}

TEST(Fault, WrongIsSeenInEveryKernelAndType) {
  const Device device(fault_backend(), "fault=wrong");
  for (const rp_dtype dtype : {RP_F64, RP_F32}) {
    for (const rp_op op : {RP_OP_COPY, RP_OP_SCALE, RP_OP_ADD, RP_OP_TRIAD}) {
      EXPECT_NE(check_stream(device, {op, dtype, 33, 0}, 0), "") << "op " << op;
    }
    EXPECT_NE(check_gemm(device, {dtype, 20, 30, 40, 0}, 0), "");
  }
}

TEST(Fault, WrongHitsOnlyTheChosenOperationAndDevice) {
  const Device first(fault_backend(), "fault=wrong,op=gemm,device=fault-0");
  EXPECT_EQ(triad(first, 0), "");
  EXPECT_NE(check_gemm(first, {RP_F64, 20, 30, 40, 0}, 0), "");
}

TEST(Fault, WrongOnTheOtherDeviceLeavesThisOneRight) {
  const Device device(fault_backend(), "fault=wrong,device=fault-1", 0);
  EXPECT_STREQ(device.info().uuid, "fault-0");
  EXPECT_EQ(triad(device, 0), "");
}

TEST(Fault, TheSmallestErrorThatMattersIsSeen) {
  // 2^-50: what a number with 50 bits instead of 53 would be off by.
  const Device device(fault_backend(), "fault=wrong,scale=1e-15");
  EXPECT_NE(triad(device, 0), "");
}

TEST(Fault, FlipIsSeenInItsIterationOnly) {
  const Device device(fault_backend(), "fault=flip,at=3");
  for (int i = 0; i < 6; ++i) EXPECT_EQ(triad(device, i).empty(), i != 3) << i;
}

TEST(Fault, FlipRepeatsWhenAsked) {
  const Device device(fault_backend(), "fault=flip,at=1,every=2");
  for (int i = 0; i < 6; ++i) EXPECT_EQ(triad(device, i, RP_F32).empty(), i % 2 == 0) << i;
}

TEST(Fault, FlipOfTheLastBitIsSeenInCopy) {
  const Device device(fault_backend(), "fault=flip,bit=0,element=0");
  EXPECT_NE(check_stream(device, {RP_OP_COPY, RP_F64, 1001, 0}, 0), "");
}

TEST(Fault, FlipIsSeenInGemm) {
  for (const rp_dtype dtype : {RP_F64, RP_F32, RP_BF16, RP_F16, RP_I8}) {
    const Device device(fault_backend(), "fault=flip,op=gemm");
    EXPECT_NE(check_gemm(device, {dtype, 31, 33, 35, 0}, 0), "");
    EXPECT_EQ(check_gemm(device, {dtype, 31, 33, 35, 0}, 1), "");
  }
}

TEST(Fault, AThousandthIsSeenInProductsOfIntegersWhereTheErrorBoundHidesIt) {
  GemmCase product{RP_F8E4M3, 64, 48, 96, 0};
  EXPECT_EQ(check_gemm(Device(fault_backend(), "fault=wrong,op=gemm"), product, 0), "") << "why integers";
  product.integers = true;
  for (const rp_dtype dtype : {RP_F64, RP_F32, RP_TF32, RP_BF16, RP_F16, RP_F8E4M3, RP_F8E5M2, RP_I8}) {
    product.dtype = dtype;
    EXPECT_EQ(check_gemm(Device(fault_backend(), ""), product, 0), "") << dtype;
    for (const char* fault : {"fault=wrong,op=gemm", "fault=nan,op=gemm"})
      EXPECT_NE(check_gemm(Device(fault_backend(), fault), product, 0), "") << dtype << ' ' << fault;
  }
}

TEST(Fault, FlipOfTheLastBitIsSeenInFma) {
  for (const rp_dtype dtype : {RP_F64, RP_F32}) {
    const Device device(fault_backend(), "fault=flip,op=fma,bit=0,element=255");
    EXPECT_NE(check_fma(device, {dtype, 1, 256, 9, 0}, 0), "");
    EXPECT_EQ(check_fma(device, {dtype, 1, 256, 9, 0}, 1), "");
  }
}

TEST(Fault, EmulationLosesTheBitsThatItIsToldTo) {
  for (const std::uint32_t batch : {1u, 3u}) {
    const GemmCase product{RP_F64, 31, 33, 35, 0, batch};
    EXPECT_EQ(check_gemm(Device(fault_backend(), "fault=emulated,bits=100"), product, 0), "") << batch;
    for (const char* operand : {"a", "b", "ab"}) {
      const std::string options = std::string("fault=emulated,bits=30,operand=") + operand;
      EXPECT_NE(check_gemm(Device(fault_backend(), options.c_str()), product, 0), "") << batch << operand;
    }
  }
}

TEST(Fault, MemoryOfAPeerIsReachedOnceItIsOpen) {
  const Device device(fault_backend(), "");
  const rp_backend& backend = device.backend();
  rp_device* other = nullptr;
  require_ok(backend, backend.device_open("fault-1", &other), "device_open");
  constexpr std::uint64_t kCount = 100;
  rp_memory from{};
  require_ok(backend, backend.memory_allocate(other, 8 * kCount, &from), "memory_allocate");
  const std::vector<double> values(kCount, 1.5);
  require_ok(backend, backend.memory_write(other, from, values.data(), 8 * kCount), "memory_write");
  const GuardedBuffer to(device, 8 * kCount, 0);
  const rp_stream_params copy{to.memory(), from, from, kCount, 0, RP_STORES_REGULAR, 0};
  EXPECT_EQ(device.enqueue(RP_OP_COPY, RP_F64, &copy, sizeof copy), RP_INVALID) << "not open yet";
  EXPECT_EQ(backend.peer_open(device.get(), device.get()), RP_INVALID) << "no peer of itself";
  require_ok(backend, backend.peer_open(device.get(), other), "peer_open");
  device.run(RP_OP_COPY, RP_F64, &copy, sizeof copy);
  std::vector<double> found(kCount);
  to.read(found.data());
  EXPECT_EQ(found, values);
  backend.device_close(other);
  EXPECT_EQ(device.enqueue(RP_OP_COPY, RP_F64, &copy, sizeof copy), RP_INVALID) << "it is closed";
}

TEST(Fault, NanIsSeen) {
  const Device device(fault_backend(), "fault=nan,at=1,element=5");
  EXPECT_EQ(triad(device, 0), "");
  EXPECT_NE(triad(device, 1), "");
  for (const rp_op op : {RP_OP_COPY, RP_OP_SCALE, RP_OP_ADD}) {
    EXPECT_NE(check_stream(device, {op, RP_F32, 50, 0}, 2), "") << op;
  }
  EXPECT_NE(check_gemm(device, {RP_F64, 9, 9, 9, 0}, 3), "");
}

TEST(Fault, StaleOutputsAreSeenThroughThePoison) {
  const Device device(fault_backend(), "fault=stale,at=2");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(triad(device, i).empty(), i < 2) << i;
  EXPECT_NE(check_gemm(device, {RP_F32, 9, 9, 9, 0}, 0), "");
}

TEST(Fault, StaleOutputsAreSeenWithoutPoisonBecauseTheFactorChanges) {
  const Device device(fault_backend(), "fault=stale,at=1");
  const GuardedBuffer a(device, 8, 0), b(device, 8, 0), c(device, 8, 0);
  const double one = 1.0;
  b.write(&one);
  c.write(&one);
  double found = 0;
  for (std::int64_t i = 0; i < 2; ++i) {
    const double q = kernels::stream_factor(i);
    const rp_stream_params params{a.memory(), b.memory(), c.memory(), 1, q, RP_STORES_REGULAR, 0};
    device.run(RP_OP_TRIAD, RP_F64, &params, sizeof params);
    a.read(&found);
    EXPECT_EQ(kernels::stream_right<double>(RP_OP_TRIAD, found, 1.0 + q), i == 0);
  }
}

TEST(Fault, NothingHappensBeforeTheSync) {
  const Device device(fault_backend(), "");
  const GuardedBuffer a(device, 8, 0), b(device, 8, 0);
  const double one = 1.0;
  b.write(&one);
  a.poison();
  const rp_stream_params params{a.memory(), b.memory(), {}, 1, 0, RP_STORES_REGULAR, 0};
  ASSERT_EQ(device.enqueue(RP_OP_COPY, RP_F64, &params, sizeof params), RP_OK);
  double found = 0;
  a.read(&found);
  EXPECT_TRUE(std::isnan(found));
  ASSERT_EQ(device.backend().stream_sync(device.stream()), RP_OK);
  a.read(&found);
  EXPECT_EQ(found, 1.0);
}

TEST(Fault, MemoryReleasedBeforeTheSyncIsAnError) {
  const Device device(fault_backend(), "");
  rp_memory a{}, b{};
  ASSERT_EQ(device.backend().memory_allocate(device.get(), 8, &a), RP_OK);
  ASSERT_EQ(device.backend().memory_allocate(device.get(), 8, &b), RP_OK);
  const rp_stream_params params{a, b, {}, 1, 0, RP_STORES_REGULAR, 0};
  ASSERT_EQ(device.enqueue(RP_OP_COPY, RP_F64, &params, sizeof params), RP_OK);
  device.backend().memory_release(device.get(), a);
  EXPECT_EQ(device.backend().stream_sync(device.stream()), RP_INVALID);
  EXPECT_EQ(device.backend().stream_sync(device.stream()), RP_OK) << "the error was told once";
}

TEST(Fault, ThrottleIsSeenInTelemetryWhileItLasts) {
  const Device device(fault_backend(), "fault=throttle,at=1,every=2,factor=4");
  for (int done = 0; done < 5; ++done) {
    rp_telemetry telemetry{};
    telemetry.struct_size = sizeof telemetry;
    ASSERT_EQ(device.backend().telemetry(device.get(), &telemetry), RP_OK);
    const bool throttled = done == 2 || done == 3;
    EXPECT_EQ(telemetry.throttle != 0, throttled) << done;
    EXPECT_EQ(telemetry.clock_hz, throttled ? 0.5e9 : 2e9) << done;
    EXPECT_EQ(triad(device, done), "");
  }
}

TEST(Fault, OtherFaultsHaveNoTelemetry) {
  const Device device(fault_backend(), "fault=slow");
  rp_telemetry telemetry{};
  telemetry.struct_size = sizeof telemetry;
  EXPECT_EQ(device.backend().telemetry(device.get(), &telemetry), RP_UNSUPPORTED);
}

TEST(Fault, NoEventIsUnsupportedWithAReason) {
  const Device device(fault_backend(), "fault=no_event");
  rp_event* event = nullptr;
  EXPECT_EQ(device.backend().event_create(device.get(), &event), RP_UNSUPPORTED);
  EXPECT_STRNE(device.backend().last_error(), "");
}

TEST(Fault, OutOfMemoryOnDemand) {
  const Device device(fault_backend(), "fault=oom,above=1000");
  rp_memory memory{};
  EXPECT_EQ(device.backend().memory_allocate(device.get(), 1000, &memory), RP_OK);
  EXPECT_EQ(device.backend().memory_allocate(device.get(), 1001, &memory), RP_OUT_OF_MEMORY);
}

TEST(Fault, CapacityIsSharedByAllAllocations) {
  const Device device(fault_backend(), "");
  rp_memory half{}, more{};
  const std::uint64_t bytes = device.info().memory_bytes / 2;
  ASSERT_EQ(device.backend().memory_allocate(device.get(), bytes, &half), RP_OK);
  EXPECT_EQ(device.backend().memory_allocate(device.get(), bytes + 1, &more), RP_OUT_OF_MEMORY);
  device.backend().memory_release(device.get(), half);
  EXPECT_EQ(device.backend().memory_allocate(device.get(), bytes + 1, &more), RP_OK);
}

TEST(Fault, MissingTypeIsUnsupported) {
  const Device device(fault_backend(), "fault=dtype_missing");
  EXPECT_THROW(check_gemm(device, {RP_F64, 4, 4, 4, 0}, 0), std::runtime_error);
  EXPECT_EQ(check_gemm(device, {RP_F32, 4, 4, 4, 0}, 0), "");
}

TEST(Fault, ALyingDigestDoesNotFollowTheOutput) {
  const double one = 1.0;
  const auto output_and_digest = [&](const char* options) {
    const Device device(fault_backend(), options);
    const GuardedBuffer a(device, 8, 0), b(device, 8, 0);
    b.write(&one);
    const rp_stream_params params{a.memory(), b.memory(), {}, 1, 0, RP_STORES_REGULAR, 0};
    device.run(RP_OP_COPY, RP_F64, &params, sizeof params);
    std::pair<double, std::uint64_t> result;
    a.read(&result.first);
    require_ok(device.backend(), device.backend().memory_digest(device.get(), a.memory(), 8, &result.second),
               "digest");
    return result;
  };
  const auto right = output_and_digest("");
  const auto wrong = output_and_digest("fault=wrong");
  const auto lying = output_and_digest("fault=lying_verify");
  EXPECT_NE(wrong.second, right.second);
  EXPECT_EQ(lying.second, right.second);
  EXPECT_NE(lying.first, right.first);
}

TEST(Fault, StrayPrintWritesGarbageWithPartialFrames) {
  const Device device(fault_backend(), "fault=stray_print,op=copy");
  const GuardedBuffer a(device, 8, 0), b(device, 8, 0);
  const rp_stream_params params{a.memory(), b.memory(), {}, 1, 0, RP_STORES_REGULAR, 0};
  testing::internal::CaptureStdout();
  device.run(RP_OP_COPY, RP_F64, &params, sizeof params);
  const std::string printed = testing::internal::GetCapturedStdout();
  EXPECT_NE(printed.find("@rp "), std::string::npos);
  EXPECT_NE(printed.back(), '\n') << "the last line is torn";
}

TEST(FaultDeathTest, CrashAndHang) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto run = [](const char* options) {
    const Device device(fault_backend(), options);
    triad(device, 0);
  };
  EXPECT_EXIT(run("fault=crash"), testing::KilledBySignal(SIGABRT), "");
  EXPECT_EXIT(run("fault=crash,signal=segv"), testing::KilledBySignal(SIGSEGV), "");
  EXPECT_EXIT((alarm(1), run("fault=hang")), testing::KilledBySignal(SIGALRM), "");
}

TEST(Fault, OptionsCannotChangeUnderAnOpenDevice) {
  const Device device(fault_backend(), "");
  EXPECT_EQ(device.backend().open("fault=wrong"), RP_INVALID);
  EXPECT_EQ(triad(device, 0), "");
}

TEST(Fault, ADeviceThatIsNotOpenTellsWhatItIsToldTo) {
  const rp_backend& backend = fault_backend();
  const auto read = [&](std::uint32_t index) {
    rp_telemetry telemetry{};
    telemetry.struct_size = sizeof telemetry;
    return std::pair(backend.present_telemetry(index, &telemetry), telemetry.power_w);
  };
  ASSERT_EQ(backend.open(""), RP_OK);
  EXPECT_EQ(read(0).first, RP_UNSUPPORTED);
  EXPECT_EQ(backend.present_telemetry(0, nullptr), RP_INVALID);
  ASSERT_EQ(backend.open("fault=telemetry_lie,device=fault-1,at=0"), RP_OK);
  EXPECT_EQ(read(0), std::pair(RP_OK, 300.0));
  EXPECT_EQ(read(1), std::pair(RP_OK, -5.0));
  EXPECT_EQ(read(2).first, RP_INVALID);
  ASSERT_EQ(backend.open("fault=telemetry_crash,at=1000000"), RP_OK);
  EXPECT_EQ(read(1).second, 300) << "not yet";
  EXPECT_EXIT(
      {
        backend.open("fault=telemetry_crash");
        read(0);
      },
      testing::KilledBySignal(SIGSEGV), "");
  ASSERT_EQ(backend.open(""), RP_OK);
}

}  // namespace
}  // namespace rackproof::conformance
