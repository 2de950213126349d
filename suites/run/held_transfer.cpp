#include "suites/run/held_transfer.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "harness/base/seconds_since.hpp"
#include "kernels/philox.h"
#include "suites/run/clock_rule.hpp"
#include "suites/run/interconnect.hpp"
#include "suites/run/message_path.hpp"

namespace rackproof {

namespace {

constexpr double kHeldSeconds = 0.02;  // twice what the clock rule needs
// Of pinned host memory, and once more of other: every copy has a place of its own.
constexpr double kMostBytes = 8e9;
constexpr double kMostOnStream = 254;  // a held stream takes 256 (kernels/abi.h), two of them events

MessagePath make_path(const CaseContext& context, Messages& messages) {
  const Device& device = context.devices.front();
  return context.row.id.starts_with("interconnect/device/d2h")
             ? MessagePath::to_host(device, HostMemory::pinned, messages, 0)
             : MessagePath::from_host(device, HostMemory::pinned, messages, 0);
}

/// Copies on a stream that is held while all of them are put there.
class HeldCopies : public Workload {
 public:
  explicit HeldCopies(const CaseContext& context)
      : messages_(kernels::data_key(context.seed, context.row.id), bytes_of(context.row.id)),
        path_(make_path(context, messages_)),
        timer_(context.devices.front()) {
    const double memory = static_cast<double>(context.devices.front().info().memory_bytes);
    const double room = std::min(kMostBytes, 0.5 * memory) / static_cast<double>(messages_.bytes);
    const auto most = static_cast<std::int64_t>(std::clamp(room, 1.0, kMostOnStream));
    path_.resize(static_cast<std::uint64_t>(
        fixed_repeats(kHeldSeconds, most, [&](std::int64_t copies) { return sample_s(copies); })));
  }

  double bytes() const { return static_cast<double>(path_.count()) * static_cast<double>(messages_.bytes); }
  std::int64_t resolution_ns() const { return timer_.resolution_ns(); }

  void before(std::int64_t iteration) override {
    path_.prepare_device(iteration);
    path_.stream().hold();
    try {
      timer_.begin(path_.stream());
      path_.enqueue();
      timer_.end(path_.stream());
      // Only now: a copy that did not wait has taken other words, or its words are overwritten.
      path_.prepare_host(iteration);
    } catch (...) {
      path_.stream().abandon();  // nothing may be given back under copies that wait
      throw;
    }
  }
  void timed(std::int64_t) override {
    path_.stream().release();
    path_.sync();
  }
  void after(std::int64_t iteration) override { checked_ += path_.check(iteration); }
  std::int64_t verify() override { return std::exchange(checked_, 0); }
  std::int64_t event_ns() override { return timer_.elapsed_ns(); }

 private:
  double sample_s(std::int64_t copies) {
    path_.resize(static_cast<std::uint64_t>(copies));
    double shortest = std::numeric_limits<double>::infinity();
    for (int i = 0; i < 3; ++i) {  // a busy host only adds
      before(0);
      const auto begin = std::chrono::steady_clock::now();
      timed(0);
      shortest = std::min(shortest, seconds_since(begin));
    }
    return shortest;
  }

  Messages messages_;
  MessagePath path_;
  EventTimer timer_;
  std::int64_t checked_ = 0;
};

}  // namespace

void run_held_transfer(const CaseContext& context, CaseEnd& end) {
  HeldCopies workload(context);
  const Sampled sampled =
      sample(std::string(context.row.id), workload, context.settings, context.group, context.record_block);
  note_sampling(end, sampled);
  end.resolution_s = static_cast<double>(workload.resolution_ns()) * 1e-9;
  end.clocks_disagree = clocks_disagree(sampled, end.resolution_s, empty_sample_s(context.devices));
  end.values["bandwidth"] = rate(sampled.event_ns, workload.bytes(), sampled.coverage);
  end.exact["wrong_elements"] = 0;
  note_vendor_library(end);
}

}  // namespace rackproof
