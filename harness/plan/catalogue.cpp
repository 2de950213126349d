#include "harness/plan/catalogue.hpp"

#include <fmt/format.h>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/plan/identifier.hpp"

namespace rackproof {

namespace {

// Length before text, so that no two lists of fields give the same bytes.
void append_field(std::string& bytes, std::string_view field) {
  bytes += fmt::format("{}:{};", field.size(), field);
}

}  // namespace

std::string_view to_string(Placement placement) {
  switch (placement) {
    case Placement::device:
      return "device";
    case Placement::node:
      return "node";
    case Placement::pair:
      return "pair";
    case Placement::group:
      return "group";
  }
  throw Error(fmt::format("placement number {} is not known", static_cast<int>(placement)));
}

Placement placement_of(std::string_view scope) {
  if (scope == "device") return Placement::device;
  if (scope == "node") return Placement::node;
  if (scope == "pair") return Placement::pair;
  constexpr std::string_view kGroup = "group:";
  if (scope.starts_with(kGroup) && is_target_name(scope.substr(kGroup.size()))) return Placement::group;
  throw Error(fmt::format("\"{}\" is not a placement; write device, node, pair or group:<label>", scope));
}

std::string_view to_string(Direction direction) {
  switch (direction) {
    case Direction::lower_is_better:
      return "lower is better";
    case Direction::neither:
      return "neither";
    case Direction::higher_is_better:
      return "higher is better";
  }
  throw Error(fmt::format("direction number {} is not known", static_cast<int>(direction)));
}

bool CaseRow::allows(Placement placement) const {
  switch (placement) {
    case Placement::device:
      return on_device;
    case Placement::node:
      return on_node;
    case Placement::pair:
      return on_pair;
    case Placement::group:
      return on_group;
  }
  return false;
}

const CaseRow* find_case(Catalogue catalogue, std::string_view id) {
  for (const CaseRow& row : catalogue) {
    if (row.id == id) return &row;
  }
  return nullptr;
}

const QuantityRow* find_quantity(const CaseRow& row, std::string_view name) {
  for (const QuantityRow& quantity : row.quantities) {
    if (quantity.name == name) return &quantity;
  }
  return nullptr;
}

std::string definition_hash(const CaseRow& row, const QuantityRow& quantity) {
  std::string bytes;
  append_field(bytes, fmt::format("{}#{}", row.id, quantity.name));
  append_field(bytes, std::to_string(static_cast<int>(quantity.kind)));
  append_field(bytes, quantity.unit);
  append_field(bytes, to_string(quantity.direction));
  append_field(bytes, quantity.formula);
  append_field(bytes, row.definition);
  append_field(bytes, row.check);
  append_field(bytes, row.clock);
  return sha256(bytes);
}

std::string catalogue_hash(Catalogue catalogue) {
  std::string bytes;
  for (const CaseRow& row : catalogue) {
    append_field(bytes, row.id);
    append_field(bytes, row.definition);
    append_field(bytes, row.check);
    append_field(bytes, row.clock);
    for (const QuantityRow& quantity : row.quantities) append_field(bytes, definition_hash(row, quantity));
  }
  return sha256(bytes);
}

}  // namespace rackproof
