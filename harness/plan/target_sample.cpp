#include "harness/plan/target_sample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "harness/base/digest.hpp"
#include "harness/plan/target.hpp"

namespace rackproof {

TargetSample::TargetSample(const PlanRun& run, const Site& site, const std::string& key)
    : is_whole_(run.sample >= 1), key_(key) {
  if (is_whole_) return;
  std::vector<std::uint64_t> hashes;
  TargetWalk walk(run, site);
  while (const auto target = walk.next()) hashes.push_back(hash(target->name));
  const auto drawn = static_cast<std::size_t>(std::ceil(run.sample * static_cast<double>(hashes.size())));
  if (drawn > 0) {
    const auto last = hashes.begin() + static_cast<std::ptrdiff_t>(std::min(drawn, hashes.size()) - 1);
    std::ranges::nth_element(hashes, last);
    highest_ = *last;
  }
  reason_ = fmt::format("not planned this time: {} of {} targets ({:.4g} %) were drawn for \"{}\"", drawn,
                        hashes.size(), run.sample * 100, key);
}

bool TargetSample::has(std::string_view target) const { return is_whole_ || hash(target) <= highest_; }

std::uint64_t TargetSample::hash(std::string_view target) const {
  const std::string digits = sha256(fmt::format("{}\n{}", key_, target));
  return std::strtoull(digits.substr(0, 16).c_str(), nullptr, 16);
}

}  // namespace rackproof
