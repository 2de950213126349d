#include <fmt/format.h>

#include <cmath>

#include "reports/cell_explanation.hpp"
#include "reports/escape.hpp"
#include "reports/value_text.hpp"

namespace rackproof {

namespace {

class Lines {
 public:
  void add(int depth, const std::string& line) {
    text_ += std::string(static_cast<std::size_t>(2 * depth), ' ') + visible_text(line) + "\n";
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string spaced(const std::string& text) { return text.empty() ? text : " " + text; }
std::string in_brackets(const std::string& text) { return text.empty() ? text : " (" + text + ")"; }

void add_number(const ExplainedCell& cell, Lines& lines) {
  const Dimension dimension = dimension_of(cell.series->unit);
  lines.add(1, fmt::format("{}: {}{}", cell.series->metric(), value_text(cell.value, dimension),
                           spaced(interval_text(cell.lo, cell.hi, dimension))));
  const std::string range = std::isfinite(cell.least) && std::isfinite(cell.most)
                                ? fmt::format(" between {} and {}", value_text(cell.least, dimension),
                                              value_text(cell.most, dimension))
                                : "";
  lines.add(2, fmt::format("{} {}{}; stopped: {}", cell.launches, cell.launches == 1 ? "launch" : "launches",
                           range, to_string(cell.stop)));
}

}  // namespace

std::string explanation_text(const CellExplanation& explanation, const Limits& limits) {
  Lines lines;
  lines.add(0, fmt::format("{} at {}", explanation.case_id, explanation.target));
  if (!explanation.title.empty()) lines.add(1, explanation.title);
  lines.add(1, fmt::format("{}{}{}, campaign {}",
                           explanation.place.empty() ? "in several racks" : explanation.place,
                           explanation.model.empty() ? "" : ", model " + explanation.model,
                           explanation.key == explanation.target ? "" : ", known as " + explanation.key,
                           explanation.campaign_id));
  lines.add(0, fmt::format("completion: {} ({}){}", to_string(explanation.completion),
                           to_string(explanation.outcome), explanation.disturbed ? ", disturbed" : ""));
  lines.add(0, fmt::format("quantities, launch-to-launch component {}",
                           explanation.component > 0 ? percent_text(explanation.component) : "not declared"));
  for (const ExplainedCell& cell : explanation.quantities) {
    if (cell.series->kind == QuantityKind::real) {
      add_number(cell, lines);
    } else {
      lines.add(1, fmt::format("{}: {}", cell.series->metric(),
                               cell.found.empty() ? std::string(kNotMeasured) : cell.found));
    }
    for (const CellRule& rule : cell.judged) {
      const Limit& limit = limits.limits.at(rule.limit);
      lines.add(2, fmt::format("{} {}: {}{}", to_string(limit.severity), to_string(limit),
                               to_string(rule.verdict), in_brackets(rule.failure)));
      if (!rule.reason.empty()) lines.add(3, "rule: " + rule.reason);
      lines.add(3,
                fmt::format("limit from: {}{}", limit.clause.empty() ? "" : "clause " + limit.clause + ": ",
                            limit.provenance));
    }
    if (cell.judged.empty()) lines.add(2, "no limit: for information");
  }
  lines.add(0, "attempts, samples and counters stand in the results file of its campaign, not here");
  return lines.take();
}

}  // namespace rackproof
