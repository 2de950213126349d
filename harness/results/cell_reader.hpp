// Cells of a results file, one series at a time: what verdicts over a fleet need of a file that is too large to hold whole.
// Any results file can be read so, also one of `merge --cells`, which has no attempts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/results/results.hpp"

namespace rackproof {

/// Row of no text, column of no subject: not known, or not there.
inline constexpr std::uint32_t kNoText = 0xffffffff;

/// What became of a case on a target, before any limit. Stored as its number: never renumbered.
enum class CaseOutcome : std::uint8_t {
  not_planned = 0,
  exempt = 1,
  complete = 2,      ///< every planned launch ended ok
  partial = 3,       ///< some did
  wrong = 4,         ///< an answer or a path did not check
  unstable = 5,      ///< what went wrong is the target's own (DESIGN section 1: reproduced, or by evidence)
  missing = 6,       ///< its device is certainly not there, or its node is absent by the operator's word
  not_measured = 7,  ///< anything else
};
inline constexpr int kCaseOutcomeCount = 8;

/// In which division a case was measured (record.hpp). Stored as its number: never renumbered.
enum class Division : std::uint8_t {
  unknown = 0,  ///< no launch ended ok, or nothing tells
  closed = 1,
  open = 2,
  mixed = 3  ///< launches differ
};
inline constexpr int kDivisionCount = 4;
std::string_view to_string(Division division);

/// What became of one promised case (Results::promises).
struct PromiseOutcome {
  CaseOutcome outcome = CaseOutcome::not_measured;
  bool disturbed = false;
};

/// The targets of one placement, a column a field; entry i is column i of the placement's matrices. Texts are rows that
/// CellReader::text() spells out; equal rows are equal texts.
struct Subjects {
  Placement placement = Placement::device;
  std::vector<std::uint32_t> target;  ///< row of /targets; in a file of cells the column itself
  std::vector<std::uint32_t> name;    ///< "rack1/node2/dev3"
  std::vector<std::uint32_t> scope;   ///< "device", "group:rack"
  std::vector<std::uint32_t> rack;    ///< in which all of it lies; kNoText: in several
  std::vector<std::uint32_t> model;
  std::vector<std::uint32_t>
      key;  ///< of its history: the serial it told, else the promised one, else its UUID, else its name
  std::vector<std::uint32_t>
      node;  ///< column of its node among the nodes; of a pair its first; kNoText of a group
  std::vector<std::uint32_t> second;  ///< of a pair: column of its other node; kNoText else
  std::vector<std::uint32_t> part;    ///< row of CellReader::parts()
  std::size_t size() const { return target.size(); }
};

/// Which fields of cells are wanted; the others stay empty.
struct CellFields {
  bool interval = true;  ///< lo, hi
  bool range = false;    ///< least, most
  bool launches = true;  ///< n
  bool state = true;     ///< status, stop
};

/// What became of one case on all targets of a placement.
struct CaseColumn {
  std::vector<CaseOutcome> outcome;
  std::vector<std::uint8_t> disturbed;  ///< 1: others had the CPUs of a launch, or its overhead was large
};

/// An exact quantity on all targets of a placement.
struct ExactRow {
  std::vector<std::int64_t> value;
  std::vector<std::uint8_t> state;  ///< 0: not measured; 1: measured; 2: launches differ, the last one stands
};

/// The cells of one series on all targets of a placement (results.hpp, CellValue); column i belongs to subject i.
struct CellRow {
  std::vector<float> value;        ///< NaN: not measured
  std::vector<float> lo, hi;       ///< interval, widened by the launch component
  std::vector<float> least, most;  ///< of the launches; NaN where nobody kept them
  std::vector<std::uint16_t> n;    ///< launches that measured it; saturating
  std::vector<Status> status;
  std::vector<Stop> stop;
};

/// Whether it is a file of cells. Refuses what is not HDF5, or truncated.
bool holds_cells_only(const std::filesystem::path& file);

struct CellSource;

class CellReader {
 public:
  /// Reads everything but cells, attempts and samples. Throws Error with one clear line, as read_results() does.
  explicit CellReader(const std::filesystem::path& file);
  /// The cells of results in memory, with what became of each promised case as verdicts see it (case_outcomes.hpp). A results file
  /// that is read knows less: a case that went wrong is `not_measured` there, whoever was to blame, and nothing is disturbed.
  CellReader(Results results, const std::vector<PromiseOutcome>& outcomes);
  ~CellReader();
  CellReader(const CellReader&) = delete;
  CellReader& operator=(const CellReader&) = delete;

  const std::filesystem::path& path() const;
  const Provenance& provenance() const;
  const std::vector<Part>& parts() const;  ///< the campaigns; one that was not merged is its own only part
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

  /// Case ids in the order of their first series.
  const std::vector<std::string>& cases() const;

  /// What follows may be called by several threads at a time.
  CaseColumn read_case(std::size_t case_row, Placement placement) const;
  /// Of the launches of a case that ended ok, on all targets of a placement.
  std::vector<Division> read_divisions(std::size_t case_row, Placement placement) const;
  ExactRow read_exact(std::size_t series, Placement placement) const;  ///< of an exact quantity
  std::vector<std::uint32_t> read_text(std::size_t series,
                                       Placement placement) const;  ///< of a text: rows; several joined
  CellRow read(std::size_t series, Placement placement, const CellFields& fields = {}) const;

 private:
  std::unique_ptr<CellSource> content_;
};

}  // namespace rackproof
