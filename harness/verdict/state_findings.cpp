#include "harness/verdict/state_findings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <optional>

#include "harness/verdict/disturbance.hpp"
#include "harness/verdict/finding_texts.hpp"

namespace rackproof {

namespace {

namespace texts = finding_texts;

constexpr std::size_t kTargetsNamed = 4;

std::optional<double> above(double value, double limit) {
  return value > limit ? std::optional(value) : std::nullopt;
}

struct Symptom {
  const char* kind;
  std::optional<double> (*degree)(const AttemptRow&);  ///< larger is worse; nothing: not shown
  Phrase (*text)(double worst);
  Text action;
  bool of_host = false;
  bool of_throttling = false;
};

constexpr Symptom kSymptoms[]{
    {"busy host",
     [](const AttemptRow& row) { return above(reading(row.after, "runqueue_delay"), kMostDelay); },
     waited_text, texts::kQuiet, true},
    {"busy host", [](const AttemptRow& row) { return above(reading(row.after, "steal_share"), kMostSteal); },
     stolen_text, texts::kQuiet, true},
    {"overhead", [](const AttemptRow& row) { return above(reading(row.after, "overhead"), kMostOverhead); },
     [](double worst) { return Phrase(texts::kNotOperation, percent(worst)); }, texts::kSameOverhead},
    {"unsteady",
     [](const AttemptRow& row) {
       const double drift = std::abs(reading(row.after, "drift"));
       return row.stop == Stop::unsteady ? std::optional(std::isnan(drift) ? 0 : drift) : std::nullopt;
     },
     [](double worst) { return Phrase(texts::kUnsteady, percent(worst)); }, texts::kMeasureLonger},
    {"not settled",
     [](const AttemptRow& row) {
       return reading(row.before, "settled") < 1
                  ? std::optional(std::fmax(reading(row.before, "settle_s"), 0))
                  : std::nullopt;
     },
     [](double worst) { return Phrase(texts::kNotSettled, fmt::format("{:.3g}", worst)); },
     texts::kLookAtUse},
    {"throttled", [](const AttemptRow& row) { return row.throttled ? std::optional(0.0) : std::nullopt; },
     [](double) { return Phrase(texts::kThrottled); }, texts::kLookAtPower, false, true},
    {"numa placement",
     [](const AttemptRow& row) {
       const double local = reading(row.after, "numa_share");
       return local < kLeastLocalPages ? std::optional(1 - local) : std::nullopt;
     },
     [](double worst) { return Phrase(texts::kRemotePages, percent(worst)); }, texts::kLookAtMemory},
    {"residency",
     [](const AttemptRow& row) {
       return row.after.contains("residency_doubt") ? std::optional(0.0) : std::nullopt;
     },
     [](double) { return Phrase(texts::kResident); }, texts::kCheckCacheSize}};

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
      Phrase where(texts::kOnTargets,
                   fmt::format("{}", fmt::join(targets.begin(),
                                               targets.begin() + static_cast<std::ptrdiff_t>(named), ", ")));
      if (targets.size() > named) where = Phrase(texts::kAndMore, where, targets.size() - named);
      if (targets.size() > 1 && worst > 0) where = Phrase(texts::kWorstOn, where, worst_target);
      findings.add(symptom.kind, {case_id},
                   {texts::kInLaunches, symptom.text(worst), launches, observed.size(), where},
                   symptom.action);
    }
  }
}

}  // namespace rackproof
