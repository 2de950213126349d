// How long a sample must be, and how many operations it therefore holds.
#pragma once

#include <cstdint>
#include <limits>

#include "harness/measure/group.hpp"
#include "harness/measure/sampler.hpp"

namespace rackproof {

/// Time of the sampling loop around an empty operation, s: two readings of the clock and the call. Measured once per
/// process.
double loop_overhead_s();

/// A sample lasts at least 1000 × the clock's resolution and 150 × the overhead of the loop and of the workload: two thirds
/// of the share from which on a case is refused (overhead_rule.hpp), so that noise alone refuses none.
std::int64_t needed_sample_ns(double resolution_s, double loop_overhead_s, double workload_overhead_s);

/// The rule for one workload. The ranks agree on everything (maximum); all of them call every function alike.
class SampleLength {
 public:
  /// Measures the overheads. `workload` and `group` outlive it. Throws AgreedStop (failed) when the workload's overhead is no
  /// number; so does every measuring below.
  SampleLength(Workload& workload, const Group& group);

  /// Until the overhead is small in a sample of so many seconds (overhead_rule.hpp), it is measured again, at once and after pauses,
  /// for a second at most: a busy machine only adds, so the smallest figures count, here and in needed_ns().
  void wait_for_small_overhead(double sample_s);

  double resolution_s() const { return resolution_s_; }
  double loop_overhead_s() const { return loop_overhead_s_; }
  double workload_overhead_s() const { return workload_overhead_s_; }
  /// Of one sample, s: both.
  double overhead_s() const { return loop_overhead_s_ + workload_overhead_s_; }
  std::int64_t needed_ns() const { return needed_ns_; }
  /// Operations in one sample.
  std::int64_t repeats() const { return repeats_; }

  /// When the shortest sample (the same on all ranks) is too short: asks the workload for as many operations as are
  /// needed, with 20 % in reserve. Returns whether samples are longer from now on; false when they are long enough, or
  /// when the workload of one rank cannot repeat so often, or when more operations did not help.
  bool lengthen(std::int64_t shortest_ns);
  /// The same; what is too short is no reason to say no before the overhead was measured again (wait_for_small_overhead).
  bool lengthen_when_quiet(std::int64_t shortest_ns);

 private:
  bool make_longer(std::int64_t shortest_ns);
  bool ask(std::int64_t repeats);
  double measured_overhead_s(std::int64_t operations) const;
  void measure_overheads();
  bool overhead_is_of_each_operation();

  Workload& workload_;
  const Group& group_;
  double resolution_s_ = 0;
  double loop_overhead_s_ = std::numeric_limits<double>::infinity();
  double workload_overhead_s_ = std::numeric_limits<double>::infinity();
  std::int64_t needed_ns_ = 0;
  std::int64_t repeats_ = 1;
  int lengthened_ = 0;
  bool may_repeat_ = true;
};

}  // namespace rackproof
