#include "tests/harness/verdict/drawn_campaign.hpp"

#include "harness/base/random.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof::test {

Results drawn_campaign(std::uint64_t seed) {
  RandomSequence random(seed, 0);
  const int racks = 1 + static_cast<int>(random.index(3));
  const int nodes = 1 + static_cast<int>(random.index(3));
  CampaignBuilder campaign(racks, nodes, 1 + static_cast<int>(random.index(3)));
  Results& results = campaign.results;
  results.series[0].direction = Direction::higher_is_better;
  results.ended = random.index(6) == 0 ? Ended::interrupted : Ended::complete;
  const auto count = static_cast<std::uint32_t>(results.targets.size());
  for (std::uint32_t node = 0; node < count; ++node) {
    if (random.index(3) == 0) results.targets[node].model = "m2";
    if (random.index(9) == 0) results.targets[node].absent = "in repair";
    if (random.index(9) == 0) results.targets[node].hostname = results.targets[node].boot_id = "";
    campaign.target(Placement::device, "device", results.targets[node].name + "/dev0", {node});
  }
  if (count > 1) {
    campaign.target(Placement::pair, "pair", results.targets[0].name + "+" + results.targets[1].name, {0, 1});
    std::vector<std::uint32_t> all(count);
    for (std::uint32_t node = 0; node < count; ++node) all[node] = node;
    campaign.target(Placement::group, "group:site", "site", all);
  }
  for (std::uint32_t target = 0; target < results.targets.size(); ++target) {
    const auto fate = random.index(12);
    if (fate == 0) continue;  // not planned
    campaign.promise(target, fate == 1 ? "cannot" : "");
    if (fate == 2) continue;  // never tried
    std::vector<double> launches;
    bool is_wrong = false;
    const int made = results.provenance.launches - (random.index(8) == 0 ? 1 : 0);
    for (int launch = 0; launch < made; ++launch) {
      const Status status =
          random.index(8) != 0 ? Status::ok : static_cast<Status>(1 + random.index(kStatusCount - 1));
      // On both sides of the limits, and far from them.
      const double value =
          1e9 * (0.7 + 0.15 * static_cast<double>(random.index(5)) + 0.01 * random.uniform());
      AttemptRow& attempt = campaign.attempt(target, status, launch, 0, value);
      if (random.index(8) == 0) attempt.after["runqueue_delay"] = 0.2;
      if (status == Status::ok) launches.push_back(value);
      is_wrong = is_wrong || status == Status::wrong;
    }
    if (!launches.empty() && !is_wrong) campaign.number(target, launches);
    if (random.index(4) != 0)
      results.exact.push_back({1, target, static_cast<std::int64_t>(random.index(3)), random.index(5) == 0});
    for (const char* text : {"tcp", "shm"}) {
      if (random.index(2) == 0) results.facts.push_back({target, kTriad + "#transport", "", text, ""});
    }
    if (random.index(2) == 0)
      results.facts.push_back(
          {target, "preflight/governor", "", random.index(3) == 0 ? "powersave" : "performance", ""});
  }
  std::ranges::stable_sort(results.exact, {},
                           [](const ExactValue& e) { return std::pair(e.series, e.target); });
  return results;
}

Limits drawn_limits(std::uint64_t seed) {
  RandomSequence random(seed, 1);
  std::vector<Limit> limits;
  for (const char* scope : {"node", "device", "pair", "group:site"}) {
    const auto form = random.index(3);
    limits.push_back(limit_on("bandwidth",
                              form == 0   ? Bound{LowerLimit{0.95e9}}
                              : form == 1 ? Bound{UpperLimit{1.05e9}}
                                          : Bound{BandLimit{0.8e9, 1.2e9}},
                              scope, random.index(4) == 0 ? Severity::score : Severity::gate));
    if (random.index(3) == 0) limits.back().when = {{"governor", "performance"}};
    if (random.index(2) == 0) {
      limits.push_back(limits.back());
      limits.back().model = "m2";
      limits.back().bound = LowerLimit{0.75e9};
    }
    limits.push_back(
        limit_on("threads", random.index(2) == 0 ? Bound{ExactNumber{1}} : Bound{LowerLimit{1}}, scope));
    limits.push_back(limit_on("transport", ExactTexts{{"tcp"}}, scope));
  }
  Limits out = limits_of(std::move(limits));
  out.at_budget_end = static_cast<AtBudgetEnd>(random.index(3));
  return out;
}

}  // namespace rackproof::test
