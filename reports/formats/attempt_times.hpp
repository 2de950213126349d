// How long the attempts at each (target, case) took.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "harness/results/results.hpp"

namespace rackproof {

struct AttemptTime {
  std::int64_t begin_utc_ns = 0;  ///< of the first; 0: not recorded
  std::int64_t spent_ns = 0;      ///< in all attempts; one whose begin or end was not recorded adds nothing
};

class AttemptTimes {
 public:
  /// The results must outlive it.
  explicit AttemptTimes(const Results& results);
  AttemptTime of(std::uint32_t target, std::string_view case_id) const;

 private:
  std::unordered_map<std::string_view, std::uint32_t> case_row_;
  std::unordered_map<std::uint64_t, AttemptTime> times_;  // target, then case
};

}  // namespace rackproof
