#include "harness/results/telemetry_summary.hpp"

#include <algorithm>
#include <cmath>

namespace rackproof {

void ReadingSum::add(double reading) {
  if (std::isfinite(reading)) add(ReadingSum{1, reading, reading, reading});
}

void ReadingSum::add(const ReadingSum& other) {
  n += other.n;
  sum += other.sum;
  min = std::min(min, other.min);
  max = std::max(max, other.max);
}

bool is_imported(const TelemetrySourceRow& source) { return source.name.starts_with(kImportedPrefix); }

std::string kind_of(const TelemetrySourceRow& source) {
  if (is_imported(source)) return source.name;
  std::string kind;
  std::ranges::copy_if(source.name, std::back_inserter(kind), [](char c) { return c < '0' || c > '9'; });
  return kind;
}

double window_s(const AttemptRow& attempt) {
  return static_cast<double>(attempt.end_utc_ns - attempt.begin_utc_ns) * 1e-9;
}

TelemetrySummary summary_of(std::uint32_t attempt, std::uint32_t source, const ReadingSum& sum,
                            double expected, const AttemptRow& of, const TelemetrySourceRow& row) {
  constexpr double kQuarter = 0.25;
  // A sum of equal readings is rounded: their mean can lie beside them.
  const double mean = std::clamp(sum.sum / static_cast<double>(sum.n), sum.min, sum.max);
  TelemetrySummary out{attempt, source, sum.n, sum.min, mean, sum.max};
  out.coverage = std::min(1.0, static_cast<double>(sum.n) / expected);
  if (row.quantity != "power" || !(out.coverage >= kWholeWindow)) return out;
  out.energy_j = out.mean * window_s(of);
  out.implausible = of.outcome.status == Status::ok && of.case_id.starts_with("compute/host/") &&
                    row.scope == "package" && out.mean < kQuarter * row.limit;
  return out;
}

}  // namespace rackproof
