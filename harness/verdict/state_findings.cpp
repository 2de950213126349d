#include "harness/verdict/state_findings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <optional>

#include "harness/verdict/disturbance.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kTargetsNamed = 4;

std::optional<double> above(double value, double limit) {
  return value > limit ? std::optional(value) : std::nullopt;
}

struct Symptom {
  const char* kind;
  std::optional<double> (*degree)(const AttemptRow&);  ///< larger is worse; nothing: not shown
  std::string (*text)(double worst);
  const char* action;
  bool of_host = false;
  bool of_throttling = false;
};

constexpr const char* kQuiet =
    "measure again on a quiet host; a miss on a busy one is inconclusive, not a fail";

constexpr Symptom kSymptoms[]{
    {"busy host",
     [](const AttemptRow& row) { return above(reading(row.after, "runqueue_delay"), kMostDelay); },
     waited_text, kQuiet, true},
    {"busy host", [](const AttemptRow& row) { return above(reading(row.after, "steal_share"), kMostSteal); },
     stolen_text, kQuiet, true},
    {"overhead", [](const AttemptRow& row) { return above(reading(row.after, "overhead"), kMostOverhead); },
     [](double worst) {
       return fmt::format("up to {} of the median sample is not the operation", percent(worst));
     },
     "compare with the same overhead only; a limit is missed when it is missed without the overhead too"},
    {"unsteady",
     [](const AttemptRow& row) {
       const double drift = std::abs(reading(row.after, "drift"));
       return row.stop == Stop::unsteady ? std::optional(std::isnan(drift) ? 0 : drift) : std::nullopt;
     },
     [](double worst) {
       return fmt::format(
           "nothing showed that the time was steady at the end of a sustained window: it changed by up to {} "
           "over it, or there were too few samples to tell",
           percent(worst));
     },
     "measure longer; look at cooling and power"},
    {"not settled",
     [](const AttemptRow& row) {
       return reading(row.before, "settled") < 1
                  ? std::optional(std::fmax(reading(row.before, "settle_s"), 0))
                  : std::nullopt;
     },
     [](double worst) {
       return fmt::format("clock or temperature still changed when it began, after a wait of up to {:.3g} s",
                          worst);
     },
     "look at cooling, and at what else uses the device"},
    {"throttled", [](const AttemptRow& row) { return row.throttled ? std::optional(0.0) : std::nullopt; },
     [](double) { return std::string("throttle bits were set"); }, "look at cooling and the power limit",
     false, true},
    {"numa placement",
     [](const AttemptRow& row) {
       const double local = reading(row.after, "numa_share");
       return local < kLeastLocalPages ? std::optional(1 - local) : std::nullopt;
     },
     [](double worst) {
       return fmt::format("up to {} of the pages lie on another NUMA node", percent(worst));
     },
     "look at free memory per NUMA node and at the kernel's balancing"},
    {"residency",
     [](const AttemptRow& row) {
       return row.after.contains("residency_doubt") ? std::optional(0.0) : std::nullopt;
     },
     [](double) {
       return std::string("memory was not measurably slower than the caches, or faster than its roof");
     },
     "check the size of the last-level cache that the backend reports"}};

}  // namespace

namespace {

/// Whether all that slowed an attempt down is normal. Of ranks whose bits are not kept, nothing is.
bool is_normal(const AttemptRow& attempt, std::uint64_t normal) {
  std::uint64_t bits = 0;
  for (const MachineState* state : {&attempt.before, &attempt.after}) {
    const double read = reading(*state, "throttle");
    if (read >= 0 && read < 4294967296.0) bits |= static_cast<std::uint64_t>(read);
  }
  return bits != 0 && (bits & ~normal) == 0;
}

}  // namespace

void StateFindings::add(const TargetRow& target, const std::string& case_id, const CaseHistory& history,
                        std::uint64_t normal) {
  for (const AttemptRow* attempt : history.attempts) {
    if (attempt->outcome.status == Status::ok)
      cases_[case_id].push_back(
          {&target, attempt, is_normal(*attempt, normal), target.is_virtual && target.members.size() > 1});
  }
}

void StateFindings::report(Findings& findings) const {
  for (const auto& [case_id, observed] : cases_) {
    for (const Symptom& symptom : kSymptoms) {
      std::size_t launches = 0;
      std::vector<std::string_view> targets;  // those of one target follow each other
      std::string_view worst_target;
      double worst = -1;
      for (const auto& [target, attempt, throttles_normally, shares_host] : observed) {
        if (shares_host && symptom.of_host) continue;
        if (throttles_normally && symptom.of_throttling) continue;
        const auto degree = symptom.degree(*attempt);
        if (!degree) continue;
        ++launches;
        if (targets.empty() || targets.back() != target->name) targets.push_back(target->name);
        if (*degree > worst) {
          worst = *degree;
          worst_target = target->name;
        }
      }
      if (launches == 0) continue;
      const std::size_t named = std::min(targets.size(), kTargetsNamed);
      std::string where = fmt::format(
          "on {}", fmt::join(targets.begin(), targets.begin() + static_cast<std::ptrdiff_t>(named), ", "));
      if (targets.size() > named) where += fmt::format(" and {} more", targets.size() - named);
      if (targets.size() > 1 && worst > 0) where += fmt::format("; worst on {}", worst_target);
      findings.add(
          symptom.kind, {case_id},
          fmt::format("{}, in {} of {} launches, {}", symptom.text(worst), launches, observed.size(), where),
          symptom.action);
    }
  }
}

}  // namespace rackproof
