#include "harness/measure/overhead_rule.hpp"

#include <fmt/format.h>

#include "harness/measure/case_stopped.hpp"

namespace rackproof {

bool is_small_overhead(double share) { return share <= kLargestOverhead; }

void require_small_overhead(double share, double sample_s) {
  if (is_small_overhead(share)) return;
  throw AgreedStop(
      Status::failed, Phase::check,
      fmt::format("an empty operation and the loop around it take {:.3g} % of a sample of {:.3g} ms: "
                  "at most {:g} %",
                  100 * share, 1e3 * sample_s, 100 * kLargestOverhead));
}

}  // namespace rackproof
