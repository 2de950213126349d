#include "harness/cli/campaign_folder.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "harness/base/digest.hpp"
#include "harness/cli/rated_files.hpp"
#include "harness/launch/push.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/results/finalise.hpp"
#include "harness/results/manifest.hpp"
#include "harness/results/results_file.hpp"
#include "harness/verdict/error_budget.hpp"
#include "harness/verdict/judge.hpp"
#include "harness/verdict/verdicts_file.hpp"
#include "reports/html.hpp"
#include "reports/text_table.hpp"

namespace rackproof {

void write_binaries(const std::filesystem::path& folder) {
  const auto program = std::filesystem::canonical("/proc/self/exe");
  std::vector<std::filesystem::path> files{program, program.parent_path() / "rackproof-worker"};
  const auto modules = program.parent_path().parent_path() / "lib" / "rackproof";
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(modules, none)) files.push_back(entry.path());
  std::ranges::sort(files);
  std::string text;
  for (const auto& file : files) text += fmt::format("{}  {}\n", sha256_file(file), file.string());
  write_durably(folder / kBinariesFile, text);
}

Verdicts conclude(const std::filesystem::path& folder, const Site& site) {
  const CampaignResults finalised = finalise(folder / kJournalFile);
  write_results(finalised.results, finalised.samples, folder / kResultsFile);
  // Judged is what the file holds, so that judging it again gives the same verdict.
  const Results results = read_results(folder / kResultsFile, ReadSamples::none);
  const Limits limits = limits_for(results, folder / kLimitsFile);
  const Verdicts verdicts = judge(results, limits);
  write_verdicts(verdicts, results, limits, folder / kVerdictsFile);
  write_durably(folder / kReportFile, html_report(results, limits, verdicts, Language::both));
  std::vector<std::string> names{kJournalFile, kResultsFile, kVerdictsFile, kReportFile,
                                 kPlanFile,    kSiteFile,    kLimitsFile,   kBinariesFile};
  if (!site.serials.empty()) names.push_back(site.serials);
  if (!site.launch.setup.empty()) names.push_back(site.launch.setup);
  if (std::filesystem::exists(folder / kRatedFile)) names.emplace_back(kRatedFile);
  if (std::filesystem::exists(folder / kWorkerArchive)) names.emplace_back(kWorkerArchive);
  write_manifest(folder, names);
  print_verdict(results, limits, verdicts);
  return verdicts;
}

std::filesystem::path results_file(const std::filesystem::path& folder_or_file) {
  const bool is_folder = std::filesystem::is_directory(folder_or_file);
  auto path = is_folder ? folder_or_file / kResultsFile : folder_or_file;
  if (is_folder && !std::filesystem::exists(path)) path = folder_or_file / kCellsFile;
  if (!std::filesystem::exists(path)) throw Error(fmt::format("no results in {}", folder_or_file.string()));
  return path;
}

bool colour_on_stdout() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0') && term != nullptr &&
         std::string_view(term) != "dumb";
}

void print_verdict(const Results& results, const Limits& limits, const Verdicts& verdicts) {
  fmt::print("{}", text_table(results, limits, verdicts, colour_on_stdout()));
  fmt::print("{}\n", to_string(error_budget(verdicts, results, limits)));
}

}  // namespace rackproof
