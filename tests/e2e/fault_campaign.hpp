// Campaigns on devices that misbehave on demand, judged against what healthy ones reach on this host.
#pragma once

#include <string>

#include "tests/e2e/small_campaign.hpp"

namespace rackproof::e2e {

/// Rates of the healthy fault device on this host, SI; measured once per test program.
struct HealthyRates {
  double triad = 0;
  double event_triad = 0;
  double gemm = 0;
};
const HealthyRates& healthy_rates();

/// Gates on the three device cases: at least `share` of the healthy rate, and no wrong element.
std::string limits_of(const HealthyRates& healthy, double share);

/// A campaign that was run to its end and judged.
class FaultCampaign : public SmallCampaign {
 public:
  FaultCampaign(const PlanText& plan, const SiteText& site, double share_of_healthy = 0.1);
  const Finished& finished() const { return finished_; }
  const nlohmann::json& verdicts() const { return verdicts_; }
  /// Verdict of a metric or of a case's completion.
  nlohmann::json cell(const std::string& target, const std::string& metric_or_case) const {
    return cell_of(verdicts_, target, metric_or_case);
  }

 private:
  Finished finished_;
  nlohmann::json verdicts_;
};

/// Metric of the rate of one of the three device cases.
std::string rate_metric(const std::string& case_id);

}  // namespace rackproof::e2e
