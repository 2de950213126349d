#include "tests/browser/hostile_nights.hpp"

#include <fmt/format.h>

#include <fstream>

#include "harness/base/error.hpp"
#include "harness/results/cells.hpp"
#include "harness/results/results_file.hpp"
#include "tests/browser/campaign_folder.hpp"
#include "tests/browser/hostile_campaign.hpp"

namespace rackproof::browser {

namespace {

namespace fs = std::filesystem;

constexpr int kNights = 14;
constexpr int kFirstSlow = 9;
constexpr double kSlow = 0.75;
constexpr std::size_t kTriadSeries = 0;

// Nights differ a little, so that there is something that a change is large against.
double share_of(int night) { return (night < kFirstSlow ? 1 : kSlow) * (1 + 0.001 * ((night * 7) % 5 - 2)); }

Results on_night(Results results, int night) {
  Provenance& provenance = results.provenance;
  provenance.campaign_id += fmt::format("-{}", night);
  provenance.started_utc = fmt::format("2026-11-{:02}T01:00:00.000Z", night);
  provenance.finished_utc = fmt::format("2026-11-{:02}T02:00:00.000Z", night);
  const double share = share_of(night);
  constexpr auto kNodes = static_cast<std::size_t>(Placement::node);
  const std::size_t nodes = results.columns[kNodes].size();
  for (std::size_t i = 0; i < nodes; ++i) {
    CellValue& cell = results.cells[kNodes].at(kTriadSeries * nodes + i);
    for (float* figure : {&cell.value, &cell.lo, &cell.hi})
      *figure = static_cast<float>(rounded(double{*figure} * share, 4));
  }
  for (LaunchValue& launch : results.launch_values) {
    if (launch.series != kTriadSeries) continue;
    for (double* figure : {&launch.value, &launch.lo, &launch.hi}) *figure *= share;
  }
  return results;
}

/// What of a text can stand in the name of a file.
std::string file_name_part(const std::string& text) {
  const bool fits =
      text.size() < 100 && text.find('/') == std::string::npos && text.find('\0') == std::string::npos;
  return fits ? text : std::string();
}

void write_text(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out.flush()) throw Error("cannot write " + file.string());
}

}  // namespace

void write_hostile_nights(const fs::path& folder, const HostileText& hostile) {
  Results results = with_known_scopes(hostile_campaign(hostile)).results;
  for (TargetRow& target : results.targets) target.serial = target.name;            // one history each
  results.provenance.plan_text = rejected_campaign().results.provenance.plan_text;  // a comparison reads it
  for (int night = 1; night <= kNights; ++night) {
    const fs::path of_night = folder / fmt::format("{}night-{:02}", file_name_part(hostile.text), night);
    fs::create_directories(of_night);
    write_results(on_night(results, night), of_night / "results.h5");
  }
  const std::string text = quoted(hostile.text);
  write_text(
      folder / "trend-events.toml",
      fmt::format("schema = 1\n\n[[accepted_level]]\nmetric = \"*\"\nsubject = {0}\ndate = 2026-11-02\n"
                  "who = {0}\nnote = {0}\n\n[[acknowledged]]\nid = \"000000000000\"\nwho = {0}\n"
                  "ticket = {0}\nuntil = 2027-12-24\n",
                  text));
}

void write_hostile_waivers(const fs::path& folder, const test::Campaign& campaign,
                           const HostileText& hostile) {
  std::string out = "schema = 1\n";
  for (const VerdictCell& cell : campaign.verdicts.cells) {
    if (cell.verdict != Verdict::fail || cell.limit < 0) continue;
    out += fmt::format("\n[[waiver]]\ntarget = {}\nmetric = {}\nwho = {}\nreason = {}\nuntil = 2027-01-31\n",
                       quoted(campaign.results.targets.at(cell.target).name),
                       quoted(campaign.limits.limits.at(static_cast<std::size_t>(cell.limit)).metric),
                       quoted(hostile.text), quoted(hostile.text));
  }
  write_text(folder / "waivers.toml", out);
}

}  // namespace rackproof::browser
