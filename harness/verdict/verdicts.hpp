// Verdicts: the answer of `judge`, as verdicts.h5 holds it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/exit_code.hpp"
#include "harness/language/phrase.hpp"
#include "harness/verdict/limits.hpp"

namespace rackproof {

/// Stored as its number: never renumbered.
enum class Verdict : std::uint8_t {
  pass = 0,
  fail = 1,
  inconclusive = 2,
  not_judged = 3,
  not_applicable = 4
};
inline constexpr int kVerdictCount = 5;
std::string_view to_string(Verdict verdict);

enum class Disposition : std::uint8_t { accepted = 0, rejected = 1, undecided = 2 };
std::string_view to_string(Disposition disposition);

/// Why a cell fails, beyond the limit: "limit", "correctness", "stability", "inventory". Empty unless fail.
struct VerdictCell {
  std::uint32_t target = 0;  ///< row of Results::targets
  std::string case_id;
  std::string quantity;     ///< empty: the completion cell
  std::int32_t limit = -1;  ///< row of Limits; -1 for the completion cell
  Severity severity = Severity::gate;
  Verdict verdict = Verdict::not_judged;
  std::string failure;  ///< limit | correctness | stability | inventory; empty unless fail
  Phrase reason;        ///< one line for people
  double value = 0;     ///< SI; NaN when there is none
  double lo = 0;
  double hi = 0;
  std::int32_t launches = 0;
  std::string found;  ///< for exact texts and counts
  bool completion() const { return quantity.empty(); }
};

struct Finding {
  std::string id;  ///< stable: hash of kind and subjects
  std::string kind;
  std::vector<std::string> subjects;
  Phrase evidence;
  Phrase action;
};

/// One subject (rack, node, device, pair, group, or the whole campaign) with its parts.
struct RollUp {
  std::string subject;
  std::string kind;                       ///< "campaign", "rack", "node", "device", "pair", "group:rack"
  Verdict verdict = Verdict::not_judged;  ///< fail, pass, inconclusive, not_judged (no gate at all)
  Disposition disposition = Disposition::undecided;
  std::uint32_t passed = 0, failed = 0, inconclusive = 0, not_judged = 0, not_applicable = 0;  ///< gate cells
};

/// Row of the coverage ledger: promised (target, case).
struct Coverage {
  std::uint32_t target = 0;
  std::string case_id;
  bool measured = false;  ///< its completion cell passes
  bool judged = false;    ///< at least one gate limit beyond completion applied and was decided
  Phrase excluded;        ///< why not measured, or why not judged; empty when it is both
};

struct Verdicts {
  std::string engine_version;
  std::string results_sha256;
  std::string limits_sha256;
  std::string limits_name;
  std::string waivers_name;  ///< of the waivers that were applied, which change no verdict; empty: none
  std::string waivers_sha256;
  std::string campaign_id;
  Disposition disposition = Disposition::undecided;
  ExitCode exit_code = ExitCode::undecided;
  std::vector<VerdictCell> cells;  ///< ordered by target row, then case, then quantity
  std::vector<RollUp> roll_ups;    ///< campaign, racks, nodes, devices, pairs, groups; each in site order
  std::vector<Coverage> coverage;
  std::vector<Finding> findings;
};

}  // namespace rackproof
