// The measuring rules on the fault backend: each is shown to fail on a device that breaks it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <vector>

#include "harness/measure/backend.hpp"
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

TEST(FaultRules, AJitteryDeviceIsNotPrecise) {
  Triad triad("fault=jitter,sigma=1");
  SampleSettings settings;
  settings.sample_time_s = 0.05;
  EXPECT_EQ(sample("suite/device/triad", triad, settings, Group(), {}).stop, Stop::time);
}

}  // namespace
}  // namespace rackproof
