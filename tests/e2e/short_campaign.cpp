#include "tests/e2e/short_campaign.hpp"

#include "tests/e2e/process_table.hpp"

namespace rackproof::e2e {

using nlohmann::json;

namespace {

PlanText short_plan() {
  PlanText plan;
  plan.cases.assign(std::begin(kShortCases), std::end(kShortCases));
  plan.launches = 1;
  plan.sample_time = "0.01 s";
  plan.precision = "0.5";
  return plan;
}

std::vector<Status> statuses(const ShortCampaign& campaign,
                             const std::pair<std::string, std::string>& place) {
  std::vector<Status> all;
  for (const auto& end : campaign.attempts(place.first, place.second)) all.push_back(end.outcome.status);
  return all;
}

}  // namespace

ShortCampaign::ShortCampaign(int slots)
    : SmallCampaign(short_plan().text(), SiteText{{"fault=none", "fault=none"}, slots}.text(),
                    limits_text({{std::string(kShortCases[0]) + "#wrong_elements", "exact = 0"}})) {}

std::vector<std::pair<std::string, std::string>> ShortCampaign::places() {
  std::vector<std::pair<std::string, std::string>> places;
  for (const char* target : {"r1/n1/dev0", "r1/n2/dev0"}) {
    for (const char* id : kShortCases) places.emplace_back(target, id);
  }
  return places;
}

json ShortCampaign::content() const {
  json content = shown();
  for (const char* field : {"campaign", "started", "finished"}) content.erase(field);
  if (content.at("verdicts").is_object()) content.at("verdicts").erase("results_sha256");
  for (auto& cell : content.at("cells")) {
    for (const char* field : {"value", "lo", "hi"}) cell[field] = !cell.at(field).is_null();
  }
  auto& facts = content.at("facts").get_ref<json::array_t&>();
  // Load and free memory are of the moment.
  std::erase_if(facts,
                [](const json& fact) { return fact.at("key").get<std::string>().starts_with("preflight/"); });
  std::ranges::sort(facts, {}, [](const json& fact) { return fact.dump(); });
  return content;
}

Remains::Remains(const ShortCampaign& campaign)
    : begun(campaign.has("journal.jsonl")), finalised(campaign.has("manifest.sha256")) {
  for (const auto& record : campaign.records("case_begin"))
    open.emplace(record.at("target"), record.at("case"));
  for (const auto& record : campaign.records("case_end")) {
    const std::pair<std::string, std::string> place{record.at("target"), record.at("case")};
    open.erase(place);
    finished.emplace(place, record);
  }
}

void complete(const ShortCampaign& campaign, const Remains& remains) {
  const Finished finished = remains.begun ? campaign.run({"--resume"}) : campaign.run();
  if (remains.finalised) {
    EXPECT_EQ(finished.exit_code, 3) << "it had done everything";
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "nothing is left to do", finished.err);
  } else {
    EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  }
  EXPECT_EQ(run_command({rackproof_program(), "verify", campaign.output()}).exit_code, 0);
  for (const auto& [name, digest] : digests_of(campaign.output()))
    EXPECT_FALSE(name.ends_with(".tmp")) << name << " is left over";
  expect_gone(campaign);
}

void expect_everything_once(const ShortCampaign& campaign, const Remains& remains) {
  for (const auto& place : ShortCampaign::places()) {
    std::vector<Status> expected{Status::ok};
    if (remains.open.contains(place)) expected.insert(expected.begin(), Status::preempted);
    EXPECT_EQ(statuses(campaign, place), expected) << place.second << " on " << place.first;
  }
  for (const auto& record : campaign.records("case_end")) {
    const auto before = remains.finished.find({record.at("target"), record.at("case")});
    if (before != remains.finished.end()) {
      EXPECT_EQ(record, before->second) << "what was durable stays as it was";
    }
  }
}

void expect_each_ok_once(const ShortCampaign& campaign) {
  for (const auto& place : ShortCampaign::places()) {
    EXPECT_EQ(std::ranges::count(statuses(campaign, place), Status::ok), 1)
        << place.second << " on " << place.first;
  }
}

std::string only_error(const Finished& finished) {
  std::string error;
  for (const auto& line : lines_of(finished.err)) {
    if (line.find(" steps | ") == std::string::npos) error += (error.empty() ? "" : "\n") + line;
  }
  EXPECT_EQ(std::ranges::count(error, '\n'), 0) << error;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "rackproof: ", error);
  return error;
}

void expect_gone(const SmallCampaign& campaign) {
  const bool is_gone = eventually(5, [&] { return processes_with(campaign.temporary()).empty(); });
  EXPECT_TRUE(is_gone) << names_of(processes_with(campaign.temporary()));
}

}  // namespace rackproof::e2e
