#include "reports/html/change_words.hpp"

#include <fmt/format.h>

#include <cmath>

#include "harness/base/error.hpp"
#include "reports/language/trend_texts.hpp"
#include "reports/value_text.hpp"

namespace rackproof {

namespace {

const Text& text_of(TrendState state) {
  switch (state) {
    case TrendState::fresh:
      return kTrendTexts.state_fresh;
    case TrendState::confirmed:
      return kTrendTexts.state_confirmed;
    case TrendState::acknowledged:
      return kTrendTexts.state_acknowledged;
    case TrendState::went_away:
      return kTrendTexts.state_went_away;
  }
  throw Error("unknown state of a finding");
}

const Text& text_of(Change change) {
  switch (change) {
    case Change::worse:
      return kTrendTexts.change_worse;
    case Change::better:
      return kTrendTexts.change_better;
    case Change::changed:
      return kTrendTexts.change_changed;
  }
  throw Error("unknown change");
}

/// What needs a look is marked; what is known, gone or better is not.
struct Look {
  std::string_view glyph, css_class;
};

Look look_of(const TrendFinding& finding) {
  if (finding.state == TrendState::acknowledged) return {"○", "exempt"};
  if (finding.state == TrendState::went_away) return {"–", "exempt"};
  if (finding.change == Change::better) return {"✓", "pass"};
  if (finding.change == Change::changed) return {"!", "open"};
  return finding.state == TrendState::confirmed ? Look{"✕", "fail"} : Look{"!", "open"};
}

}  // namespace

std::string effect_text(const TrendFinding& finding, const std::string& missing) {
  return std::isfinite(finding.effect) ? change_text(finding.effect) : missing;
}

std::string effect_interval_text(const TrendFinding& finding) {
  const Interval& range = finding.effect_range;
  if (!std::isfinite(range.lo) || !std::isfinite(range.hi)) return {};
  return fmt::format("[{}, {}]", change_text(range.lo), change_text(range.hi));
}

std::string change_mark(const TrendFinding& finding, const Words& words) {
  const Look look = look_of(finding);
  return fmt::format("<span class=\"mark {}\">{} {}</span> {}", look.css_class, look.glyph,
                     words(text_of(finding.state)), words(text_of(finding.change)));
}

}  // namespace rackproof
