#include "harness/cli/comparison_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "harness/base/error.hpp"
#include "harness/base/units.hpp"
#include "reports/text_table.hpp"

namespace rackproof {

namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr std::size_t kShownTexts = 4;

std::string table(const Rows& rows) { return aligned(rows, std::vector<std::string>(rows.size()), false); }

/// "580.1 (64), 581.0 (1)": what was found, of how many.
std::string found_text(const std::map<std::string, std::uint64_t>& found) {
  if (found.empty()) return "not known";
  std::string out;
  std::size_t shown = 0;
  for (const auto& [text, count] : found) {
    if (shown == kShownTexts) {
      out += fmt::format(", +{} more", found.size() - shown);
      break;
    }
    out += fmt::format("{}{}", shown++ == 0 ? "" : ", ", printable(text));
    if (found.size() > 1) out += fmt::format(" ({})", count);
  }
  return out;
}

std::string heading(const std::vector<ComparisonSide>& sides, const Comparison& comparison) {
  std::string out = "file 1 is the reference\n";
  for (std::size_t i = 0; i < sides.size(); ++i) {
    out +=
        fmt::format("file {}: {}, campaign {}, {}\n", i + 1, sides[i].name, printable(sides[i].campaign),
                    sides[i].models.empty() ? "no model stated"
                                            : printable(fmt::format("{}", fmt::join(sides[i].models, ", "))));
  }
  for (const ComparisonSide& side : sides) {
    for (const Phrase& note : side.notes) out += note.en + "\n";
  }
  return out + fmt::format("devices chosen: {}; margin of equivalence {:g} %\n",
                           to_string(comparison.settings.selection), 100 * comparison.settings.ratio.margin);
}

std::string conditions_text(const std::vector<ComparisonSide>& sides, const Comparison& comparison) {
  if (comparison.differing.empty()) return "\nno known condition differs\n";
  Rows rows{{"condition"}};
  for (std::size_t i = 0; i < sides.size(); ++i) rows.front().push_back(fmt::format("file {}", i + 1));
  for (const DifferingCondition& condition : comparison.differing) {
    rows.push_back({printable(condition.item)});
    for (const auto& found : condition.found) rows.back().push_back(found_text(found));
  }
  return "\nThese differ, and may explain every ratio:\n" + table(rows);
}

void add_ratio(Rows& rows, const ComparedMetric& metric, const ComparedRatio& compared, const Ratio& ratio,
               RatioWord adjusted, const std::string& metric_name) {
  const auto number = [](double value) {
    return std::isfinite(value) ? fmt::format("{:.4g}", value) : std::string("—");
  };
  const bool has_interval = std::isfinite(ratio.interval.lo);
  std::string word(to_string(ratio.word));
  if (ratio.clustered) word += ", by racks";
  if (adjusted != ratio.word) word += fmt::format(" (of all together: {})", to_string(adjusted));
  rows.push_back({fmt::format("file {}", compared.side + 1), metric_name, printable(metric.of.scope),
                  printable(metric.of.division), number(ratio.value),
                  has_interval ? fmt::format("[{:.4g}, {:.4g}]", ratio.interval.lo, ratio.interval.hi) : "—",
                  number(ratio.p_better), fmt::format("{} : {}", ratio.n, ratio.reference_n),
                  std::move(word)});
}

std::string ratios_text(const Comparison& comparison) {
  Rows rows{{"file", "metric", "placement", "division", "ratio", "95 % interval", "P(better)", "devices",
             "verdict"}};
  rows.front()[5] = fmt::format("{:g} % interval", 100 * (1 - comparison.settings.ratio.level));
  for (const ComparedMetric& metric : comparison.metrics) {
    for (const ComparedRatio& compared : metric.ratios) {
      const std::string name = printable(metric.of.metric);
      add_ratio(rows, metric, compared, compared.ratio, compared.adjusted, name);
      if (compared.per_watt)
        add_ratio(rows, metric, compared, *compared.per_watt, compared.per_watt_adjusted,
                  fmt::format("{} per W ({})", name, printable(compared.power)));
    }
  }
  return rows.size() == 1 ? "\nno metric is in file 1 and in another\n" : "\n" + table(rows);
}

/// What each side reaches; a share of a rated peak ranks nobody.
std::string means_text(const Comparison& comparison) {
  Rows rows{{"file", "metric", "placement", "division", "geometric mean", "of rated peak"}};
  const auto add = [&](const ComparedMetric& metric, std::size_t side, const MeanOfSide& mean) {
    rows.push_back(
        {fmt::format("file {}", side + 1), printable(metric.of.metric), printable(metric.of.scope),
         printable(metric.of.division), format_quantity(mean.value, metric.of.unit),
         mean.of_rated ? fmt::format("{:.3g} % of {}", 100 * *mean.of_rated, printable(mean.rated)) : "—"});
  };
  for (const ComparedMetric& metric : comparison.metrics) {
    add(metric, 0, metric.reference);
    for (const ComparedRatio& compared : metric.ratios) add(metric, compared.side, compared.mean);
  }
  return rows.size() == 1 ? std::string() : "\n" + table(rows);
}

/// Why ratios have no verdict, each reason once.
std::string reasons_text(const Comparison& comparison) {
  std::map<std::string, std::size_t> reasons;
  const auto add = [&](const Ratio& ratio) {
    if (!ratio.why.empty()) ++reasons[ratio.why.en];
  };
  std::size_t left_out = 0;
  for (const ComparedMetric& metric : comparison.metrics) {
    left_out += metric.reference_left_out;
    for (const ComparedRatio& compared : metric.ratios) {
      add(compared.ratio);
      if (compared.per_watt) add(*compared.per_watt);
      left_out += compared.left_out;
    }
  }
  std::string out;
  for (const auto& [why, count] : reasons)
    out += fmt::format("descriptive only: {} ({} ratios)\n", why, count);
  if (left_out > 0)
    out += fmt::format(
        "left out: {} values of devices that were to be measured and have no positive number\n", left_out);
  return out;
}

std::string power_text(const Comparison& comparison) {
  std::size_t rates = 0, with_power = 0;
  for (const ComparedMetric& metric : comparison.metrics) {
    for (const ComparedRatio& compared : metric.ratios) {
      rates += compared.power == kNoEqualPower || compared.per_watt ? 1 : 0;
      with_power += compared.per_watt ? 1 : 0;
    }
  }
  if (rates == with_power) return {};
  return fmt::format("per watt: {} of {} ratios of rates have {}\n", rates - with_power, rates,
                     kNoEqualPower);
}

std::string unmatched_text(const Comparison& comparison) {
  std::string out;
  for (const UnmatchedMetric& row : comparison.unmatched) {
    std::vector<std::size_t> files;
    for (const std::size_t side : row.sides) files.push_back(side + 1);
    out += fmt::format("only in file {}: {} on {}, division {}\n", fmt::join(files, " and "),
                       printable(row.metric), printable(row.scope), printable(row.division));
  }
  return out.empty() ? out : "\n" + out;
}

}  // namespace

std::string comparison_text(const std::vector<ComparisonSide>& sides, const Comparison& comparison) {
  return heading(sides, comparison) + conditions_text(sides, comparison) + ratios_text(comparison) +
         reasons_text(comparison) + power_text(comparison) + means_text(comparison) +
         unmatched_text(comparison) +
         fmt::format(
             "\n{} ratios have a verdict; were all machines the same, {:.3g} of them would be called "
             "different\n",
             comparison.verdicts, comparison.expected_false_different);
}

}  // namespace rackproof
