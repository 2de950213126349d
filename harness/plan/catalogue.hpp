// The row types of the catalogue of cases. The rows stand in suites/catalogue; the CLI hands them down.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace rackproof {

/// Where a case runs. Stored as its number: never renumbered.
enum class Placement : std::uint8_t {
  device = 0,  ///< one accelerator
  node = 1,    ///< one host
  pair = 2,    ///< two nodes, one rank each
  group = 3,   ///< all nodes with one label value: group:rack, group:site, group:<label>
};
inline constexpr int kPlacementCount = 4;
inline constexpr std::array<Placement, kPlacementCount> kPlacements{Placement::device, Placement::node,
                                                                    Placement::pair, Placement::group};
std::string_view to_string(Placement placement);
/// "device", "node", "pair", "group:<label>". Throws Error.
Placement placement_of(std::string_view scope);

enum class Direction : std::int8_t { lower_is_better = -1, neither = 0, higher_is_better = 1 };
std::string_view to_string(Direction direction);

enum class QuantityKind : std::uint8_t {
  real = 0,   ///< a measured rate or time with an interval
  exact = 1,  ///< a count, size or flag: int64
  text = 2,   ///< a word, such as the transport
};

/// One quantity that a case reports; its metric id is "<case>#<name>".
struct QuantityRow {
  std::string_view name;
  QuantityKind kind = QuantityKind::real;
  std::string_view unit;  ///< SI unit as in base/units: "B/s", "s", "flop/s", "token/s", "1", "B"
  Direction direction = Direction::neither;
  std::string_view formula;  ///< id and text of the formula: "stream-triad: 3 · 8 · n / t"
};

/// One case of the catalogue.
struct CaseRow {
  std::string_view id;          ///< suite/subject/operation:param,key=value
  std::string_view title;       ///< what it measures, one line
  std::string_view definition;  ///< what exactly is timed; a changed definition is a new id
  std::string_view check;       ///< how its answer is checked
  std::string_view clock;       ///< "host" or "event"
  bool on_device = false;
  bool on_node = false;
  bool on_pair = false;
  bool on_group = false;
  bool rank_per_device = false;  ///< on nodes, pairs and groups: one rank for each device, not for each node
  bool may_be_unavailable =
      false;              ///< a quantity that cannot be read is named with the reason, and the case is ok
  double estimate_s = 1;  ///< preparation and check, without sampling
  std::span<const QuantityRow> quantities;

  bool allows(Placement placement) const;
};

using Catalogue = std::span<const CaseRow>;

/// The row of a case id, or nullptr.
const CaseRow* find_case(Catalogue catalogue, std::string_view id);
/// The quantity of a row, or nullptr.
const QuantityRow* find_quantity(const CaseRow& row, std::string_view name);

/// SHA-256 of everything that gives one metric its meaning (id, unit, direction, formula, definition, check,
/// clock).
std::string definition_hash(const CaseRow& row, const QuantityRow& quantity);
/// SHA-256 over all definitions, in order: orchestrator and worker must agree.
std::string catalogue_hash(Catalogue catalogue);

}  // namespace rackproof
