// A campaign that is watched and disturbed while it runs.
#pragma once

#include <algorithm>

#include "tests/e2e/process_table.hpp"
#include "tests/e2e/small_campaign.hpp"

namespace rackproof::e2e {

/// Two nodes, one step at a time: a short case, two that take `seconds` each, a short one.
inline PlanText long_plan(int seconds, int retries = 0) {
  PlanText plan;
  plan.cases = {kTriad, kGemm, kGemmF32, kEventTriad};
  plan.launches = 1;
  plan.retries = retries;
  plan.sample_time = std::to_string(seconds) + " s";
  plan.precision = "0.5";  // the sustained products take their time anyway
  return plan;
}

/// Messages between the two nodes that take `seconds`.
inline constexpr const char* kAllreduce = "interconnect/host/allreduce:f32,bytes=1048576,isolated";
inline PlanText long_group_plan(int seconds) {
  PlanText plan = long_plan(seconds);
  plan.cases = {kAllreduce};
  plan.placement = "group:rack";
  plan.precision = "0.000001";
  return plan;
}

class LongCampaign : public SmallCampaign {
 public:
  explicit LongCampaign(const PlanText& plan)
      : SmallCampaign(plan.text(), SiteText{{"fault=none", "fault=none"}, 1}.text(), limits_for(plan)) {}

  /// Waits until a case has begun on a target, and a little longer. False when it never did.
  bool is_at(const std::string& target, const std::string& case_id) const {
    const bool begun = eventually(30, [&] {
      return std::ranges::any_of(records("case_begin"), [&](const nlohmann::json& record) {
        return record.at("target") == target && record.at("case") == case_id;
      });
    });
    if (begun) ::usleep(200'000);
    return begun;
  }

  std::vector<ProcessRow> processes() const { return processes_with(temporary()); }
  std::vector<ProcessRow> workers(const std::string& mode) const {
    auto rows = processes();
    std::erase_if(rows, [&](const ProcessRow& row) { return !row.is("rackproof-worker", mode); });
    return rows;
  }
  /// True when nothing of this campaign runs any more after at most `seconds`.
  bool is_gone_within(double seconds) const {
    return eventually(seconds, [this] { return processes().empty(); });
  }

 private:
  static std::string limits_for(const PlanText& plan) {
    if (plan.placement != "device")
      return limits_text({{std::string(kAllreduce) + "#wrong_elements", "exact = 0", "group:rack"}});
    return limits_text({{std::string(kGemm) + "#wrong_elements", "exact = 0"},
                        {std::string(kGemm) + "#rate", "lower = \"1 FLOP/s\""}});
  }
};

}  // namespace rackproof::e2e
