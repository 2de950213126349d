// browser_campaigns FOLDER: writes the campaigns whose pages the tests open, and hostile.json: what the hostile ones hold and whether
// there are pages of every shape of them.
// browser_campaigns --random SEED FOLDER: one campaign that is drawn from the seed.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "tests/browser/campaign_folder.hpp"
#include "tests/browser/hostile_campaign.hpp"
#include "tests/browser/hostile_nights.hpp"
#include "tests/browser/random_campaign.hpp"

namespace {

namespace fs = std::filesystem;
using namespace rackproof;

/// Texts of which every shape of page is made, not only that of a campaign: out of an element, out of an attribute, out of order.
constexpr std::array<std::string_view, 4> kTextsOfAllShapes{"harmless", "script-end", "double-quote",
                                                            "reversed"};

void write_campaigns(const fs::path& folder) {
  test::Campaign accepted = test::accepted_campaign();
  browser::add_launches(accepted.results);
  browser::write_campaign(folder / "accepted", accepted.results, accepted.limits);
  const test::Campaign rejected = browser::rejected_campaign();
  browser::write_campaign(folder / "rejected", rejected.results, rejected.limits);
  nlohmann::json texts = nlohmann::json::array();
  const auto write_hostile = [&](const std::string& name, const test::Campaign& campaign,
                                 const browser::HostileText& text) {
    const bool in_all_shapes = std::ranges::find(kTextsOfAllShapes, name) != kTextsOfAllShapes.end();
    const fs::path of_text = folder / "hostile" / name;
    browser::write_campaign(of_text, campaign.results, campaign.limits);
    if (in_all_shapes) {
      browser::write_hostile_waivers(of_text, campaign, text);
      const test::Campaign of_cells = browser::with_known_scopes(campaign);
      browser::write_campaign(folder / "hostile-cells" / name, of_cells.results, of_cells.limits);
      browser::write_hostile_nights(folder / "hostile-nights" / name, text);
    }
    texts.push_back({{"name", name}, {"shown", text.shown}, {"in_all_shapes", in_all_shapes}});
  };
  const auto hostile = browser::hostile_texts();
  for (const auto& text : hostile) write_hostile(text.name, browser::hostile_campaign(text), text);
  for (const char* name : {"script-end", "double-quote", "reversed"}) {
    const auto text = std::ranges::find(hostile, name, &browser::HostileText::name);
    write_hostile("merged-" + text->name, browser::hostile_merge(*text), *text);
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
