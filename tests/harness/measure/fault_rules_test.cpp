// The measuring rules on the fault backend: each is shown to fail on a device that breaks it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <thread>
#include <vector>

#include "harness/measure/backend.hpp"
#include "harness/measure/machine_state.hpp"
#include "harness/measure/sampler.hpp"
#include "kernels/stream.h"

namespace rackproof {
namespace {

/// A triad on the first device of the fault backend.
class Triad : public Workload {
 public:
  explicit Triad(const std::string& options, std::uint64_t count = 10'000)
      : backend_(std::filesystem::path(RACKPROOF_BINARY_DIR) / "lib/rackproof/librackproof-fault.so",
                 options),
        device_(backend_, "fault-0"),
        stream_(device_),
        data_(device_, 3 * 8 * count),
        count_(count) {
    data_.poison();
  }
  void timed(std::int64_t) override {
    const rp_stream_params params{
        data_.at(), data_.at(8 * count_), data_.at(16 * count_), count_, 0.25, RP_STORES_REGULAR, 0};
    stream_.enqueue(RP_OP_TRIAD, RP_F64, params);
    stream_.sync();
  }
  std::int64_t verify() override { return 0; }

  const Device& device() const { return device_; }
  const Stream& stream() const { return stream_; }

 private:
  Backend backend_;
  Device device_;
  Stream stream_;
  Buffer data_;
  std::uint64_t count_;
};

Sampled sustained(const std::string& options) {
  Triad triad(options);
  SampleSettings settings;
  settings.sample_time_s = 0.1;
  settings.window = SampleWindow::sustained;
  return sample("suite/device/triad", triad, settings, Group(), {});
}

TEST(FaultRules, ADriftingDeviceIsNeverSteady) {
  const Sampled sampled = sustained("fault=drift,rate=0.1");
  EXPECT_EQ(sampled.stop, Stop::unsteady) << sampled.iterations << ' ' << sampled.drift;
  EXPECT_GT(sampled.drift, 0.05);
  EXPECT_FALSE(sampled.host_ns.empty());  // the number is kept
}

TEST(FaultRules, AThrottledWindowIsSeenThoughItIsOverAtTheEnd) {
  // One operation in a block: the device is throttled after the third and fourth block only.
  class OneABlock : public Triad {
   public:
    using Triad::Triad;
    void timed(std::int64_t iteration) override {
      Triad::timed(iteration);
      std::this_thread::sleep_for(std::chrono::milliseconds(7));
    }
  };
  OneABlock triad("fault=throttle,at=5,every=2,factor=4");
  SampleSettings settings;
  settings.sample_time_s = 0.1;
  settings.precision = -1;
  settings.read_state = [&] { return read_machine_state(&triad.device()); };
  const Sampled sampled = sample("suite/device/triad", triad, settings, Group(), {});
  EXPECT_FALSE(is_throttled(read_machine_state(&triad.device())));
  EXPECT_TRUE(is_throttled(sampled.extremes));
  EXPECT_DOUBLE_EQ(sampled.extremes.at("clock_hz_min"), 0.5e9);
  EXPECT_DOUBLE_EQ(sampled.extremes.at("temperature_k_max"), 365);
  EXPECT_DOUBLE_EQ(sampled.extremes.at("power_w_max"), 400);
}

/// An empty operation that cannot be done several times in a sample.
class Nothing : public Triad {
 public:
  using Triad::Triad;
  void timed(std::int64_t) override {
    stream().enqueue_nothing();
    stream().sync();
  }
  double overhead_s(std::int64_t) override { return 1e-6; }
};

TEST(FaultRules, ASampleThatIsMostlyOverheadHasNoNumber) {
  Nothing nothing("");
  SampleSettings settings;
  settings.sample_time_s = 0.02;
  try {
    sample("suite/device/nothing", nothing, settings, Group(), {});
    FAIL() << "a sample of an empty operation counts";
  } catch (const CaseStopped& stop) {
    EXPECT_EQ(stop.outcome().status, Status::failed);
    EXPECT_NE(stop.outcome().reason.find("an empty operation"), std::string::npos) << stop.outcome().reason;
  }
}

/// An empty operation timed by the device's own clock, which draws. The host's time means nothing.
class Noisy : public Nothing {
 public:
  bool isolated() const override { return true; }
  explicit Noisy(const std::string& options) : Nothing(options), timer_(device()) {}
  void timed(std::int64_t iteration) override {
    timer_.begin(stream());
    Nothing::timed(iteration);
    timer_.end(stream());
    stream().sync();
  }
  std::int64_t event_ns() override { return timer_.elapsed_ns(); }

 private:
  EventTimer timer_;
};

TEST(FaultRules, TheMedianOfANoisyDeviceIsRecovered) {
  for (const std::string shape : {"normal", "lognormal", "bimodal"}) {
    Noisy noisy("fault=noise,op=nothing,median=1000000,sigma=0.1,shape=" + shape);
    SampleSettings settings;
    settings.sample_time_s = 0.02;
    settings.precision = -1;
    const Sampled sampled = sample("suite/device/nothing", noisy, settings, Group(), {});
    ASSERT_GT(sampled.event_ns.size(), 500u);
    // Four standard errors of a median, and then some.
    EXPECT_NEAR(duration(sampled.event_ns).value, 1e-3, 1e-3 * 0.1 * 6 / std::sqrt(500)) << shape;
  }
}

TEST(FaultRules, AJitteryDeviceIsNotPrecise) {
  Triad triad("fault=jitter,sigma=1");
  SampleSettings settings;
  settings.sample_time_s = 0.05;
  EXPECT_EQ(sample("suite/device/triad", triad, settings, Group(), {}).stop, Stop::time);
}

}  // namespace
}  // namespace rackproof
