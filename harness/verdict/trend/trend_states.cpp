#include <fmt/format.h>

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/verdict/trend/trend.hpp"

namespace rackproof {

std::string_view to_string(TrendState state) {
  switch (state) {
    case TrendState::fresh:
      return "new";
    case TrendState::confirmed:
      return "confirmed";
    case TrendState::acknowledged:
      return "acknowledged";
    case TrendState::went_away:
      return "went away";
  }
  throw Error("unknown state of a finding");
}

std::string_view to_string(Change change) {
  switch (change) {
    case Change::worse:
      return "worse";
    case Change::better:
      return "better";
    case Change::changed:
      return "changed";
  }
  throw Error("unknown change");
}

std::string TrendCause::text() const {
  std::string text;
  for (const Level& level : levels)
    text += fmt::format("{}{} {}", text.empty() ? "" : " or ", level.attribute, level.value);
  return text;
}

bool Trend::too_little() const {
  return nights.size() < kLeastNights || series_watched == 0 || 2 * coverage.measured < coverage.promised;
}

bool Trend::has_new_confirmed() const {
  return std::ranges::any_of(findings, [](const TrendFinding& finding) {
    return finding.state == TrendState::confirmed && finding.change == Change::worse;
  });
}

}  // namespace rackproof
