#include "tests/e2e/fault_campaign.hpp"

#include <fmt/format.h>

#include "harness/base/error.hpp"

namespace rackproof::e2e {

namespace {

HealthyRates measure_healthy() {
  SiteText site;
  site.slots = 1;  // nothing beside it
  const SmallCampaign campaign(PlanText{}.text(), site.text(), limits_of({1, 1, 1}, 1));
  const Finished finished = campaign.run();
  if (finished.exit_code != 0) {
    throw Error(fmt::format("healthy devices are not accepted: exit {}\n{}{}", finished.exit_code,
                            finished.out, finished.err));
  }
  const auto shown = campaign.shown();
  const auto rate = [&](const char* id) {
    return value_of(shown, "r1/n1/dev0", rate_metric(id)).at("value").get<double>();
  };
  return {rate(kTriad), rate(kEventTriad), rate(kGemm)};
}

}  // namespace

const HealthyRates& healthy_rates() {
  static const HealthyRates rates = measure_healthy();
  return rates;
}

std::string limits_of(const HealthyRates& healthy, double share) {
  const auto at_least = [share](double rate, const char* unit) {
    return fmt::format("lower = \"{:.6g} {}\"", rate * share, unit);
  };
  return limits_text({{rate_metric(kTriad), at_least(healthy.triad, "B/s")},
                      {rate_metric(kEventTriad), at_least(healthy.event_triad, "B/s")},
                      {rate_metric(kGemm), at_least(healthy.gemm, "FLOP/s")},
                      {std::string(kTriad) + "#wrong_elements", "exact = 0"},
                      {std::string(kEventTriad) + "#wrong_elements", "exact = 0"},
                      {std::string(kGemm) + "#wrong_elements", "exact = 0"}});
}

FaultCampaign::FaultCampaign(const PlanText& plan, const SiteText& site, double share_of_healthy)
    : SmallCampaign(plan.text(), site.text(), limits_of(healthy_rates(), share_of_healthy)),
      finished_(run()),
      verdicts_(judged()) {}

std::string rate_metric(const std::string& case_id) {
  return case_id + (case_id.starts_with("compute/") ? "#rate" : "#bandwidth");
}

}  // namespace rackproof::e2e
