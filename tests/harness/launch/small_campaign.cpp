#include "tests/harness/launch/small_campaign.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

namespace rackproof {

namespace {

constexpr std::array<QuantityRow, 1> kQuantities{
    {{"bandwidth", QuantityKind::real, "B/s", Direction::higher_is_better, "n / t"}}};

constexpr std::array<CaseRow, 3> kCases{{
    {.id = "memory/device/copy:f64",
     .title = "copy",
     .definition = "a = b",
     .check = "all",
     .clock = "host",
     .on_device = true,
     .quantities = kQuantities},
    {.id = "memory/device/scale:f64",
     .title = "scale",
     .definition = "a = q b",
     .check = "all",
     .clock = "host",
     .on_device = true,
     .quantities = kQuantities},
    {.id = "memory/host/copy:f64",
     .title = "copy",
     .definition = "a = b",
     .check = "all",
     .clock = "host",
     .on_node = true,
     .quantities = kQuantities},
}};

}  // namespace

Catalogue fake_catalogue() { return kCases; }

Plan SmallCampaign::plan() const {
  return parse_plan(
      fmt::format("schema = 1\nname = \"p\"\n{}\n[[run]]\ncases = [{}]\nplacement = \"device\"\n", settings,
                  cases),
      "plan.toml", fake_catalogue());
}

Site SmallCampaign::site() const {
  std::string text = fmt::format("schema = 1\nname = \"s\"\n{}\n[[rack]]\nname = \"rack1\"\n", site_settings);
  for (std::size_t i = 0; i < scripts.size(); ++i) {
    text += fmt::format(
        "[[node]]\nname = \"rack1/node{0}\"\nrack = \"rack1\"\naddress = \"host{0}\"\nmodel = \"m\"\n"
        "[[node.device]]\nname = \"dev0\"\nbackend = \"fake\"\nmodel = \"d\"\noptions = \"{1}\"\n",
        i + 1, scripts[i]);
  }
  return parse_site(text, "site.toml");
}

std::vector<nlohmann::json> Journalled::of(const std::string& type) const {
  std::vector<nlohmann::json> found;
  for (const auto& record : records) {
    if (record.at("type") == type) found.push_back(record);
  }
  return found;
}

std::vector<CaseEnd> Journalled::case_ends(const std::string& case_id, const std::string& target) const {
  std::vector<CaseEnd> found;
  for (const auto& record : of("case_end")) {
    auto case_end = record.get<CaseEnd>();
    if (case_end.case_id == case_id && case_end.target == target) found.push_back(std::move(case_end));
  }
  return found;
}

Journalled run(const SmallCampaign& campaign, const std::filesystem::path& folder, bool resume) {
  const Plan plan = campaign.plan();
  const Site site = campaign.site();
  const std::string worker =
      campaign.worker.empty() ? RACKPROOF_BINARY_DIR "/tests/fake_worker" : campaign.worker;
  Journalled journalled;
  journalled.end = run_campaign(
      {plan, site, fake_catalogue(), {worker, "/none"}, folder, "plan.toml", "site.toml", resume},
      [&](const Progress& progress) { journalled.last = progress; });
  for (const auto& entry : read_journal(folder / "journal.jsonl").entries)
    journalled.records.push_back(entry.record);
  return journalled;
}

std::filesystem::path new_folder() {
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  const auto folder =
      std::filesystem::temp_directory_path() /
      fmt::format("rackproof-launch-{}-{}.{}", ::getpid(), test->test_suite_name(), test->name());
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

}  // namespace rackproof
