#include "harness/verdict/peers/fleet_findings.hpp"

#include <fmt/format.h>

#include "harness/verdict/finding_texts.hpp"
#include "harness/verdict/finding_words.hpp"
#include "harness/verdict/peers/peer_findings.hpp"
#include "harness/verdict/peers/repeatability.hpp"

namespace rackproof {

namespace {

namespace texts = finding_texts;

/// Launches of the targets of a placement, cohorts told apart as if they were racks.
Repeatability launches_of(std::uint32_t series, const PeerSubjects& subjects,
                          const Measurements& measurements) {
  Replicates replicates;
  std::uint32_t launch = 0;
  for (std::uint32_t i = 0; i < subjects.target.size(); ++i) {
    for (const double value : measurements.real(series, subjects.target[i]).launches) {
      replicates.value.push_back(value);
      replicates.launch.push_back(launch++);
      replicates.device.push_back(i);
      replicates.rack.push_back(subjects.columns.cohort[i]);
    }
  }
  return repeatability(replicates);
}

void report(const Repeatability& found, const std::string& metric, Placement placement, double least_effect,
            double declared, Findings& findings) {
  const bool is_large = found.repeat_sd > least_effect;
  if (!found.dominated_by_noise() && !is_large) return;
  const auto percent = [](double share) { return fmt::format("{:.2g}", 100 * share); };
  const Phrase scope = scope_words(to_string(placement));
  Phrase text(texts::kRepeats, percent(found.repeat_sd), percent(found.repeat_upper), found.launches,
              found.devices, scope, percent(declared), percent(found.limit));
  if (found.dominated_by_noise())
    text = Phrase(texts::kNoiseRules, text, fmt::format("{:.0f}", 100 * found.icc), scope);
  findings.add("repeatability", {metric, std::string(to_string(placement))}, std::move(text),
               texts::kRepeatMore);
}

}  // namespace

void add_fleet_findings(const Results& results, const Measurements& measurements, Findings& findings) {
  for (const Placement placement : {Placement::device, Placement::node}) {
    const auto at = static_cast<std::size_t>(placement);
    const std::size_t columns = results.columns[at].size();
    if (columns < kLeastPeers) continue;
    const PeerSubjects subjects = peer_subjects(results, placement);
    const PeerGroups groups(subjects.columns);
    PeerFindings peers(subjects, [&](std::uint32_t i) { return results.targets[subjects.target[i]].name; });
    for (std::uint32_t series = 0; series < results.series.size(); ++series) {
      const SeriesRow& row = results.series[series];
      if (row.kind != QuantityKind::real) continue;
      std::vector<float> values;
      std::vector<Status> status;
      for (std::size_t i = 0; i < columns; ++i) {
        const CellValue& cell = results.cells[at][series * columns + i];
        values.push_back(cell.value);
        status.push_back(cell.status);
      }
      PeerRule rule;
      rule.direction = row.direction;
      const Repeatability repeat = launches_of(series, subjects, measurements);
      rule.dominated_by_noise = repeat.dominated_by_noise();
      report(repeat, row.metric(), placement, rule.min_effect, results.provenance.launch_component, findings);
      const auto cohorts = compare_peers(groups, values, status, rule);
      peers.add(row.metric(), rule, cohorts, peers.causes(values, cohorts));
    }
    peers.report(findings);
  }
}

}  // namespace rackproof
