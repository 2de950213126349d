// Cells of a results file, one series at a time: what verdicts over a fleet need of a file that is too large to hold whole.
// Any results file can be read so, also one of `merge --cells`, which has no attempts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "harness/results/results.hpp"

namespace rackproof {

/// Row of no text: not known, or not there.
inline constexpr std::uint32_t kNoText = 0xffffffff;

/// The targets of one placement, a column a field; entry i is column i of the placement's matrices. Texts are rows that
/// CellReader::text() spells out; equal rows are equal texts.
struct Subjects {
  Placement placement = Placement::device;
  std::vector<std::uint32_t> target;  ///< row of /targets
  std::vector<std::uint32_t> name;    ///< "rack1/node2/dev3"
  std::vector<std::uint32_t> scope;   ///< "device", "group:rack"
  std::vector<std::uint32_t> rack;    ///< kNoText for pairs and groups
  std::vector<std::uint32_t> model;
  std::vector<std::uint32_t>
      key;  ///< of its history: the serial it told, else the promised one, else its UUID, else its name
  std::size_t size() const { return target.size(); }
};

/// Which fields of cells are wanted; the others stay empty.
struct CellFields {
  bool interval = true;  ///< lo, hi
  bool range = false;    ///< least, most
  bool state = true;     ///< n, status, stop
};

/// The cells of one series on all targets of a placement (results.hpp, CellValue); column i belongs to subject i.
struct CellRow {
  std::vector<float> value;        ///< NaN: not measured
  std::vector<float> lo, hi;       ///< interval, widened by the launch component
  std::vector<float> least, most;  ///< of the launches; NaN where the file is older than 1.4
  std::vector<std::uint16_t> n;    ///< launches that measured it; saturating
  std::vector<Status> status;
  std::vector<Stop> stop;
};

class CellReader {
 public:
  /// Reads everything but cells, attempts and samples. Throws Error with one clear line, as read_results() does.
  explicit CellReader(const std::filesystem::path& file);
  ~CellReader();
  CellReader(const CellReader&) = delete;
  CellReader& operator=(const CellReader&) = delete;

  const std::filesystem::path& path() const;
  const Provenance& provenance() const;
  Ended ended() const;
  const std::vector<SeriesRow>& series() const;
  const Subjects& subjects(Placement placement) const;

  /// Names of labels that any target has, and keys of facts that any subject of the placement has ("device/driver",
  /// "preflight/power_cap").
  std::vector<std::string> labels() const;
  std::vector<std::string> facts(Placement placement) const;
  /// One entry a subject: of a label (a target has its own; a device without one has that of its node), of a fact what was found
  /// last. kNoText where there is none.
  std::vector<std::uint32_t> label(Placement placement, std::string_view name) const;
  std::vector<std::uint32_t> fact(Placement placement, std::string_view key) const;
  std::string_view text(std::uint32_t row) const;  ///< of kNoText: empty

  /// May be called by several threads at a time.
  CellRow read(std::size_t series, Placement placement, const CellFields& fields = {}) const;

 private:
  struct Content;
  std::unique_ptr<Content> content_;
};

}  // namespace rackproof
