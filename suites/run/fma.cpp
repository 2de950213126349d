// compute/…/fma: the peak rate of fused multiply-add in registers.
#include "kernels/fma.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "harness/plan/identifier.hpp"
#include "kernels/philox.h"
#include "suites/run/clock_rule.hpp"
#include "suites/run/compute.hpp"

namespace rackproof {

namespace {

constexpr std::uint32_t kChains = 2048;  // of one unit
constexpr std::uint64_t kStarts = 16;    // different starting values; chain c has the (c mod 16)th
constexpr std::uint64_t kSets = 4;       // of starting values; a sample has another set than the one before
constexpr std::uint64_t kFirstRounds = 100;      // to find out how long a round takes
constexpr std::uint64_t kMostRounds = 1u << 20;  // of one operation
/// Rounds of a sample at most. f64: the replay takes seconds. f32: from two million rounds on values go round in circles.
template <class T>
constexpr std::uint64_t kMostOfSample = sizeof(T) == 8 ? 1u << 24 : 1u << 20;
constexpr double kSampleSeconds = 5e-3;
constexpr double kFactor = -(1 - 0x1p-20);
constexpr double kAddend = 1.5;

template <class T>
constexpr rp_dtype kType = sizeof(T) == 8 ? RP_F64 : RP_F32;

/// The chains of one device.
template <class T>
class FmaChains {
 public:
  FmaChains(const Device& device, std::uint32_t units)
      : units_(units), values_(device, std::uint64_t{units} * kChains * sizeof(T)), stream_(device) {
    device.require(RP_OP_FMA, kType<T>, params(kFirstRounds));
  }
  std::uint64_t count() const { return std::uint64_t{units_} * kChains; }
  void write(std::span<const T> values) const { values_.write(values); }
  void read(std::span<T> values) const { values_.read(values); }
  void enqueue(std::uint64_t rounds) const { stream_.enqueue(RP_OP_FMA, kType<T>, params(rounds)); }
  void sync() const { stream_.sync(); }

 private:
  rp_fma_params params(std::uint64_t rounds) const {
    return {values_.at(), units_, kChains, rounds, kFactor, kAddend};
  }
  std::uint32_t units_;
  Buffer values_;
  Stream stream_;
};

template <class T>
class FmaWorkload : public Workload {
 public:
  FmaWorkload(const CaseContext& context, bool one_core)
      : used_(one_core ? context.devices.first(1) : context.devices) {
    const std::uint64_t key = kernels::data_key(context.seed, context.row.id);
    for (std::uint64_t set = 0; set < kSets; ++set) {
      for (std::uint64_t i = 0; i < kStarts; ++i)
        starts_[set][i] = kernels::uniform_1_2<T>(key, 1, set * kStarts + i);
    }
    for (const Device& device : used_) {
      const std::uint32_t units = one_core ? 1 : std::max(1u, device.info().compute_units);
      devices_.push_back(std::make_unique<FmaChains<T>>(device, units));
      units_ += units;
    }
    choose_rounds();
  }

  /// Of one operation.
  double flops() const { return kernels::fma_flops(units_, kChains, static_cast<double>(operation_)); }

  double overhead_s(std::int64_t) override { return empty_sample_s(used_); }

  /// One launch, however many rounds.
  bool repeat(std::int64_t repeats) override {
    if (repeats < 1 ||
        static_cast<std::uint64_t>(repeats) > std::max<std::uint64_t>(kMostOfSample<T> / operation_, 1))
      return false;
    rounds_ = operation_ * static_cast<std::uint64_t>(repeats);
    replay();
    return true;
  }

  void before(std::int64_t iteration) override {
    const auto& starts = starts_[set_of(iteration)];
    for (const auto& device : devices_) {
      buffer_.resize(device->count());
      for (std::uint64_t i = 0; i < buffer_.size(); ++i) buffer_[i] = starts[i % kStarts];
      device->write(buffer_);
    }
  }

  void timed(std::int64_t) override {
    for (const auto& device : devices_) device->enqueue(rounds_);
    for (const auto& device : devices_) device->sync();
  }

  void after(std::int64_t iteration) override {
    const auto& expected = expected_[set_of(iteration)];
    for (const auto& device : devices_) {
      buffer_.resize(device->count());
      device->read(buffer_);
      for (std::uint64_t i = 0; i < buffer_.size(); ++i) {
        if (!(buffer_[i] == expected[i % kStarts])) {
          throw CaseStopped(
              Status::wrong, Phase::check,
              fmt::format("chain {} of sample {} after {} rounds: {:a}, expected {:a} to the last bit", i,
                          iteration, rounds_, buffer_[i], expected[i % kStarts]));
        }
      }
      checked_ += static_cast<std::int64_t>(buffer_.size());
    }
  }

  std::int64_t verify() override { return std::exchange(checked_, 0); }

 private:
  static std::uint64_t set_of(std::int64_t iteration) {
    return static_cast<std::uint64_t>(iteration) % kSets;
  }

  void replay() {
    expected_ = starts_;
    for (auto& set : expected_) {
      for (std::uint64_t round = 0; round < rounds_; ++round) {
        for (T& value : set) value = std::fma(static_cast<T>(kFactor), value, static_cast<T>(kAddend));
      }
    }
  }

  double shortest_of_three_s() {
    double shortest = std::numeric_limits<double>::infinity();
    for (int run = 0; run < 3; ++run) {
      before(run);
      const auto begin = std::chrono::steady_clock::now();
      timed(run);
      shortest =
          std::min(shortest, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
      after(run);
    }
    return shortest;
  }

  /// As many rounds as make a sample of kSampleSeconds, in runs that are checked too. A short run tells little about a
  /// long one, since most of it may be the launch: only one that lasts long enough ends the search.
  void choose_rounds() {
    constexpr double kReserve = 1.2;
    constexpr double kMostGrowth = 100;
    for (rounds_ = kFirstRounds;; rounds_ = operation_) {
      replay();
      const double seconds = shortest_of_three_s();
      operation_ = rounds_;
      if (seconds >= kSampleSeconds || rounds_ == kMostRounds) break;
      const double growth = std::clamp(kReserve * kSampleSeconds / seconds, kReserve, kMostGrowth);
      operation_ = std::min(static_cast<std::uint64_t>(growth * static_cast<double>(rounds_)), kMostRounds);
    }
    checked_ = 0;
  }

  std::span<const Device> used_;
  std::vector<std::unique_ptr<FmaChains<T>>> devices_;
  std::array<std::array<T, kStarts>, kSets> starts_{}, expected_{};
  std::vector<T> buffer_;
  std::uint64_t operation_ = 0;  // rounds of one operation
  std::uint64_t rounds_ = 0;     // of one sample
  double units_ = 0;
  std::int64_t checked_ = 0;
};

template <class T>
void measure(const CaseContext& context, CaseEnd& end, bool one_core) {
  FmaWorkload<T> workload(context, one_core);
  const Sampled sampled =
      sample(std::string(context.row.id), workload, context.settings, context.group, context.record_block);
  note_sampling(end, sampled);
  end.values["rate"] =
      rate(sampled.host_ns, workload.flops() * static_cast<double>(sampled.repeats), sampled.coverage);
  end.exact["wrong_elements"] = 0;
}

}  // namespace

void run_fma(const CaseContext& context, CaseEnd& end) {
  const auto id = parse_case_id(context.row.id);
  const bool one_core = id && std::ranges::find(id->params, "core") != id->params.end();
  if (id && !id->params.empty() && id->params.front() == "f32") {
    measure<float>(context, end, one_core);
  } else {
    measure<double>(context, end, one_core);
  }
}

}  // namespace rackproof
