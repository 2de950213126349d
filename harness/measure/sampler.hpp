// The sampling loop: Google Benchmark runs it, block by block; every time is kept; stop and error decisions
// are collective.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "harness/measure/group.hpp"
#include "harness/measure/stopping_rule.hpp"
#include "harness/record/outcome.hpp"
#include "harness/record/record.hpp"

namespace rackproof {

/// How much of the outputs of a sample is poisoned before and checked after it.
enum class OutputCheck {
  whole,  ///< all of them
  regions,  ///< seeded regions: checking takes so little time that the device stays as busy as it would be in use
};

/// What is sampled. before, after and verify are not timed; timed() returns when the work is complete.
class Workload {
 public:
  virtual ~Workload() = default;
  /// For the iterations from now on. Regions are asked for in sustained windows only, when whole checks would leave less
  /// than 80 % of the time for the samples, and not for the last iteration of a block. A workload may always do more.
  virtual void set_check(OutputCheck extent) { static_cast<void>(extent); }
  /// Poison, new factor, …
  virtual void before(std::int64_t iteration) { static_cast<void>(iteration); }
  virtual void timed(std::int64_t iteration) = 0;
  /// Spot checks of this iteration. Throws CaseStopped (wrong).
  virtual void after(std::int64_t iteration) { static_cast<void>(iteration); }
  /// Full check of the last iteration, after every block. Throws CaseStopped (wrong). Returns elements
  /// checked.
  virtual std::int64_t verify() = 0;
  /// Device time of the last timed(), ns; negative when the workload has no event clock.
  virtual std::int64_t event_ns() { return -1; }
  /// From now on one timed() does the operation `repeats` times. Returns whether it can; a workload whose sample is one
  /// operation by definition cannot.
  virtual bool repeat(std::int64_t repeats) { return repeats == 1; }
  /// Host time of a sample of `operations` operations that do nothing and their synchronisation, s; 0 when there is none. Also asked
  /// for one operation while a sample has many, and the other way round.
  /// It bounds the part of a sample that is not the operation. Asked for again when samples get longer, and when the answer
  /// would refuse the case: it may have met a busy machine.
  virtual double overhead_s(std::int64_t operations) {
    static_cast<void>(operations);
    return 0;
  }
  /// Whether a sample is one operation by definition, with all that starts and ends it, however short: its share of
  /// overhead is noted and refuses nothing. The same on all ranks.
  virtual bool isolated() const { return false; }
};

/// Which part of the time counts.
enum class SampleWindow {
  /// After a warm-up (WindowRule::is_warm): until the median is precise or the budget is used up.
  precise,
  /// The first second from the start, whatever the budget. Before it comes only what calibration needs:
  /// one sample; for an operation that is too short to be a sample, one more each time that samples get longer; and
  /// when they turn out to be too short only at the end, all of those.
  burst,
  /// The steady state. After a warm-up: the whole budget, and then on, up to three times the budget (twenty times while
  /// samples are few), until the last half of the samples are at least 16 and steady (drift.hpp); otherwise it stops as
  /// unsteady. The last half counts. Samples follow each other closely: blocks are longer, and where checks take long,
  /// only regions of the outputs within a block are checked (Workload::set_check).
  sustained,
};

struct SampleSettings {
  double sample_time_s = 0.5;  ///< budget for sampling, warm-up not counted
  /// Stop when the half-width of the median's interval ≤ this share of the median (stopping_rule.hpp).
  double precision = 0.01;
  double burst_s = 1;  ///< length of a burst window: part of its definition; tests have shorter ones
  int max_blocks = 64;
  int min_samples = 6;  ///< that count: no 95 % interval of the median below
  SampleWindow window = SampleWindow::precise;
  /// Reads the machine's state; called on rank 0 after every block, outside of what is timed. May be empty.
  std::function<MachineState()> read_state;
  bool standalone = false;  ///< Google Benchmark decides on iterations and reports; for one process alone
};

struct Sampled {
  std::vector<std::int64_t> host_ns;   ///< per iteration the maximum over ranks; the part that counts
  std::vector<std::int64_t> event_ns;  ///< same, device clock; empty without one
  Stop stop = Stop::none;
  double coverage = kNominalCoverage;  ///< nominal, of the interval to report
  std::int64_t iterations = 0;         ///< all that were timed, warm-up not counted
  std::int64_t repeats = 1;            ///< operations in one sample
  std::int64_t elements_checked = 0;
  double drift =
      std::numeric_limits<double>::quiet_NaN();  ///< Drift::change of the part that counts; sustained only
  double resolution_s = 0;                       ///< smallest step of the host clock that was seen
  double loop_overhead_s = 0;                    ///< of one sample: two readings of the clock and the call
  double workload_overhead_s = 0;                ///< of one sample: Workload::overhead_s
  double overhead = 0;                           ///< both as a share of the shortest sample that counts
  bool whole_checks =
      true;  ///< every output was checked as a whole; else the last one of each block and parts of the others
  double busy = 0;        ///< share of the window's wall time that was inside samples; the rest is checking
  MachineState extremes;  ///< of the readings after each block (fold_extremes), on rank 0
  /// Time for which the thread that reads the clock may have been kept from running while it sampled: its own waits for a
  /// CPU and the steal time of the CPU with most of it. NaN: unknown.
  double clock_wait_s = 0;
  /// Over the sampling time (cpu_wait.hpp), of the rank that has most of it; NaN: unknown.
  double runqueue_delay = 0;
  double steal_share = 0;
};

/// Called on rank 0 with the times of each block, once it is sure that they count, or after an error.
using BlockSink = std::function<void(const Samples&)>;

/// Warms up, calibrates the operations of a sample (sample_length.hpp) and the iterations of a block, samples and
/// checks. When the samples turn out to be too short after all, it does so again, up to three times, and only the last counts.
/// All ranks call it with the same settings. Throws AgreedStop on every rank when one rank stopped, and (failed) when
/// the samples hold too much overhead (overhead_rule.hpp) and the workload is not isolated.
Sampled sample(const std::string& case_id, Workload& workload, const SampleSettings& settings,
               const Group& group, const BlockSink& sink);

/// Runs `action`, which may throw CaseStopped on some ranks only, and throws AgreedStop on all ranks when it
/// did on one. For preparation and checks outside sample(): a rank that left alone would leave the others
/// waiting.
void together(const Group& group, const std::function<void()>& action);

/// Median and interval of amount / time over the samples ("per second" quantities). `coverage`: Sampled::coverage; the
/// wider one of a launch that was looked at, when it is not given.
Value rate(const std::vector<std::int64_t>& ns, double amount, double coverage = kLookCoverage);
/// Median and interval of time / parts, in s.
Value duration(const std::vector<std::int64_t>& ns, double parts = 1, double coverage = kLookCoverage);

/// Smallest non-zero step of the monotonic clock over many readings, s.
double host_clock_resolution();

}  // namespace rackproof
