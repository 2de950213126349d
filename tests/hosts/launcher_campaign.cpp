#include "tests/hosts/launcher_campaign.hpp"

#include <fmt/format.h>

namespace rackproof::hosts {

std::string run_of(const std::string& case_id, const std::string& placement) {
  return fmt::format("\n[[run]]\ncases = [\"{}\"]\nplacement = \"{}\"\n", case_id, placement);
}

std::string quick_plan(const std::string& more, int retries) {
  e2e::PlanText plan;
  plan.cases = {e2e::kTriad};
  plan.launches = 1;
  plan.retries = retries;
  plan.sample_time = "0.02 s";
  plan.precision = "0.5";
  plan.case_time_limit = "60 s";
  plan.more = more;
  return plan.text();
}

std::string count_limits() {
  return e2e::limits_text({{std::string(e2e::kTriad) + "#wrong_elements", "exact = 0"}});
}

std::multiset<std::string> states(const e2e::SmallCampaign& campaign) {
  std::map<std::string, Status> last;
  for (const auto& record : campaign.records("case_end")) {
    const auto end = record.get<CaseEnd>();
    last[fmt::format("{} {} {}", end.target, end.case_id, end.launch)] = end.outcome.status;
  }
  std::multiset<std::string> all;
  for (const auto& [place, status] : last) all.insert(fmt::format("{} {}", place, to_string(status)));
  return all;
}

std::string troubles(const e2e::SmallCampaign& campaign) {
  std::string all;
  for (const auto& record : campaign.records("case_end")) {
    const auto end = record.get<CaseEnd>();
    if (end.outcome.status != Status::ok)
      all += fmt::format("{} {}: {}\n", end.target, end.case_id, end.outcome.reason);
  }
  for (const auto& record : campaign.records("notice")) all += record.dump() + "\n";
  return all;
}

std::set<std::string> transports(const e2e::SmallCampaign& campaign) {
  std::set<std::string> all;
  for (const auto& record : campaign.records("case_end")) {
    const auto end = record.get<CaseEnd>();
    const auto found = end.text.find("transport");
    if (found != end.text.end()) all.insert(fmt::format("{} {} {}", end.target, end.case_id, found->second));
  }
  return all;
}

}  // namespace rackproof::hosts
