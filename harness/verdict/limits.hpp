// Limits: what is acceptable.
//
//   schema = 1
//   name = "quickstart"
//   at_budget_end = "undecided"           # undecided | reject | accept
//   throttle_mask = ["power"]             # optional: reasons for throttling that are normal and make no finding: power,
//                                         # temperature, external, sync, other; power only on targets whose power_cap was
//                                         # found "default": a device at its rated power does what was bought
//
//   [[limit]]
//   metric = "memory/host/triad:f64,cold#bandwidth"   # with one '*': every metric of the plan there that fits
//   placement = "node"                    # device | node | pair | group:<label>
//   lower = "1 GB/s"                      # exactly one of lower, upper, band = ["…", "…"], exact, promised
//                                         # lower and upper may be relative: "90 % of rated.memory_bandwidth" (rated.hpp), and
//                                         # with severity "score" "0.97 x median of peers" (resolved_limits.hpp)
//                                         # promised = true: a count or text is what the site file promises for the target;
//                                         # where it promises nothing, nothing is judged
//   exclude_below = "0.5 GB/s"            # optional, with lower, on a node or device: pairs and groups leave its node out when
//                                         # every launch is below
//   severity = "gate"                     # gate | score
//   clause = "4.1"                        # optional; sorts the certificate
//   model = "h100"                        # optional selector
//   when = { governor = "performance", power_cap = "default" }   # optional: what was found before the target was measured
//                                         # (preflight_items.hpp), in the words of the results; otherwise, or when it is not
//                                         # known, its cell is not judged. Not beside exclude_below
//   provenance = "sanity floor: …"        # required: where the number comes from
//
//   [calibration]                         # only in what `calibrate` wrote: calibrated_on.hpp
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/units.hpp"
#include "harness/language/phrase.hpp"
#include "harness/plan/plan.hpp"
#include "harness/results/results.hpp"
#include "harness/verdict/calibrated_on.hpp"
#include "harness/verdict/conditions.hpp"
#include "harness/verdict/relative_bound.hpp"

namespace rackproof {

/// Bit of "throttle" in the state of attempts: the device's power limit.
inline constexpr std::uint64_t kThrottledByPower = 1;

enum class Severity : std::uint8_t { gate = 0, score = 1 };
std::string_view to_string(Severity severity);

struct LowerLimit {
  double bound;
};  ///< SI
struct UpperLimit {
  double bound;
};
struct BandLimit {
  double lower, upper;
};
struct ExactNumber {
  std::int64_t value;
};
struct ExactTexts {
  std::vector<std::string> values;
};                     ///< one of these
struct AsPromised {};  ///< what the site promises for the target
using Bound = std::variant<LowerLimit, UpperLimit, BandLimit, ExactNumber, ExactTexts, AsPromised>;

struct Limit {
  std::string metric;
  std::string scope;  ///< placement as written: "group:rack"
  Bound bound;
  Dimension dimension;  ///< of the numbers in `bound`
  Severity severity = Severity::gate;
  std::string clause;
  std::string model;  ///< empty: every model
  Phrase provenance;  ///< as the file says it; of a relative bound with a number also what it is a share of
  std::optional<double> exclude_below;    ///< SI
  When when;                              ///< empty: always
  int line = 0;                           ///< in the limits file
  std::optional<RelativeBound> relative;  ///< then `bound` is NaN until it is resolved (resolved_limits.hpp)
  Phrase unresolved{};                    ///< why it has no number; then nothing is judged by it
  Phrase basis{};                         ///< of a relative bound with a number: what it is a share of
};

enum class AtBudgetEnd : std::uint8_t { undecided = 0, reject = 1, accept = 2 };

struct Limits {
  std::string name;
  AtBudgetEnd at_budget_end = AtBudgetEnd::undecided;
  std::uint64_t throttle_mask = 0;  ///< bits of "throttle" in the state of attempts
  std::vector<Limit> limits;
  std::optional<CalibratedOn> calibration;
  std::string text;
};

/// What can be judged: metric → dimension and kind, and the scopes where the plan measures it. Made from a
/// plan and catalogue before a run, or from a results file.
struct Measurable {
  std::string metric;
  QuantityKind kind = QuantityKind::real;
  Dimension dimension;
  std::vector<std::string> scopes;
};
std::vector<Measurable> measurable(const Plan& plan, Catalogue catalogue);
std::vector<Measurable> measurable(const Results& results);

/// Parses limits and refuses what cannot be judged: no unit or a wrong dimension, a metric that nothing
/// measures ("did you mean"), a scope where it is not measured, exact on a real quantity, a bound on a text,
/// the same metric, scope and model twice with one severity, no provenance, a gate relative to peers. Throws
/// ConfigurationError with every problem.
Limits parse_limits(std::string_view text, const std::string& file,
                    const std::vector<Measurable>& measurable);
Limits read_limits(const std::filesystem::path& file, const std::vector<Measurable>& measurable);

/// "≥ 1 GB/s", "= tcp", "between … and …", "≥ 3.015 TB/s (90 % of rated.memory_bandwidth)", for people.
std::string to_string(const Limit& limit);
/// The same in both languages.
Phrase phrase_of(const Limit& limit);

}  // namespace rackproof
