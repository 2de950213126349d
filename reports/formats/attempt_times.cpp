#include "reports/formats/attempt_times.hpp"

namespace rackproof {

namespace {

std::uint64_t case_key(std::uint32_t target, std::uint32_t case_row) {
  return (std::uint64_t{target} << 32U) | case_row;
}

}  // namespace

AttemptTimes::AttemptTimes(const Results& results) {
  for (const AttemptRow& attempt : results.attempts) {
    const auto row = static_cast<std::uint32_t>(case_row_.size());
    const auto found = case_row_.try_emplace(attempt.case_id, row).first;
    if (attempt.begin_utc_ns <= 0) continue;
    AttemptTime& time = times_[case_key(attempt.target, found->second)];
    if (time.begin_utc_ns == 0 || attempt.begin_utc_ns < time.begin_utc_ns)
      time.begin_utc_ns = attempt.begin_utc_ns;
    if (attempt.end_utc_ns > attempt.begin_utc_ns) time.spent_ns += attempt.end_utc_ns - attempt.begin_utc_ns;
  }
}

AttemptTime AttemptTimes::of(std::uint32_t target, std::string_view case_id) const {
  const auto row = case_row_.find(case_id);
  if (row == case_row_.end()) return {};
  const auto found = times_.find(case_key(target, row->second));
  return found == times_.end() ? AttemptTime{} : found->second;
}

}  // namespace rackproof
