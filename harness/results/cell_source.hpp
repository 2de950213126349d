// Where a CellReader has its cells from: a results file in memory, or a file of cells on disk. Private to the reader.
#pragma once

#include <array>
#include <map>
#include <memory>

#include "harness/results/cell_reader.hpp"

namespace rackproof {

struct CellSource {
  virtual ~CellSource() = default;
  virtual std::string_view text(std::uint32_t row) const = 0;
  virtual std::vector<std::uint32_t> attribute(Placement placement, const std::string& name) const = 0;
  virtual CellRow cells(std::size_t series, Placement placement, const CellFields& fields) const = 0;
  virtual CaseColumn case_column(std::size_t case_row, Placement placement) const = 0;
  virtual std::vector<Division> divisions(std::size_t case_row, Placement placement) const = 0;
  virtual ExactRow exact(std::size_t series, Placement placement) const = 0;
  virtual std::vector<std::uint32_t> texts(std::size_t series, Placement placement) const = 0;

  const Subjects& of(Placement placement) const { return placements[static_cast<std::size_t>(placement)]; }
  Subjects& of(Placement placement) { return placements[static_cast<std::size_t>(placement)]; }

  std::filesystem::path origin;
  Provenance provenance;
  std::vector<Part> parts;
  Ended ended = Ended::complete;
  std::vector<SeriesRow> series;
  std::vector<std::string> cases;
  std::array<Subjects, kPlacementCount> placements;
  /// Names of attributes of each placement, sorted: "label/hall", "device/driver".
  std::array<std::vector<std::string>, kPlacementCount> attributes;

  static std::unique_ptr<CellSource> of_results(const std::filesystem::path& file);
  static std::unique_ptr<CellSource> of_results(Results results, const std::vector<PromiseOutcome>& outcomes);
  static std::unique_ptr<CellSource> of_cells(const std::filesystem::path& file);
};

/// What a label is called among attributes.
inline constexpr std::string_view kLabelPrefix = "label/";

}  // namespace rackproof
