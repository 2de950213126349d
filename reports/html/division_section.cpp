// The ratios of a comparison, one section a division.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "harness/base/error.hpp"
#include "reports/escape.hpp"
#include "reports/html/comparison_page.hpp"
#include "reports/html/comparison_sections.hpp"
#include "reports/html/ratio_chart.hpp"
#include "reports/html/short_text.hpp"
#include "reports/html/table_html.hpp"
#include "reports/language/comparison_texts.hpp"

namespace rackproof::html {

namespace {

const Text& text_of(RatioWord word) {
  switch (word) {
    case RatioWord::faster:
      return kComparisonTexts.word_faster;
    case RatioWord::slower:
      return kComparisonTexts.word_slower;
    case RatioWord::higher:
      return kComparisonTexts.word_higher;
    case RatioWord::lower:
      return kComparisonTexts.word_lower;
    case RatioWord::equivalent:
      return kComparisonTexts.word_equivalent;
    case RatioWord::undecided:
      return kComparisonTexts.word_undecided;
    case RatioWord::descriptive:
      return kComparisonTexts.word_descriptive;
  }
  throw Error("unknown word of a ratio");
}

const Text& text_of(Direction direction) {
  switch (direction) {
    case Direction::higher_is_better:
      return kComparisonTexts.direction_higher;
    case Direction::lower_is_better:
      return kComparisonTexts.direction_lower;
    case Direction::neither:
      break;
  }
  return kComparisonTexts.direction_neither;
}

std::string glyph(RatioWord word) {
  if (word == RatioWord::faster || word == RatioWord::higher) return "▲ ";
  if (word == RatioWord::slower || word == RatioWord::lower) return "▼ ";
  return word == RatioWord::equivalent ? "= " : "○ ";
}

/// As precise in a whole column: "1.000", "0.9975".
std::string ratio_text(double value) {
  return value < 1000 ? fmt::format("{:#.4g}", value) : fmt::format("{:.4g}", value);
}

/// The word that holds for all ratios together; what a ratio says taken alone stands below it.
std::string says(const Ratio& ratio, RatioWord adjusted, const Words& words) {
  std::string out = fmt::format("<b>{}{}</b>", glyph(adjusted), words(text_of(adjusted)));
  if (adjusted != ratio.word)
    out +=
        fmt::format("<small>{}: {}</small>", words(kComparisonTexts.taken_alone), words(text_of(ratio.word)));
  if (ratio.clustered) out += fmt::format("<small>{}</small>", words(kComparisonTexts.by_racks));
  if (!ratio.why.empty()) out += fmt::format("<small>{}</small>", short_text(words, ratio.why));
  return out;
}

std::string interval_text(const Ratio& ratio) {
  if (!std::isfinite(ratio.interval.lo) || !std::isfinite(ratio.interval.hi)) return {};
  return fmt::format("[{}, {}]", ratio_text(ratio.interval.lo), ratio_text(ratio.interval.hi));
}

/// For those who do not see the chart.
std::string chart_label(const Ratio& ratio, const Words& words) {
  const std::string interval = interval_text(ratio);
  return escape_html(words.plain(kComparisonTexts.chart_label, ratio_text(ratio.value),
                                 interval.empty() ? words.plain(kComparisonTexts.no_interval) : interval));
}

std::string implementations(const std::set<std::string>& of) {
  std::string out;
  for (const std::string& one : of) out += fmt::format("{}{}", out.empty() ? "" : ", ", one);
  return short_text(out);
}

/// Beside the value and never ranked: the share of what is rated; empty where it is not known.
std::string rated_text(std::size_t side, const MeanOfSide& mean, const Words& words) {
  if (!mean.of_rated) return {};
  const std::string share = fmt::format("{:.3g}", 100 * *mean.of_rated);
  return fmt::format("<small>{}: {}</small>", words(kComparisonTexts.file, side + 1),
                     words(kComparisonTexts.of_rated, share, short_text(mean.rated)));
}

std::string means_text(const ComparedMetric& metric, const ComparedRatio& compared, const Words& words) {
  const std::string missing = words(kComparisonTexts.not_measured);
  return fmt::format("<span class=\"v\">{} →</span><br><span class=\"v\">{}</span>{}{}",
                     quantity_text(metric.reference.value, metric.of.unit, missing),
                     quantity_text(compared.mean.value, metric.of.unit, missing),
                     rated_text(0, metric.reference, words), rated_text(compared.side, compared.mean, words));
}

/// All ratios of one division.
class DivisionTable {
 public:
  DivisionTable(const Comparison& comparison, const RatioChart& chart, const Words& words)
      : comparison_(comparison), chart_(chart), words_(words) {}

  void add(const ComparedMetric& metric) {
    for (const ComparedRatio& compared : metric.ratios) {
      add_row(metric, compared, compared.ratio, compared.adjusted, metric_cell(metric, compared), true);
      if (!compared.per_watt) continue;
      const std::string source = words_(kComparisonTexts.per_watt, short_text(compared.power));
      add_row(metric, compared, *compared.per_watt, compared.per_watt_adjusted,
              fmt::format("{}<small>{}</small>", id_text(metric.of.metric), source), false);
    }
  }

  std::string text(const std::string& label) const {
    const std::string level = fmt::format("{:g}", 100 * (1 - comparison_.settings.ratio.level));
    std::string out = table_html(
        label,
        {{words_(kComparisonTexts.metric)},
         {words_(kComparisonTexts.files)},
         {words_(kComparisonTexts.means)},
         {fmt::format("{}<br>{}", words_(kComparisonTexts.ratio), words_(kComparisonTexts.interval, level)),
          true},
         {chart_.axis(escape_html(words_.plain(kComparisonTexts.chart)))},
         {words_(kComparisonTexts.says)},
         {words_(kComparisonTexts.devices), true}},
        rows_);
    if (left_out_ > 0)
      out += fmt::format("<p class=\"note\">{}</p>\n", words_(kComparisonTexts.more_ratios, left_out_));
    return out;
  }

 private:
  std::string metric_cell(const ComparedMetric& metric, const ComparedRatio& compared) const {
    std::string out = id_text(metric.of.metric);
    out += fmt::format("<small>{} · {}</small>", short_text(metric.of.scope),
                       words_(text_of(metric.of.direction)));
    if (metric.of.implementations != compared.implementations)
      out += fmt::format("<small>{}</small>",
                         words_(kComparisonTexts.implementations, implementations(metric.of.implementations),
                                implementations(compared.implementations)));
    return out;
  }

  void add_row(const ComparedMetric& metric, const ComparedRatio& compared, const Ratio& ratio,
               RatioWord adjusted, std::string cell, bool has_means) {
    if (rows_.size() == kMostRatios) {
      ++left_out_;
      return;
    }
    std::string devices = fmt::format("{} : {}", ratio.n, ratio.reference_n);
    if (std::isfinite(ratio.p_better))
      devices += fmt::format("<small>{}</small>",
                             words_(kComparisonTexts.p_better, fmt::format("{:.3f}", ratio.p_better)));
    if (has_means && compared.left_out + metric.reference_left_out > 0)
      devices += fmt::format("<small>{}</small>",
                             words_(kComparisonTexts.left_out, compared.left_out, metric.reference_left_out));
    std::string means = has_means ? means_text(metric, compared, words_) : std::string();
    rows_.push_back({"",
                     {std::move(cell), std::to_string(compared.side + 1), std::move(means),
                      fmt::format("<b>{}</b><small>{}</small>",
                                  std::isfinite(ratio.value) ? ratio_text(ratio.value)
                                                             : words_(kComparisonTexts.not_measured),
                                  interval_text(ratio)),
                      chart_.row(ratio, adjusted, chart_label(ratio, words_)), says(ratio, adjusted, words_),
                      std::move(devices)}});
  }

  const Comparison& comparison_;
  const RatioChart& chart_;
  const Words& words_;
  std::vector<HtmlRow> rows_;
  std::size_t left_out_ = 0;
};

/// How many of its ratios say what, for each file; powers are not counted.
std::string counts(const Sides& sides, const std::vector<const ComparedMetric*>& metrics,
                   const Words& words) {
  std::string out = "<ul>\n";
  for (std::size_t side = 1; side < sides.size(); ++side) {
    std::map<RatioWord, std::size_t> of;
    std::size_t all = 0;
    for (const ComparedMetric* metric : metrics) {
      for (const ComparedRatio& compared : metric->ratios) {
        if (compared.side != side) continue;
        ++of[compared.adjusted];
        ++all;
      }
    }
    if (all == 0) continue;
    out += fmt::format("<li>{}: {}</li>\n", words(kComparisonTexts.file, side + 1),
                       words(kComparisonTexts.counts, all, of[RatioWord::faster] + of[RatioWord::higher],
                             of[RatioWord::slower] + of[RatioWord::lower], of[RatioWord::equivalent],
                             of[RatioWord::undecided], of[RatioWord::descriptive]));
  }
  return out + "</ul>\n";
}

/// Rates without a ratio per watt; empty where every one has it.
std::string power_note(const std::vector<const ComparedMetric*>& metrics, const Words& words) {
  std::size_t rates = 0, without = 0;
  for (const ComparedMetric* metric : metrics) {
    for (const ComparedRatio& compared : metric->ratios) {
      const bool has_none = compared.power == kNoEqualPower;
      rates += has_none || compared.per_watt ? 1 : 0;
      without += has_none ? 1 : 0;
    }
  }
  return without == 0 ? std::string()
                      : fmt::format("<p class=\"note\">{}</p>\n",
                                    words(kComparisonTexts.no_equal_power, without, rates));
}

struct DivisionWords {
  std::string heading;
  const Text& note;
};

DivisionWords words_of(const std::string& division, const Words& words) {
  if (division == "closed") return {words(kComparisonTexts.division_closed), kComparisonTexts.closed_note};
  if (division == "open") return {words(kComparisonTexts.division_open), kComparisonTexts.open_note};
  return {words(kComparisonTexts.division_other, short_text(division)), kComparisonTexts.other_note};
}

/// Closed, open, then what is neither.
int rank(const std::string& division) { return division == "closed" ? 0 : division == "open" ? 1 : 2; }

}  // namespace

std::string division_sections(const Sides& sides, const Comparison& comparison, const Words& words) {
  if (comparison.metrics.empty())
    return fmt::format("<section>\n<h2>{}</h2>\n<p>{}</p>\n</section>\n", words(kComparisonTexts.ratio),
                       words(kComparisonTexts.no_ratio));
  std::map<std::pair<int, std::string>, std::vector<const ComparedMetric*>> divisions;
  for (const ComparedMetric& metric : comparison.metrics)
    divisions[{rank(metric.of.division), metric.of.division}].push_back(&metric);
  const RatioChart chart(comparison);
  std::string out;
  for (const auto& [key, metrics] : divisions) {
    const DivisionWords of = words_of(key.second, words);
    DivisionTable table(comparison, chart, words);
    for (const ComparedMetric* metric : metrics) table.add(*metric);
    out += fmt::format(
        "<section>\n<h2>{}</h2>\n<p class=\"note\">{}</p>\n{}{}{}<p class=\"note\">{}</p>\n</section>\n",
        of.heading, words(of.note), counts(sides, metrics, words),
        table.text(escape_html(words.plain(kComparisonTexts.ratio))), power_note(metrics, words),
        words(kComparisonTexts.rated_note));
  }
  return out;
}

}  // namespace rackproof::html
