// Which cases have another launch than the plan's, because a verdict is open that it can decide.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/plan/target.hpp"
#include "harness/record/record.hpp"

namespace rackproof {

/// What the limits say about the launches of a number on a target. Empty: the planned launches are all.
struct LookAgain {
  struct Answer {
    std::size_t at = 0;   ///< with how many launches in all it is to be looked at again; 0: it is enough
    bool failed = false;  ///< it is enough, since the number fails
  };
  std::function<bool(const std::string& metric)> concerns;
  std::function<Answer(const Target& target, const std::string& metric, std::span<const Value> launches)> ask;
  explicit operator bool() const { return concerns && ask; }
};

class FurtherLaunches {
 public:
  /// `planned`: launches of every case.
  FurtherLaunches(int planned, LookAgain look_again);

  explicit operator bool() const { return static_cast<bool>(look_again_); }
  /// An outcome of a case on any target. Only what `look_again` concerns is kept.
  void see(const CaseEnd& end);
  /// The launches that a case on a target needs now, none of them returned before. None while a launch that was planned or
  /// asked for has not ended ok, or its clocks disagreed: what else went wrong decides then. None when a number of the case fails,
  /// which a launch more would only put in doubt.
  std::vector<int> due(const Target& target, const std::string& case_id);
  /// After an interruption: those beyond the planned ones that were asked for and have not ended ok.
  std::vector<int> left(const Target& target, const std::string& case_id) const;

 private:
  struct Made {
    int asked = 0;         ///< 0: as planned
    bool is_over = false;  ///< nothing more is asked for; its launches are forgotten
    std::map<int, std::map<std::string, Value>> launches;  ///< that ended ok: quantity → value
  };

  std::size_t wanted_by(const Target& target, const std::string& case_id, const Made& made) const;

  int planned_;
  LookAgain look_again_;
  std::map<std::pair<std::string, std::string>, Made> made_;  // target, case
};

}  // namespace rackproof
