// One device that runs operations with the fault in them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/fault/kernels.hpp"
#include "kernels/fault/memory.hpp"
#include "kernels/fault/options.hpp"

namespace rackproof::fault {

/// Nanoseconds of the steady clock.
std::int64_t now_ns();

class FaultyDevice {
 public:
  /// `launch_offset` is the factor that the process drew; it is used by that fault only.
  FaultyDevice(std::string uuid, const Options& options, double launch_offset);

  const std::string& uuid() const { return uuid_; }
  const Options& options() const { return options_; }
  DeviceMemory& memory() { return memory_; }

  /// Whether a fault of the device as a whole (memory, events) is on here.
  bool has(Fault fault) const;
  /// What an event records here, ns: the steady clock; with noise a clock that only the drawn durations advance.
  std::int64_t event_clock_ns() const;
  /// Clock, power, temperature and throttle bits; with the fault throttle only, so that no other has anything to
  /// settle. Throws kernels::Failure(RP_UNSUPPORTED).
  rp_telemetry telemetry() const;
  /// Errors of the fault ecc so far.
  std::uint64_t uncorrected_errors() const;
  /// Runs the operation now, does what the fault demands and returns when it is over.
  void run(const Operation& operation);

  /// The same for a copy on a stream; `kind`: kCopyFromHost, …
  void copy(rp_op kind, std::span<std::byte> to, std::span<const std::byte> from);

  /// Copies at once, in which no fault is; both forget what was remembered of right answers there. Throw kernels::Failure(RP_INVALID).
  void write(rp_memory to, const void* from, std::uint64_t bytes);
  void fill(rp_memory to, unsigned char byte, std::uint64_t bytes);
  void read(void* to, rp_memory from, std::uint64_t bytes) const;
  /// 64-bit digest of a region; with lying_verify that of the right answers.
  std::uint64_t digest(rp_memory memory, std::uint64_t bytes) const;

 private:
  /// A right answer that was replaced by a wrong one.
  struct RightAnswer {
    rp_memory memory;
    std::vector<std::byte> bytes;
  };

  /// One run of an operation, and whether the fault hits it.
  struct Turn {
    bool hit = false;
    std::uint64_t index = 0;
    double slowdown = 1;
    std::int64_t begin_ns = 0;
    std::int64_t begin_cpu_ns = 0;  ///< of the thread; only where it is slowed down, for asking takes time
  };
  Turn begin(rp_op op, rp_dtype dtype);
  /// Whether the fault leaves the operation out.
  bool left_out(const Turn& turn) const;
  void end(const Turn& turn) const;
  void before(std::uint64_t index) const;
  void corrupt(const Operation& operation, std::span<std::byte> output, std::uint64_t index);
  double slowdown(std::uint64_t index) const;
  std::int64_t least_ns(const Operation& operation) const;
  std::int64_t drawn_ns(std::uint64_t index) const;
  void forget(rp_memory memory, std::uint64_t bytes);

  std::string uuid_;
  Options options_;
  double launch_offset_;
  DeviceMemory memory_;
  std::int64_t drawn_time_ns_ = 1;  ///< of noise; 0 would be an event that was not reached
  std::uint64_t hits_ = 0;          ///< operations that the fault could hit so far
  std::vector<RightAnswer> right_answers_;
};

}  // namespace rackproof::fault
