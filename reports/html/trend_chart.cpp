#include "reports/html/trend_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "harness/base/error.hpp"
#include "harness/base/units.hpp"
#include "harness/verdict/trend/calendar.hpp"
#include "reports/escape.hpp"
#include "reports/html/change_words.hpp"
#include "reports/html/chart_axis.hpp"
#include "reports/html/markup.hpp"
#include "reports/html/short_text.hpp"
#include "reports/html/table_html.hpp"
#include "reports/language/trend_texts.hpp"

namespace rackproof {

namespace {

using html::put;

constexpr double kWidth = 680, kHeight = 210;
constexpr double kTop = 24, kBottom = 26, kRight = 12;
constexpr double kCharacter = 6.8;  // width of one at the chart's size of 11, at most
constexpr double kDateLabel = 84;   // room of a date below the axis
constexpr std::size_t kMostLevelTicks = 5;
// Seen on light and on dark paper alike; text and frames take the page's own colour.
constexpr const char* kValueColour = "#4a86c5";
constexpr const char* kChangeColour = "#d9661f";

/// Lowest and highest of what is drawn, with some room; none where no value is finite.
std::optional<Interval> drawn_range(const TrendFinding& finding, const std::vector<double>& values) {
  Interval range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  const auto include = [&](double value) {
    if (!std::isfinite(value)) return;
    range = {std::min(range.lo, value), std::max(range.hi, value)};
  };
  for (const double value : values) include(value);
  if (!(range.lo <= range.hi)) return std::nullopt;
  include(finding.before);
  include(finding.after);
  include(finding.before * (1 + finding.effect_range.lo));
  include(finding.before * (1 + finding.effect_range.hi));
  const double room = 0.06 * (range.hi - range.lo);
  return Interval{range.lo - room, range.hi + room};
}

class TrendDrawing {
 public:
  TrendDrawing(const TrendFinding& finding, const std::vector<std::string>& dates,
               const std::vector<double>& positions, const std::vector<double>& values, const Interval& range,
               const Words& words)
      : finding_(finding),
        dates_(dates),
        values_(values),
        missing_(words.plain(kTrendTexts.not_measured)),
        ticks_(ChartAxis(AxisScale::linear, range, {0, 1}).ticks(kMostLevelTicks)),
        left_(margin(finding.unit, ticks_)),
        nights_(AxisScale::linear, {positions.front(), positions.back()}, {left_ + 6, kWidth - kRight - 6}),
        levels_(AxisScale::linear, range, {kHeight - kBottom, kTop}) {
    for (const double position : positions) at_.push_back(nights_.at(position));
  }

  std::string draw() {
    put_frame();
    put_dates();
    put_interval();
    put_values();
    put_levels();
    put_change();
    return std::move(out_);
  }

 private:
  static std::string tick_text(const std::string& unit, double tick, const std::vector<double>& ticks) {
    return format_quantity(tick, unit, tick_digits(ticks));
  }

  static double margin(const std::string& unit, const std::vector<double>& ticks) {
    std::size_t longest = 0;
    for (const double tick : ticks) longest = std::max(longest, tick_text(unit, tick, ticks).size());
    return 12 + kCharacter * static_cast<double>(longest);
  }

  void put_frame() {
    for (const double tick : ticks_) {
      const double y = levels_.at(tick);
      put(out_,
          "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"currentColor\" "
          "stroke-opacity=\"0.2\"/>\n",
          left_, y, kWidth - kRight, y);
      put(out_, "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", left_ - 6, y + 4,
          escape_html(tick_text(finding_.unit, tick, ticks_)));
    }
    put(out_, "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"currentColor\"/>\n",
        left_, kHeight - kBottom, kWidth - kRight, kHeight - kBottom);
  }

  /// The first and the last date, and between them as many as have room.
  void put_dates() {
    const auto label = [&](std::size_t night, const char* anchor, double x) {
      put(out_, "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, kHeight - 9, anchor,
          dates_[night]);
    };
    label(0, "start", left_);
    if (dates_.size() < 2) return;
    label(dates_.size() - 1, "end", kWidth - kRight);
    double free_from = left_ + 1.5 * kDateLabel;
    for (std::size_t night = 1; night + 1 < dates_.size(); ++night) {
      if (at_[night] < free_from || at_[night] > kWidth - kRight - 1.5 * kDateLabel) continue;
      label(night, "middle", at_[night]);
      free_from = at_[night] + kDateLabel;
    }
  }

  /// The interval of the effect, as one of the level after it.
  void put_interval() {
    const double low = levels_.at(finding_.before * (1 + finding_.effect_range.lo));
    const double high = levels_.at(finding_.before * (1 + finding_.effect_range.hi));
    const auto change = night_of(finding_.changed);
    if (!change || !std::isfinite(low) || !std::isfinite(high)) return;
    put(out_,
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\" "
        "fill-opacity=\"0.25\"/>\n",
        at_[*change], std::min(low, high), at_[last_of_level()] - at_[*change], std::abs(high - low),
        kValueColour);
  }

  /// A line through neighbouring nights; one that was not measured, or a longer time than usual, is a gap.
  void put_values() {
    std::vector<double> steps;
    for (std::size_t i = 1; i < at_.size(); ++i) steps.push_back(at_[i] - at_[i - 1]);
    const double longest = steps.empty() ? 0 : 1.5 * median(steps) + 1e-6;
    std::string path;
    bool is_down = false;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const double y = levels_.at(values_[i]);
      if (!std::isfinite(y)) {
        is_down = false;
        continue;
      }
      const bool joins = is_down && at_[i] - at_[i - 1] <= longest;
      put(path, "{}{:.1f} {:.1f}", joins ? "L" : "M", at_[i], y);
      is_down = true;
    }
    put(out_, "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1\"/>\n", path, kValueColour);
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const double y = levels_.at(values_[i]);
      if (std::isfinite(y))
        put(out_, "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.2\" fill=\"{}\"/>\n", at_[i], y, kValueColour);
    }
  }

  void put_levels() {
    const auto change = night_of(finding_.changed);
    if (!change) return;
    put_level(finding_.before, at_.front(), at_[*change]);
    put_level(finding_.after, at_[*change], at_[last_of_level()]);
  }

  void put_level(double level, double from, double to) {
    const double y = levels_.at(level);
    if (!std::isfinite(y)) return;
    put(out_,
        "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"currentColor\" "
        "stroke-width=\"2\"/>\n",
        from, y, to, y);
  }

  /// The label stands on the side of the line that has more room.
  void put_change() {
    const auto change = night_of(finding_.changed);
    if (!change) return;
    const double x = at_[*change];
    put(out_,
        "<line x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\" stroke=\"{3}\" "
        "stroke-width=\"1.5\" "
        "stroke-dasharray=\"4 3\"/>\n",
        x, kTop - 8, kHeight - kBottom, kChangeColour);
    const bool is_right = x < (left_ + kWidth - kRight) / 2;
    const std::string interval = effect_interval_text(finding_);
    put(out_, "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" font-weight=\"600\">{}{}{}{} · {}</text>\n",
        is_right ? x + 5 : x - 5, kTop - 10, is_right ? "start" : "end", arrow(),
        escape_html(effect_text(finding_, missing_)), interval.empty() ? "" : " ", interval,
        finding_.changed);
  }

  std::string_view arrow() const { return finding_.effect > 0 ? "▲ " : finding_.effect < 0 ? "▼ " : ""; }

  std::optional<std::size_t> night_of(const std::string& date) const {
    const auto at = std::ranges::find(dates_, date);
    if (at == dates_.end()) return std::nullopt;
    return static_cast<std::size_t>(at - dates_.begin());
  }

  /// The changed level lasts until today, or until it had gone away.
  std::size_t last_of_level() const {
    if (finding_.state == TrendState::went_away) {
      if (const auto settled = night_of(finding_.settled)) return *settled;
    }
    return dates_.size() - 1;
  }

  const TrendFinding& finding_;
  const std::vector<std::string>& dates_;
  const std::vector<double>& values_;
  std::string missing_;
  std::vector<double> ticks_;
  double left_;
  ChartAxis nights_;
  ChartAxis levels_;
  std::vector<double> at_;  // of each night
  std::string out_;
};

std::string value_table(const TrendFinding& finding, const std::vector<std::string>& dates,
                        const std::vector<double>& values, const Words& words) {
  const TrendTexts& t = kTrendTexts;
  std::vector<HtmlRow> rows;
  for (std::size_t i = 0; i < dates.size(); ++i)
    rows.push_back({"", {dates[i], quantity_text(values[i], finding.unit, words(t.not_measured))}});
  const std::string label = escape_html(words.plain(t.show_values));
  return fmt::format("<details><summary>{}</summary>\n{}</details>\n", words(t.show_values),
                     table_html(label, {{words(t.night)}, {words(t.value), true}}, rows));
}

/// For those who do not see the chart.
std::string description(const TrendFinding& finding, const std::vector<std::string>& dates,
                        const std::vector<double>& values, const Words& words) {
  const std::string missing = words.plain(kTrendTexts.not_measured);
  std::vector<double> measured;
  for (const double value : values) {
    if (std::isfinite(value)) measured.push_back(value);
  }
  const auto [lowest, highest] = std::ranges::minmax(measured);
  const auto text = [&](double value) { return quantity_text(value, finding.unit, missing); };
  return words.plain(kTrendTexts.chart_description, dates.size(), dates.front(), dates.back(),
                     measured.size(), text(lowest), text(highest), text(finding.before), text(finding.after),
                     finding.changed);
}

}  // namespace

std::vector<double> night_positions(const std::vector<std::int32_t>& days) {
  std::vector<double> positions;
  for (std::size_t first = 0; first < days.size();) {
    std::size_t count = 1;
    while (first + count < days.size() && days[first + count] == days[first]) ++count;
    for (std::size_t i = 0; i < count; ++i)
      positions.push_back(days[first] + static_cast<double>(i) / static_cast<double>(count));
    first += count;
  }
  return positions;
}

std::string trend_chart(const TrendFinding& finding, const std::vector<std::int32_t>& days,
                        const std::vector<double>& values, const std::string& name, const Words& words) {
  if (days.size() != values.size())
    throw Error(fmt::format("a chart has {} values for {} nights", values.size(), days.size()));
  const std::optional<Interval> range = drawn_range(finding, values);
  if (!range) return fmt::format("<p>{}</p>\n", words(kTrendTexts.chart_empty));
  std::vector<std::string> dates;
  for (const std::int32_t day : days) dates.push_back(date_text(day));
  const std::string title =
      words.plain(kTrendTexts.chart_title, visible_text(finding.metric, kLongestHeading),
                  visible_text(finding.subject, kLongestHeading));
  std::string out = fmt::format(
      "<div class=\"scroll\" tabindex=\"0\"><svg viewBox=\"0 0 {0:g} {1:g}\" width=\"{0:g}\" "
      "height=\"{1:g}\" "
      "font-size=\"11\" fill=\"currentColor\" role=\"img\" aria-labelledby=\"{2}-title {2}-text\">\n"
      "<title id=\"{2}-title\">{3}</title>\n<desc id=\"{2}-text\">{4}</desc>\n",
      kWidth, kHeight, name, escape_html(title), escape_html(description(finding, dates, values, words)));
  out += TrendDrawing(finding, dates, night_positions(days), values, *range, words).draw();
  return out + "</svg></div>\n" + value_table(finding, dates, values, words);
}

}  // namespace rackproof
