#include "harness/verdict/compare/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "harness/base/error.hpp"
#include "harness/base/parallel.hpp"
#include "harness/base/two_samples.hpp"
#include "harness/verdict/note_texts.hpp"

namespace rackproof {

namespace {

using Key = std::tuple<std::string, std::string, std::string>;  // metric, scope, division

Key key_of(const ComparedSeries& series) { return {series.metric, series.scope, series.division}; }

std::string definition_of(const ComparedSeries& series) {
  return fmt::format("{}, {}, {}, {} clock, definition {}", series.unit, to_string(series.direction),
                     series.formula.empty() ? "no formula" : series.formula,
                     series.clock.empty() ? "unknown" : series.clock,
                     series.definition_hash.empty() ? "unknown" : series.definition_hash.substr(0, 12));
}

void require_different_files(const std::vector<ComparisonSide>& sides) {
  if (sides.size() < 2) throw Error("a comparison is of at least two results files");
  for (std::size_t i = 0; i < sides.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!sides[i].sha256.empty() && sides[i].sha256 == sides[j].sha256)
        throw Error(fmt::format("{} and {} are identical, byte for byte: a comparison is of two measurements",
                                sides[j].name, sides[i].name));
      if (!sides[i].campaign.empty() && sides[i].campaign == sides[j].campaign)
        throw Error(fmt::format("{} and {} are of one campaign, {}: a comparison is of two measurements",
                                sides[j].name, sides[i].name, sides[i].campaign));
    }
  }
}

/// One metric means one thing in all files.
void require_one_definition(const std::vector<ComparisonSide>& sides) {
  std::map<std::string, std::pair<const ComparisonSide*, const ComparedSeries*>> first;
  for (const ComparisonSide& side : sides) {
    for (const ComparedSeries& series : side.series) {
      const auto [at, is_new] = first.try_emplace(series.metric, &side, &series);
      const ComparedSeries& other = *at->second.second;
      if (!is_new && definition_of(other) != definition_of(series))
        throw Error(fmt::format("{} is not the same metric in both files: {} has ({}), {} has ({})",
                                series.metric, at->second.first->name, definition_of(other), side.name,
                                definition_of(series)));
    }
  }
}

bool is_positive(double value) { return value > 0 && std::isfinite(value); }

/// What is a positive number, with its rack.
DeviceValues positive(const std::vector<double>& values, const std::vector<std::uint32_t>& racks) {
  DeviceValues out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!is_positive(values[i])) continue;
    out.values.push_back(values[i]);
    if (!racks.empty()) out.racks.push_back(racks.at(i));
  }
  return out;
}

double geometric_mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += std::log(value);
  return values.empty() ? std::nan("") : std::exp(sum / static_cast<double>(values.size()));
}

DeviceValues per_watt(const ReplicateValues& replicates, const std::vector<double>& watts) {
  if (replicates.values.size() != watts.size())
    throw Error("powers and values of a metric are of different devices");
  std::vector<double> rates = replicates.values;
  for (std::size_t i = 0; i < rates.size(); ++i)
    rates[i] = is_positive(rates[i]) && is_positive(watts[i]) ? rates[i] / watts[i] : std::nan("");
  return positive(rates, replicates.racks);
}

/// Rates per watt of two sides, by one source.
struct PerWatt {
  std::string source;
  DeviceValues reference, other;
  std::size_t replicates() const { return std::min(reference.values.size(), other.values.size()); }
};

/// Nothing is said of devices that nobody measured.
void describe_only(Ratio& ratio, const Phrase& why) {
  ratio.interval = {std::nan(""), std::nan("")};
  ratio.p_differs = ratio.p_equivalent = 1;
  ratio.word = RatioWord::descriptive;
  ratio.why = why;
}

class Comparer {
 public:
  Comparer(const std::vector<ComparisonSide>& sides, const ComparisonSettings& settings)
      : sides_(sides), settings_(settings) {
    require_different_files(sides);
    require_one_definition(sides);
  }

  Comparison compare() {
    Comparison out;
    out.settings = settings_;
    out.differing = differing_conditions(sides_);
    match();
    for_each_index(rows_.size(), settings_.threads, [&](std::size_t i) { measure(rows_[i]); });
    for (Row& row : rows_) collect(row, out);
    adjust(out);
    return out;
  }

 private:
  /// One metric, scope and division on every side.
  struct Row {
    std::vector<const ComparedSeries*> series;  ///< nullptr: the side does not define it
    std::vector<std::size_t> present;           ///< sides where it was planned
    ComparedMetric metric;
  };

  void match() {
    std::map<Key, std::vector<const ComparedSeries*>> rows;
    for (std::size_t side = 0; side < sides_.size(); ++side) {
      for (const ComparedSeries& series : sides_[side].series) {
        auto& row = rows.try_emplace(key_of(series), sides_.size(), nullptr).first->second;
        if (row[side] != nullptr)
          throw Error(fmt::format("{} holds {} on {} twice", sides_[side].name, series.metric, series.scope));
        row[side] = &series;
      }
    }
    for (auto& [key, row] : rows) rows_.push_back({std::move(row), {}, {}});
  }

  void measure(Row& row) const {
    std::optional<ReplicateValues> reference;
    DeviceValues reference_values;
    for (std::size_t side = 0; side < sides_.size(); ++side) {
      if (row.series[side] == nullptr) continue;
      const ComparedSeries& series = *row.series[side];
      ReplicateValues found = series.read();
      if (found.values.empty()) continue;  // defined, but planned nowhere
      row.present.push_back(side);
      DeviceValues values = positive(found.values, found.racks);
      const std::size_t left_out = found.values.size() - values.values.size();
      if (side == 0) {
        row.metric.of = series;
        row.metric.reference = {geometric_mean(values.values), series.models};
        row.metric.reference_left_out = left_out;
        reference = std::move(found);
        reference_values = std::move(values);
      } else if (reference) {
        ComparedRatio compared;
        compared.side = side;
        compared.mean = {geometric_mean(values.values), series.models};
        compared.implementations = series.implementations;
        compared.left_out = left_out;
        compared.ratio = compare_devices(values, reference_values, series.direction, settings_.ratio);
        compare_power(series, *reference, found, compared);
        const Phrase why = only_described(row.metric.of, series);
        if (!why.empty()) describe_only(compared.ratio, why);
        if (!why.empty() && compared.per_watt) describe_only(*compared.per_watt, why);
        row.metric.ratios.push_back(std::move(compared));
      }
    }
  }

  void collect(Row& row, Comparison& out) const {
    if (row.present.empty()) return;
    if (row.present.size() < sides_.size()) {
      const ComparedSeries& series = *row.series[row.present.front()];
      out.unmatched.push_back({series.metric, series.scope, series.division, row.present});
    }
    if (!row.metric.ratios.empty()) out.metrics.push_back(std::move(row.metric));
  }

  void compare_power(const ComparedSeries& series, const ReplicateValues& reference,
                     const ReplicateValues& other, ComparedRatio& compared) const {
    if (series.direction != Direction::higher_is_better || !series.unit.ends_with("/s")) {
      compared.power = "per watt is of rates only";
      return;
    }
    compared.power = kNoEqualPower;
    const bool is_of_devices = series.metric.find("/device/") != std::string::npos;
    // The most complete that nearly all have: a machine that lost a reading leaves a comparison, and does not change what it is of. What
    // is not measured idles, so that devices count for nothing beside host cases, nor processors beside device cases.
    std::vector<PerWatt> candidates;
    std::size_t most = 0;
    for (const std::string_view scope : {"rack, ", "node, ", is_of_devices ? "device, " : "package, "}) {
      for (const auto& [source, watts] : reference.watts) {
        const auto same = other.watts.find(source);
        if (!source.starts_with(scope) || same == other.watts.end()) continue;
        candidates.push_back({source, per_watt(reference, watts), per_watt(other, same->second)});
        most = std::max(most, candidates.back().replicates());
      }
    }
    if (most == 0) return;
    const auto chosen = std::ranges::find_if(
        candidates, [&](const PerWatt& one) { return one.replicates() * 10 >= most * 9; });
    compared.power = chosen->source;
    compared.per_watt = compare_devices(chosen->other, chosen->reference, series.direction, settings_.ratio);
  }

  Phrase only_described(const ComparedSeries& reference, const ComparedSeries& other) const {
    if (settings_.selection.chosen == Chosen::hand_picked) return note_texts::kPickedByHand;
    return reference.dependent.empty() ? other.dependent : reference.dependent;
  }

  /// Words that hold for all metrics together.
  void adjust(Comparison& out) const {
    std::vector<std::pair<const Ratio*, RatioWord*>> verdicts;
    const auto add = [&](const Ratio& ratio, RatioWord& adjusted) {
      if (ratio.word != RatioWord::descriptive) verdicts.emplace_back(&ratio, &adjusted);
    };
    for (ComparedMetric& metric : out.metrics) {
      for (ComparedRatio& compared : metric.ratios) {
        add(compared.ratio, compared.adjusted);
        if (compared.per_watt) add(*compared.per_watt, compared.per_watt_adjusted);
      }
    }
    std::vector<double> differs, equivalent;
    for (const auto& [ratio, adjusted] : verdicts) {
      differs.push_back(ratio->p_differs);
      equivalent.push_back(ratio->p_equivalent);
    }
    differs = holm_adjusted(differs);
    equivalent = holm_adjusted(equivalent);
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      const auto& [ratio, adjusted] = verdicts[i];
      const double p = ratio->word == RatioWord::equivalent ? equivalent[i] : differs[i];
      *adjusted = p <= settings_.ratio.level ? ratio->word : RatioWord::undecided;
    }
    out.verdicts = verdicts.size();
    out.expected_false_different = static_cast<double>(verdicts.size()) * settings_.ratio.level;
  }

  const std::vector<ComparisonSide>& sides_;
  const ComparisonSettings& settings_;
  std::vector<Row> rows_;
};

}  // namespace

std::string to_string(const Selection& selection) {
  switch (selection.chosen) {
    case Chosen::all:
      return "all";
    case Chosen::random:
      return fmt::format("random with seed {}", selection.seed);
    case Chosen::hand_picked:
      return "hand-picked";
  }
  throw Error("unknown selection");
}

Comparison compare(const std::vector<ComparisonSide>& sides, const ComparisonSettings& settings) {
  return Comparer(sides, settings).compare();
}

std::vector<DifferingCondition> differing_conditions(const std::vector<ComparisonSide>& sides) {
  std::map<std::string, DifferingCondition> items;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    for (const auto& [item, found] : sides[i].conditions) {
      DifferingCondition& row = items[item];
      row.item = item;
      row.found.resize(sides.size());
      row.found[i] = found;
    }
  }
  const auto is_same = [](const DifferingCondition& row) {
    return std::ranges::all_of(row.found, [&](const auto& found) {
      return found.size() == 1 && found.begin()->first == row.found.front().begin()->first;
    });
  };
  std::vector<DifferingCondition> out;
  for (auto& [item, row] : items) {
    if (!is_same(row)) out.push_back(std::move(row));
  }
  return out;
}

}  // namespace rackproof
