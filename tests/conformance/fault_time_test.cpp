// What the fault backend does to time: of operations, and of the clocks of events.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

#include "kernels/stream.h"
#include "suites/selftest/kernel_check.hpp"
#include "tests/conformance/backend_library.hpp"

namespace rackproof::conformance {
namespace {

/// Host seconds of one triad over `count` elements.
double triad_seconds(const Device& device, std::uint64_t count) {
  const GuardedBuffer a(device, 8 * count, 0), b(device, 8 * count, 0), c(device, 8 * count, 0);
  const rp_stream_params params{a.memory(), b.memory(), c.memory(), count, 0.25, RP_STORES_REGULAR, 0};
  device.run(RP_OP_TRIAD, RP_F64, &params, sizeof params);  // pages exist from here on
  const auto begin = std::chrono::steady_clock::now();
  device.run(RP_OP_TRIAD, RP_F64, &params, sizeof params);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

TEST(Fault, SlowIsSlowForTheHost) {
  constexpr std::uint64_t kCount = 100'000;
  double healthy = 1e9;
  {
    const Device device(fault_backend(), "");
    for (int i = 0; i < 5; ++i) healthy = std::min(healthy, triad_seconds(device, kCount));
  }
  const Device slow(fault_backend(), "fault=slow,factor=50");
  EXPECT_GT(triad_seconds(slow, kCount), 10 * healthy);
}

TEST(Fault, DriftGrows) {
  // A busy host only adds time, and the fault multiplies it: the shortest of each.
  double early = 1e9;
  double late = 1e9;
  for (int launch = 0; launch < 5; ++launch) {
    const Device device(fault_backend(), "fault=drift,rate=20");
    early = std::min(early, triad_seconds(device, 20'000));
    for (int i = 0; i < 5; ++i) check_stream(device, {RP_OP_TRIAD, RP_F64, 1001, 1}, i);
    late = std::min(late, triad_seconds(device, 20'000));
  }
  EXPECT_GT(late, 2 * early);
}

TEST(Fault, FlatIsNoFasterThanItsBandwidth) {
  const Device device(fault_backend(), "fault=flat,bandwidth=1e8");
  EXPECT_GE(triad_seconds(device, 10'000), 10'000 * 24 / 1e8);
}

TEST(Fault, JitterAndLaunchOffsetTakeTimeAndChangeNoAnswer) {
  for (const char* options :
       {"fault=jitter,sigma=0.2", "fault=launch_offset,sigma=0.2", "fault=launch_offset,seed=4"}) {
    const Device device(fault_backend(), options);
    EXPECT_EQ(check_stream(device, {RP_OP_TRIAD, RP_F64, 1001, 1}, 0), "") << options;
  }
}

/// Two events of a device.
struct EventPair {
  explicit EventPair(const Device& device) : backend(device.backend()) {
    require_ok(backend, backend.event_create(device.get(), &begin), "event_create");
    require_ok(backend, backend.event_create(device.get(), &end), "event_create");
  }
  EventPair(const EventPair&) = delete;
  EventPair& operator=(const EventPair&) = delete;
  ~EventPair() {
    backend.event_destroy(begin);
    backend.event_destroy(end);
  }

  const rp_backend& backend;
  rp_event* begin = nullptr;
  rp_event* end = nullptr;
};

/// Event and host nanoseconds of one triad.
std::pair<double, double> event_and_host(const std::string& options) {
  const Device device(fault_backend(), options);
  const rp_backend& backend = device.backend();
  const EventPair events(device);
  constexpr std::uint64_t kCount = 1'000'000;
  const GuardedBuffer a(device, 8 * kCount, 0), b(device, 8 * kCount, 0), c(device, 8 * kCount, 0);
  const rp_stream_params params{a.memory(), b.memory(), c.memory(), kCount, 0.25, RP_STORES_REGULAR, 0};
  std::int64_t elapsed = 0, resolution = 0;
  EXPECT_EQ(backend.event_elapsed_ns(events.begin, events.end, &elapsed, &resolution), RP_INVALID)
      << "not reached yet";
  const auto started = std::chrono::steady_clock::now();
  require_ok(backend, backend.event_record(events.begin, device.stream()), "event_record");
  require_ok(backend, device.enqueue(RP_OP_TRIAD, RP_F64, &params, sizeof params), "op_enqueue");
  require_ok(backend, backend.event_record(events.end, device.stream()), "event_record");
  EXPECT_EQ(backend.event_elapsed_ns(events.begin, events.end, &elapsed, &resolution), RP_INVALID)
      << "not synchronised yet";
  require_ok(backend, backend.stream_sync(device.stream()), "stream_sync");
  const double host =
      std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - started).count();
  require_ok(backend, backend.event_elapsed_ns(events.begin, events.end, &elapsed, &resolution),
             "event_elapsed_ns");
  EXPECT_GT(resolution, 0);
  return {static_cast<double>(elapsed), host};
}

TEST(Fault, HonestEventsFitIntoTheHostTime) {
  const auto [event, host] = event_and_host("");
  EXPECT_LE(event, host);
  EXPECT_GT(event, 0.5 * host);
}

TEST(Fault, LyingClockReportsTooLittle) {
  const auto [event, host] = event_and_host("fault=lying_clock,factor=3");
  EXPECT_LT(event, 0.4 * host);
}

TEST(Fault, SlowClockReportsMoreThanTheHostSaw) {
  const auto [event, host] = event_and_host("fault=slow_clock,factor=3");
  EXPECT_GT(event, host);
}

/// Event times of `count` operations that do nothing.
std::vector<std::int64_t> drawn(const std::string& options, int count) {
  const Device device(fault_backend(), options);
  const rp_backend& backend = device.backend();
  const EventPair events(device);
  std::vector<std::int64_t> ns(static_cast<std::size_t>(count));
  for (std::int64_t& elapsed : ns) {
    require_ok(backend, backend.event_record(events.begin, device.stream()), "event_record");
    require_ok(backend, device.enqueue(RP_OP_NOTHING, RP_F64, nullptr, 0), "op_enqueue");
    require_ok(backend, backend.event_record(events.end, device.stream()), "event_record");
    require_ok(backend, backend.stream_sync(device.stream()), "stream_sync");
    require_ok(backend, backend.event_elapsed_ns(events.begin, events.end, &elapsed, nullptr),
               "event_elapsed_ns");
  }
  return ns;
}

TEST(Fault, NoiseHasTheMedianThatWasAsked) {
  constexpr int kCount = 40'000;
  for (const std::string shape : {"normal", "lognormal", "bimodal"}) {
    const std::string options = "fault=noise,op=nothing,median=1000000,sigma=0.1,shape=" + shape;
    const std::vector<std::int64_t> ns = drawn(options, kCount);
    const auto below = std::ranges::count_if(ns, [](std::int64_t t) { return t < 1'000'000; });
    EXPECT_NEAR(static_cast<double>(below), kCount / 2.0, 4 * std::sqrt(kCount) / 2) << shape;
    // As wide as sigma says: the middle half of a normal sample is ± 0.674 sigma.
    const auto near =
        std::ranges::count_if(ns, [](std::int64_t t) { return std::abs(t - 1'000'000) < 67'449; });
    EXPECT_NEAR(static_cast<double>(near) / kCount, shape == "bimodal" ? 0.75 : 0.5, 0.02) << shape;
    EXPECT_EQ(ns, drawn(options, kCount)) << "the same seed draws the same";
    EXPECT_NE(ns, drawn(options + ",seed=2", kCount)) << shape;
  }
}

TEST(Fault, NoiseSlowModeIsAQuarter) {
  const std::vector<std::int64_t> ns =
      drawn("fault=noise,op=nothing,median=1000000,sigma=0.1,shape=bimodal", 40'000);
  const auto slow = std::ranges::count_if(ns, [](std::int64_t t) { return t >= 1'300'000; });
  EXPECT_NEAR(static_cast<double>(slow) / 40'000, 0.25, 0.01);
}

TEST(Fault, NoiseLeavesOtherOperationsAlone) {
  for (const std::int64_t ns : drawn("fault=noise,op=gemm", 10)) EXPECT_EQ(ns, 0);
}

}  // namespace
}  // namespace rackproof::conformance
