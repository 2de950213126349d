// The punch list: every gate cell that fails or is undecided, with all that is needed to repair and measure
// again.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/language/phrase.hpp"
#include "harness/results/results.hpp"
#include "harness/verdict/verdicts.hpp"
#include "reports/place.hpp"

namespace rackproof {

inline constexpr std::size_t kLongestPunchList = 500;

/// All texts are plain and not escaped.
struct PunchEntry {
  Verdict verdict = Verdict::fail;
  std::string failure;  ///< limit, correctness, stability, inventory; empty unless fail
  Place place;
  std::string target;
  std::string metric;    ///< the case id for a completion cell
  std::string title;     ///< what the case measures; may be empty
  std::string value;     ///< "not measured" when there is none
  std::string interval;  ///< "[lo, hi] unit"; empty when there is none
  Phrase margin;         ///< "20 % below the limit"; empty unless a number is beyond its limit
  std::int32_t launches = 0;
  Phrase limit;
  Phrase provenance;
  Phrase reason;
  std::string rerun;                          ///< one shell line; empty where nothing tells how
  Phrase waived;                              ///< "who: reason, until 2027-01-31"; empty: nobody waives it
  std::map<std::string, std::string> labels;  ///< of the site, that all its nodes share
};

struct PunchList {
  std::vector<PunchEntry> entries{};  ///< at most kLongestPunchList
  std::size_t failing = 0;            ///< of all, also those not listed
  std::size_t undecided = 0;
  std::map<std::string, std::string> site_labels{};  ///< that all nodes of the site share
  std::size_t left_out() const { return failing + undecided - entries.size(); }
};

/// Failing cells first (those without a number, then the widest miss of a limit), then inconclusive, then not
/// judged; each in site order.
PunchList punch_list(const Results& results, const Limits& limits, const Verdicts& verdicts);

}  // namespace rackproof
