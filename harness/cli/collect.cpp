// rackproof collect DIR JOURNAL... [--close]
#include "harness/launch/collect.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/cli/campaign_folder.hpp"
#include "harness/cli/campaign_inputs.hpp"
#include "harness/cli/rated_files.hpp"
#include "harness/cli/verb.hpp"
#include "harness/launch/interrupt_signals.hpp"
#include "harness/results/manifest.hpp"
#include "harness/results/results_file.hpp"
#include "harness/verdict/judge.hpp"
#include "suites/catalogue/catalogue.hpp"

namespace rackproof {

namespace {

namespace fs = std::filesystem;

struct CollectOptions {
  fs::path folder;
  std::vector<std::string> journals;  ///< files, or folders of *.jsonl
  bool close = false;
};

std::vector<fs::path> files_of(const std::vector<std::string>& journals) {
  std::vector<fs::path> files;
  for (const fs::path path : journals) {
    if (!fs::exists(path)) throw Error(fmt::format("no journal {}", path.string()));
    if (!fs::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    std::vector<fs::path> inside;
    for (const auto& entry : fs::directory_iterator(path)) {
      if (entry.path().extension() == ".jsonl") inside.push_back(entry.path());
    }
    if (inside.empty()) throw Error(fmt::format("{} holds no journal (*.jsonl)", path.string()));
    std::ranges::sort(inside);
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

/// Of a complete campaign whose files are all there, nothing is written again.
ExitCode judged(const fs::path& folder, const Site& site, CampaignEnd end) {
  const InterruptSignals held_back;
  const bool is_written =
      end == CampaignEnd::complete && fs::exists(folder / kManifestFile) && verify_manifest(folder).empty();
  if (!is_written) return conclude(folder, site).exit_code;
  const Results results = read_results(folder / kResultsFile, ReadSamples::none);
  const Limits limits = limits_for(results, folder / kLimitsFile);
  const Verdicts verdicts = judge(results, limits);
  print_verdict(results, limits, verdicts);
  return verdicts.exit_code;
}

ExitCode run_collect(const CollectOptions& options) {
  const CampaignInputs inputs = read_campaign(options.folder);
  const std::vector<fs::path> files = files_of(options.journals);
  if (!is_complete(read_journal_without_samples(options.folder / kJournalFile)))
    withdraw_manifest(options.folder);
  const Collected collected =
      collect({inputs.plan, inputs.site, all_cases(), WorkerFiles{}, options.folder, "", "", true}, files,
              options.close);
  const ExitCode verdict = judged(options.folder, inputs.site, collected.end);
  for (const auto& line : collected.refused) fmt::print(stderr, "refused: {}\n", line);
  for (const auto& line : collected.incomplete) {
    fmt::print(stderr, "incomplete: {}; left for a longer copy of the journal (--close: taken as it is)\n",
               line);
  }
  fmt::print(stderr, "{} steps collected, {} were there already; {}\n", collected.steps_new,
             collected.steps_known,
             collected.end == CampaignEnd::complete
                 ? "the campaign is complete"
                 : "something is left: collect more, emit it again (plan --emit), or run --resume");
  return collected.refused.empty() ? verdict : ExitCode::error;
}

}  // namespace

void declare_collect(CLI::App& verb, std::function<ExitCode()>& action) {
  auto options = std::make_shared<CollectOptions>();
  verb.add_option("folder", options->folder, "folder of the campaign, made by plan --emit")->required();
  verb.add_option("journals", options->journals, "journals of workers, or folders of them (*.jsonl)")
      ->required();
  verb.add_flag(
      "--close", options->close,
      "take incomplete steps as they are: the case that was running is preempted, the others are left to do");
  verb.footer(
      "Exit status: that of the verdict; 3 when a journal or step was refused, after all others were "
      "collected.");
  action = [options] { return run_collect(*options); };
}

}  // namespace rackproof
