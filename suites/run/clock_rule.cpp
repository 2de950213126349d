#include "suites/run/clock_rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "harness/base/statistics.hpp"

namespace rackproof {

bool clocks_disagree(const Sampled& sampled, double event_resolution_s, double empty_s) {
  constexpr double kLongEnough = 10e-3;
  constexpr double kAllowedGap = 0.02;
  constexpr double kLargestResolution = 0.01;  // share of a sample
  constexpr double kQuietHost = 0.005;         // share of the time that the process may wait for a CPU
  std::vector<double> gaps;
  for (std::size_t i = 0; i < sampled.event_ns.size(); ++i) {
    const double host = static_cast<double>(sampled.host_ns.at(i)) * 1e-9;
    const double event = static_cast<double>(sampled.event_ns[i]) * 1e-9;
    // The resolution is the backend's own word: it must not excuse more than a small part of the sample.
    const double allowance = std::min(event_resolution_s, kLargestResolution * host) + sampled.resolution_s;
    if (!(event <= host + allowance)) {
      throw CaseStopped(
          Status::wrong, Phase::check,
          fmt::format("clocks disagree: the event clock says {:.6f} s, the host {:.6f} s", event, host));
    }
    if (host >= kLongEnough) gaps.push_back((host - event - empty_s) / host);
  }
  if (gaps.empty())
    throw CaseStopped(Status::skipped, Phase::check,
                      "no sample of 10 ms: the event clock was not held against the host's");
  if (median(gaps) <= kAllowedGap) return false;
  if (sampled.runqueue_delay < kQuietHost) return true;
  // A busy host reads its clock late; a device that tells the truth is then still on time in some sample.
  if (*std::ranges::min_element(gaps) <= kAllowedGap) return false;
  throw CaseStopped(Status::skipped, Phase::check,
                    fmt::format("the event clock could not be held against the host's, which was busy: the "
                                "process waited for a CPU for "
                                "{:.0f} % of the time; measure again on a quiet host",
                                100 * sampled.runqueue_delay));
}

double empty_operation_s(const Device& device) {
  if (device.table().op_query(device.get(), RP_OP_NOTHING, RP_F64, nullptr, 0, nullptr) != RP_OK) return 0;
  const Stream stream(device);
  std::vector<double> times;
  for (int i = 0; i < 101; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    stream.enqueue_nothing();
    stream.sync();
    times.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return median(times);
}

}  // namespace rackproof
