// Which of several machines is faster, metric by metric: what each side holds, and what that says. The first side is the reference.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/verdict/compare/ratio.hpp"

namespace rackproof {

/// One value a replicate: a device that was promised or measured; NaN where there is none.
struct ReplicateValues {
  std::vector<double> values;
  std::vector<std::uint32_t> racks;  ///< of each; empty: it has none
  /// Source of its power ("package, /sys/class/powercap/…") → W while the metric was measured, one entry a replicate.
  std::map<std::string, std::vector<double>> watts;
};

/// One metric at one scope in one division, on one side. Divisions are never mixed.
struct ComparedSeries {
  std::string metric;
  std::string scope;     ///< "device", "node", "pair", "group:rack"
  std::string division;  ///< closed, open; "unknown" where nothing tells
  std::string definition_hash;
  std::string unit;
  std::string formula;
  std::string clock;
  Direction direction = Direction::neither;
  std::set<std::string> implementations;
  std::set<std::string> models;  ///< of its targets
  Phrase dependent;  ///< why its replicates are not independent, so that it is descriptive only; else empty
  std::function<ReplicateValues()> read;  ///< may be called by several threads
};

/// Item of the conditions ("device/driver") → what was found → of how many.
using FoundConditions = std::map<std::string, std::map<std::string, std::uint64_t>>;

struct ComparisonSide {
  std::string name;  ///< of its file, for people
  std::string sha256;
  std::string campaign;
  std::set<std::string> models;
  FoundConditions conditions;
  std::vector<ComparedSeries> series;
  std::vector<Phrase> notes;  ///< what was left out or counted once
};

enum class Chosen : std::uint8_t { all, random, hand_picked };
/// How the devices of every side were chosen from those that there are.
struct Selection {
  Chosen chosen = Chosen::all;
  std::uint64_t seed = 0;  ///< of random
};
std::string to_string(const Selection& selection);

struct ComparisonSettings {
  RatioSettings ratio;
  Selection selection;
  unsigned threads = 0;
};

/// Why a rate has no ratio per watt.
inline constexpr const char* kNoEqualPower = "no power of equal scope and source";

/// What the replicates of one side reach in the mean.
struct MeanOfSide {
  double value = 0;  ///< geometric, in the metric's unit; NaN: there is no value
  std::set<std::string> models{};
  std::optional<double> of_rated{};  ///< the share of what is rated for its model; shown, never ranked
  std::string rated{};               ///< what that is
};

struct ComparedRatio {
  std::size_t side = 0;  ///< row of sides
  MeanOfSide mean;
  std::set<std::string> implementations;
  Ratio ratio;
  RatioWord adjusted = RatioWord::descriptive;  ///< the word, if it holds after Holm; else undecided
  std::size_t left_out = 0;                     ///< replicates of the side without a positive number
  std::optional<Ratio> per_watt;                ///< of rates, where both have power of equal scope and source
  RatioWord per_watt_adjusted = RatioWord::descriptive;
  std::string power;  ///< its scope and source, or why there is none
};

struct ComparedMetric {
  ComparedSeries of;  ///< the reference's
  MeanOfSide reference;
  std::size_t reference_left_out = 0;
  std::vector<ComparedRatio> ratios;  ///< by side
};

/// What only some sides have.
struct UnmatchedMetric {
  std::string metric, scope, division;
  std::vector<std::size_t> sides;
};

/// A condition that is not the same one everywhere, on every side.
struct DifferingCondition {
  std::string item;
  std::vector<std::map<std::string, std::uint64_t>> found;  ///< one entry a side; empty: not known
};

struct Comparison {
  ComparisonSettings settings;
  std::vector<DifferingCondition> differing;  ///< first: they may explain every ratio
  std::vector<ComparedMetric> metrics;        ///< by metric, scope, division
  std::vector<UnmatchedMetric> unmatched;
  std::size_t verdicts = 0;             ///< ratios with a verdict
  double expected_false_different = 0;  ///< verdicts × level, were all machines the same
};

/// Throws Error for fewer than two sides, for one side twice (same bytes or same campaign), for a metric with different definitions
/// (names both), for a metric that one side has twice.
Comparison compare(const std::vector<ComparisonSide>& sides, const ComparisonSettings& settings);

/// Items that differ between sides or within one.
std::vector<DifferingCondition> differing_conditions(const std::vector<ComparisonSide>& sides);

}  // namespace rackproof
