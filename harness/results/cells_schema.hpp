// The layout of a file of cells: columns and matrices only, so that a fleet fits. README.md says what they mean.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "harness/results/cell_reader.hpp"
#include "harness/results/hdf5.hpp"
#include "harness/results/results_schema.hpp"

namespace rackproof {

inline constexpr SchemaVersion kCellsSchema{"rackproof-cells", 1, 1};

inline constexpr std::array<Name, kCaseOutcomeCount> kCaseOutcomeNames{
    "not_planned", "exempt", "complete", "partial", "wrong", "unstable", "missing", "not_measured"};
inline constexpr EnumNames kCaseOutcomeEnum{kCaseOutcomeNames};
inline constexpr std::array<Name, 3> kExactStateNames{"not_measured", "measured", "differs"};
inline constexpr EnumNames kExactStateEnum{kExactStateNames};
inline constexpr std::array<Name, 2> kDisturbedNames{"undisturbed", "disturbed"};
inline constexpr EnumNames kDisturbedEnum{kDisturbedNames};

inline constexpr std::array<Name, kDivisionCount> kDivisionNames{"unknown", "closed", "open", "mixed"};
inline constexpr EnumNames kDivisionEnum{kDivisionNames};
/// Since 1.1.
inline bool has_divisions(const Hdf5Reader& file) { return file.schema_minor() >= 1; }

/// "/cells/device/"
inline std::string cells_group(std::string_view table, Placement placement) {
  return "/" + std::string(table) + "/" + std::string(kPlacementNames[static_cast<std::size_t>(placement)]) +
         "/";
}

/// Columns of subjects that are rows of the dictionary or of another table, by name in the file.
template <class Column>
void subject_columns(Column&& column) {
  column("name", kTextUnits, &Subjects::name);
  column("scope", kTextUnits, &Subjects::scope);
  column("rack", kTextUnits, &Subjects::rack);
  column("model", kTextUnits, &Subjects::model);
  column("key", kTextUnits, &Subjects::key);
  column("node", "column of /subjects/node", &Subjects::node);
  column("second", "column of /subjects/node", &Subjects::second);
  column("part", "row of /parts", &Subjects::part);
}

}  // namespace rackproof
