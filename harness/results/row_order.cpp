#include "harness/results/row_order.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace rackproof {

namespace {

void order_attempts(Results& results) {
  const auto& attempts = results.attempts;
  std::vector<std::uint32_t> order(attempts.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::sort(order, {}, [&](std::uint32_t row) {
    const AttemptRow& a = attempts[row];
    return std::tie(a.target, a.case_id, a.launch, a.attempt, a.log_offset);
  });
  std::vector<AttemptRow> ordered;
  ordered.reserve(order.size());
  std::vector<std::uint32_t> new_row(order.size());
  for (const std::uint32_t row : order) {
    new_row[row] = static_cast<std::uint32_t>(ordered.size());
    ordered.push_back(std::move(results.attempts[row]));
  }
  results.attempts = std::move(ordered);
  for (LaunchValue& value : results.launch_values) value.attempt = new_row[value.attempt];
  for (CounterRow& counter : results.counters) counter.attempt = new_row[counter.attempt];
  std::ranges::sort(results.counters, {},
                    [](const CounterRow& counter) { return std::tie(counter.attempt, counter.name); });
  std::ranges::sort(results.launch_values, {},
                    [](const LaunchValue& value) { return std::pair(value.attempt, value.series); });
}

}  // namespace

void order_rows(Results& results) {
  order_attempts(results);
  std::ranges::sort(results.facts, {}, [](const FactRow& fact) {
    return std::tie(fact.target, fact.key, fact.found, fact.promised, fact.source);
  });
  std::ranges::sort(results.notices, {}, [](const Results::Notice& notice) {
    return std::tie(notice.kind, notice.subjects, notice.evidence);
  });
  std::ranges::sort(results.provenance.backends, {}, [](const BackendIdentity& backend) {
    return std::tie(backend.name, backend.version, backend.path, backend.sha256);
  });
}

}  // namespace rackproof
