#include "reports/explanation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/base/closest.hpp"
#include "harness/base/error.hpp"
#include "harness/verdict/disturbance.hpp"
#include "harness/verdict/measurements.hpp"
#include "reports/place.hpp"

namespace rackproof {

namespace {

[[noreturn]] void refuse_not_in_campaign(std::string_view what, std::string_view given,
                                         const std::set<std::string>& known) {
  const auto near = closest(given, {known.begin(), known.end()});
  throw Error(fmt::format("the campaign has no {} \"{}\"{}", what, printable(given),
                          near ? fmt::format("; did you mean \"{}\"?", printable(*near))
                               : std::string("; see `rackproof show`")));
}

const PromiseRow& find_promise(const Results& results, std::string_view target, std::string_view case_id) {
  std::set<std::string> targets;
  std::set<std::string> cases;
  for (const PromiseRow& promise : results.promises) {
    const std::string& name = results.targets.at(promise.target).name;
    if (name == target && promise.case_id == case_id) return promise;
    targets.insert(name);
    if (name == target) cases.insert(promise.case_id);
  }
  if (cases.empty()) refuse_not_in_campaign("target", target, targets);
  refuse_not_in_campaign(fmt::format("case on {}", printable(target)), case_id, cases);
}

std::vector<std::string> conditions_of(const AttemptRow& row) {
  std::vector<std::string> lines;
  const auto above = [](double value, double most) { return value > most; };
  if (row.throttled) {
    const double bits = reading(row.after, "throttle");
    lines.push_back(std::isfinite(bits) ? fmt::format("throttled, bits {:.0f} at its end", bits)
                                        : "throttled");
  }
  if (const double delay = reading(row.after, "runqueue_delay"); above(delay, kMostDelay))
    lines.push_back(waited_text(delay).en);
  if (const double steal = reading(row.after, "steal_share"); above(steal, kMostSteal))
    lines.push_back(stolen_text(steal).en);
  if (const double overhead = reading(row.after, "overhead"); above(overhead, kMostOverhead))
    lines.push_back(fmt::format("{} of the median sample is not the operation", percent(overhead)));
  if (row.stop == Stop::unsteady) lines.emplace_back("nothing showed that the time was steady at the end");
  if (reading(row.before, "settled") < 1)
    lines.emplace_back("clock or temperature still changed when it began");
  if (reading(row.after, "numa_share") < kLeastLocalPages)
    lines.emplace_back("pages lie on another NUMA node");
  if (row.clocks_disagree) lines.emplace_back("host and event clocks disagree");
  const auto say = [&](const char* key, const char* format) {
    const double value = reading(row.after, key);
    if (std::isfinite(value)) lines.push_back(fmt::format(fmt::runtime(format), value));
  };
  say("clock_hz", "clock {:.4g} Hz at its end");
  say("power_w", "power {:.4g} W at its end");
  say("temperature_k", "temperature {:.4g} K at its end");
  return lines;
}

ExplainedAttempt explained(const Results& results, std::uint32_t row) {
  ExplainedAttempt out;
  out.row = &results.attempts[row];
  for (const char* key : {"sample_p5_s", "sample_p50_s", "sample_p95_s", "sample_p99_s"}) {
    const double value = reading(out.row->after, key);
    if (std::isfinite(value)) out.sample_s.push_back(value);
  }
  if (out.sample_s.size() != 4) out.sample_s.clear();
  out.conditions = conditions_of(*out.row);
  for (const CounterRow& counter : results.counters) {
    if (counter.attempt == row && (counter.delta != 0 || !counter.unavailable.empty()))
      out.counters.push_back(&counter);
  }
  return out;
}

class Explainer {
 public:
  Explainer(const Results& results, const Verdicts& verdicts, const PromiseRow& promise)
      : results_(results), verdicts_(verdicts), promise_(promise), measurements_(results) {}

  Explanation explain() const {
    Explanation out;
    out.target = &results_.targets[promise_.target];
    out.case_id = promise_.case_id;
    const Place place = place_of(results_, promise_.target);
    out.place = fmt::format("{}{}{}{}", place.racks, place.racks.empty() || place.part.empty() ? "" : ", ",
                            place.part, place.hosts.empty() ? "" : fmt::format(" ({})", place.hosts));
    out.component = results_.provenance_of(*out.target).launch_component;
    out.rerun = rerun_line(results_, promise_.target, promise_.case_id);
    for (std::uint32_t row = 0; row < results_.attempts.size(); ++row) {
      if (is_of(results_.attempts[row])) out.attempts.push_back(explained(results_, row));
    }
    std::ranges::stable_sort(out.attempts, {}, [](const ExplainedAttempt& attempt) {
      return std::pair(attempt.row->launch, attempt.row->attempt);
    });
    for (std::uint32_t series = 0; series < results_.series.size(); ++series) {
      if (results_.series[series].case_id == promise_.case_id) out.quantities.push_back(quantity(series));
    }
    if (!out.quantities.empty()) out.title = out.quantities.front().series->title;
    for (const VerdictCell& cell : verdicts_.cells) {
      if (is_of(cell) && cell.completion()) out.completion = &cell;
    }
    for (const Finding& finding : verdicts_.findings) {
      if (std::ranges::any_of(finding.subjects, [&](const std::string& subject) {
            return subject == out.target->name || subject == out.case_id ||
                   subject.starts_with(out.case_id + "#");
          }))
        out.findings.push_back(&finding);
    }
    return out;
  }

 private:
  template <class Row>
  bool is_of(const Row& row) const {
    return row.target == promise_.target && row.case_id == promise_.case_id;
  }

  ExplainedQuantity quantity(std::uint32_t series) const {
    ExplainedQuantity out;
    out.series = &results_.series[series];
    const RealMeasurement real = measurements_.real(series, promise_.target);
    if (out.series->kind == QuantityKind::real) {
      CellValue cell;
      cell.value = static_cast<float>(real.value);
      cell.lo = static_cast<float>(real.lo);
      cell.hi = static_cast<float>(real.hi);
      out.cell = cell;
    }
    for (const LaunchValue* value : real.rows)
      out.launches.push_back({results_.attempts[value->attempt].launch, value});
    if (const ExactValue* exact = measurements_.exact(series, promise_.target))
      out.found = fmt::format("{}{}", exact->value, exact->differs ? " (launches differ)" : "");
    if (out.series->kind == QuantityKind::text)
      out.found = fmt::format("{}", fmt::join(measurements_.texts(series, promise_.target), ", "));
    for (const VerdictCell& cell : verdicts_.cells) {
      if (is_of(cell) && cell.quantity == out.series->quantity) out.judged.push_back(&cell);
    }
    return out;
  }

  const Results& results_;
  const Verdicts& verdicts_;
  const PromiseRow& promise_;
  Measurements measurements_;
};

}  // namespace

Explanation explain(const Results& results, const Verdicts& verdicts, std::string_view target,
                    std::string_view case_id) {
  return Explainer(results, verdicts, find_promise(results, target, case_id)).explain();
}

}  // namespace rackproof
