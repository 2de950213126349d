// What may have made a number worse than the machine is: what is a finding, and what keeps a miss from being a fail.
#pragma once

#include <string>
#include <vector>

#include "harness/language/phrase.hpp"
#include "harness/results/results.hpp"
#include "harness/verdict/limits.hpp"

namespace rackproof {

// Shares above which (for pages: below which) it is told. What is unknown or NaN is never told and excuses nothing.

/// Run-queue delay: the change of a sample time that still counts as steady (drift.hpp). A smaller wait makes no miss.
inline constexpr double kMostDelay = 0.02;
/// Steal time; as for the delay, whoever takes the CPU.
inline constexpr double kMostSteal = 0.02;
/// Of the median sample. The measuring core repeats short operations until less is left; some cannot be repeated.
inline constexpr double kMostOverhead = 0.01;
/// Of the pages, on the NUMA node where they belong. A remote page is up to twice as slow: a tenth of them costs a
/// tenth of the bandwidth, more than launches differ by.
inline constexpr double kLeastLocalPages = 0.9;

/// How many times better a number could be than on a busy host, at most. What a neighbour costs beyond the CPU time that
/// it takes (caches, bandwidth) has no known bound; ten times leaves all of them behind that were ever seen here, and a
/// miss by more than that is one on any host.
inline constexpr double kMostCost = 10;

/// "3.5 %".
std::string percent(double share);
/// What a run-queue delay and a share of stolen time mean.
Phrase waited_text(double delay);
Phrase stolen_text(double steal);

/// The value under `key`; NaN when it is not there.
double reading(const MachineState& state, const char* key);

/// Others than the measured process had its CPUs while it sampled: run-queue delay or steal above their limits.
bool host_was_busy(const AttemptRow& attempt);

/// Whether an interval or a launch reaches beyond the bound on the side to which a disturbance pushes it: lower rates,
/// longer times. False for a series that has no better direction.
bool misses_for_the_worse(const Bound& bound, Direction direction, double lo, double hi,
                          const std::vector<double>& launches);

/// One launch's value and its attempt, which ended ok.
struct LaunchNumber {
  const LaunchValue* value = nullptr;
  const AttemptRow* attempt = nullptr;
};

/// The launches of a number without what disturbed them.
struct Undisturbed {
  std::vector<LaunchValue> values;
  std::vector<const AttemptRow*> attempts;
  Phrase disturbance;  ///< one line; empty when nothing was left out
};

/// What becomes of launches on a busy host.
enum class BusyLaunches {
  left_out,
  credited,  ///< kMostCost times better
};

/// For a rate or a time: leaves out or credits launches on a busy host, since nobody knows how much that cost; and
/// deducts an overhead above its limit from times on the host's clock, since that is known. A miss stays one when it is
/// one either way. Throttling and a window that never became steady are properties of the machine and excuse nothing.
/// `launches` are those of one real series on one target.
Undisturbed undisturbed(const SeriesRow& series, const std::vector<LaunchNumber>& launches,
                        BusyLaunches busy_launches);

}  // namespace rackproof
