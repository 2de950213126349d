// Writes a file of cells: what many campaigns measured, without their attempts, small enough for a fleet.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/record/durable_file.hpp"
#include "harness/results/cell_reader.hpp"
#include "harness/results/hdf5.hpp"

namespace rackproof {

/// What a file of cells says beside its cells.
struct CellsHead {
  std::string campaign_id;
  std::string program_version;
  Ended ended = Ended::complete;
  std::vector<SeriesRow> series;
  std::vector<Part> parts;  ///< at least one
};

class CellsWriter {
 public:
  /// Writes `path`.tmp. Throws Error.
  CellsWriter(const std::filesystem::path& path, const CellsHead& head);
  ~CellsWriter();
  CellsWriter(const CellsWriter&) = delete;
  CellsWriter& operator=(const CellsWriter&) = delete;

  /// Row of a text, for subjects and attributes.
  std::uint32_t text(const std::string& text) { return file_.text(text); }

  /// First of all, each placement once, nodes before what has nodes. Attributes: "label/hall", "device/driver" → a text row per subject.
  void subjects(const Subjects& subjects,
                const std::map<std::string, std::vector<std::uint32_t>>& attributes);

  /// One series, or case, of a placement, packed: any thread may pack.
  struct Packed {
    std::vector<std::pair<MatrixWriter*, std::vector<ChunkBytes>>> fields;
    std::size_t row = 0;
  };
  Packed pack(std::size_t series, Placement placement, const CellRow& cells) const;
  Packed pack(std::size_t case_row, Placement placement, const CaseColumn& column,
              const std::vector<Division>& divisions) const;
  Packed pack(std::size_t series, Placement placement, const ExactRow& exact) const;
  Packed pack(std::size_t series, Placement placement, const std::vector<std::uint32_t>& texts) const;
  /// Each (series, placement) and (case, placement) once, by one thread at a time; same order, same bytes.
  void put(const Packed& packed);

  /// complete = 1 last, fsync, rename, fsync folder.
  void finish();

 private:
  struct Matrices;
  Matrices& matrices(Placement placement) const;
  std::size_t row_among(std::size_t series, QuantityKind kind) const;

  Draft draft_;
  Hdf5Writer file_;
  CellsHead head_;
  std::size_t cases_ = 0;
  std::array<std::unique_ptr<Matrices>, kPlacementCount> matrices_;
};

/// Case ids in the order of their first series.
std::vector<std::string> cases_of(const std::vector<SeriesRow>& series);
/// Series of a kind among the first `rows`: where the next one of it stands in the matrices of counts, or of texts.
std::size_t series_of_kind(const std::vector<SeriesRow>& series, std::size_t rows, QuantityKind kind);

}  // namespace rackproof
