// browser_campaigns FOLDER: writes the campaigns whose pages the tests open, and hostile.json: what the hostile ones hold.
// browser_campaigns --random SEED FOLDER: one campaign that is drawn from the seed.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "tests/browser/campaign_folder.hpp"
#include "tests/browser/hostile_campaign.hpp"
#include "tests/browser/random_campaign.hpp"

namespace {

namespace fs = std::filesystem;
using namespace rackproof;

void write_campaigns(const fs::path& folder) {
  test::Campaign accepted = test::accepted_campaign();
  browser::add_launches(accepted.results);
  browser::write_campaign(folder / "accepted", accepted.results, accepted.limits);
  const test::Campaign rejected = browser::rejected_campaign();
  browser::write_campaign(folder / "rejected", rejected.results, rejected.limits);
  nlohmann::json texts = nlohmann::json::array();
  const auto write_hostile = [&](const std::string& name, const test::Campaign& campaign,
                                 const std::string& shown) {
    browser::write_campaign(folder / "hostile" / name, campaign.results, campaign.limits);
    texts.push_back({{"name", name}, {"shown", shown}});
  };
  const auto hostile = browser::hostile_texts();
  for (const auto& text : hostile) write_hostile(text.name, browser::hostile_campaign(text), text.shown);
  for (const char* name : {"script-end", "double-quote", "reversed"}) {
    const auto text = std::ranges::find(hostile, name, &browser::HostileText::name);
    write_hostile("merged-" + text->name, browser::hostile_merge(*text), text->shown);
  }
  std::ofstream out(folder / "hostile.json");
  out << texts.dump(1) << "\n";
  if (!out.flush()) throw Error("cannot write hostile.json");
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool is_random = arguments.size() == 3 && arguments[0] == "--random";
  if (!is_random && arguments.size() != 1) {
    fmt::print(stderr, "usage: browser_campaigns [--random SEED] FOLDER\n");
    return 3;
  }
  try {
    if (is_random) {
      const test::Campaign drawn = browser::random_campaign(std::stoull(arguments[1]));
      browser::write_campaign(arguments[2], drawn.results, drawn.limits);
    } else {
      write_campaigns(arguments[0]);
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "browser_campaigns: {}\n", error.what());
    return 3;
  }
  return 0;
}
