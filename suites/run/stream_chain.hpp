// Many passes in one sample, each of which needs the one before it, so that none can be left out unseen.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "harness/measure/backend.hpp"
#include "harness/measure/sampler.hpp"
#include "kernels/stream.h"
#include "suites/run/stream_arrays.hpp"

namespace rackproof {

/// Several passes of copy, triad or read over the same arrays of one device, in one operation (kernels/stream.h): the answer
/// of a triad holds the sum of all factors; what a copy that was left out leaves behind stands at the wrong place; every
/// pass of a read has sums of its own.
class StreamChain {
 public:
  static constexpr std::int64_t kMostPasses = 8192;

  /// `count`: elements of one pass. Throws CaseStopped.
  StreamChain(const Device& device, rp_op op, std::uint64_t count, std::uint64_t key);

  double counted_bytes_per_pass() const;
  /// Bytes of all arrays that a pass goes over.
  std::uint64_t working_set() const;
  const Stream& stream() const { return stream_; }
  /// Throws CaseStopped (failed) when the arrays do not lie on the device (placement.hpp).
  void note_pages(MachineState& state) const;
  /// First content; `passes` of the next run.
  void reset(std::int64_t passes);
  void enqueue(std::int64_t passes) const;
  /// Every element after `passes`. Throws CaseStopped (wrong). Returns their number.
  std::int64_t check(std::int64_t passes) const;

 private:
  rp_stream_params params(std::int64_t passes) const;
  std::int64_t check_triad(std::int64_t passes) const;
  std::int64_t check_copy(std::int64_t passes) const;
  std::int64_t check_read(std::int64_t passes) const;

  rp_op op_;
  std::uint64_t count_;
  std::vector<double> first_, c_values_;
  Buffer even_, odd_, c_;
  Stream stream_;
};

/// All devices at once; a sample ends when the last one is through. With an event clock, that of the first device.
class ChainWorkload : public Workload {
 public:
  /// One chain for each of `devices`.
  ChainWorkload(std::span<const Device> devices, std::vector<std::unique_ptr<StreamChain>> chains,
                std::unique_ptr<EventTimer> timer)
      : devices_(devices), chains_(std::move(chains)), timer_(std::move(timer)) {}

  double counted_bytes_per_pass() const;
  std::uint64_t working_set() const;
  /// Time of one pass on the host's clock, s, the shortest of a few; for cases that fix their sample length.
  double pass_s();
  const EventTimer* timer() const { return timer_.get(); }
  void note_pages(MachineState& state) const;

  void before(std::int64_t iteration) override;
  void timed(std::int64_t iteration) override;
  void after(std::int64_t iteration) override;
  std::int64_t verify() override;
  std::int64_t event_ns() override;
  bool repeat(std::int64_t repeats) override;
  double overhead_s(std::int64_t) override;

 private:
  std::span<const Device> devices_;
  std::vector<std::unique_ptr<StreamChain>> chains_;
  std::unique_ptr<EventTimer> timer_;
  std::int64_t passes_ = 1;
  std::int64_t checked_ = 0;
};

}  // namespace rackproof
