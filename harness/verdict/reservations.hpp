// Which failing gates somebody takes as they are, and what is accepted with reservations for that. Verdicts stay what they are.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/results/results.hpp"
#include "harness/verdict/verdicts.hpp"
#include "harness/verdict/waivers.hpp"

namespace rackproof {

/// The metric of a cell as a waiver names it: the case id for its completion.
std::string metric_of(const VerdictCell& cell);

class Reservations {
 public:
  /// Nothing is waived.
  Reservations() = default;
  /// A waiver counts when it holds on the day on which the campaign of its target ended. `verdicts` are of these results and
  /// limits; the waivers must outlive it.
  Reservations(const Results& results, const Limits& limits, const Verdicts& verdicts,
               const Waivers& waivers);

  /// The waiver of a row of Verdicts::cells; null: none, or the cell is no gate that fails.
  const Waiver* of(std::size_t cell) const { return cell < by_cell_.size() ? by_cell_[cell] : nullptr; }
  std::uint64_t failing() const { return failing_; }  ///< gate cells that fail
  std::uint64_t waived() const { return waived_; }    ///< of those

  /// Rejected, and accepted if its waived gates had passed: every gate that fails is waived and nothing else is open. What is
  /// undecided stays so.
  bool accepts(std::string_view rack) const;
  /// The same of the whole.
  bool accepts_all() const { return accepts_all_; }

  /// Who waives how many cells, in the order of names.
  const std::map<std::string, std::uint64_t>& who() const { return who_; }
  /// Waivers that waive nothing, one line each, and why: expired, gone, misspelt, or no longer failing.
  const std::vector<Phrase>& notes() const { return notes_; }

 private:
  std::vector<const Waiver*> by_cell_;  // empty: nothing is waived
  std::uint64_t failing_ = 0, waived_ = 0;
  std::vector<std::string> racks_;  // sorted
  bool accepts_all_ = false;
  std::map<std::string, std::uint64_t> who_;
  std::vector<Phrase> notes_;
};

/// "accepted with reservations: 2 gates fail, waived by A. Buyer", "1 of 2 failing gates is waived, by A. Buyer: not accepted",
/// "no failing gate is waived". Without control characters.
std::string to_string(const Reservations& reservations);

}  // namespace rackproof
