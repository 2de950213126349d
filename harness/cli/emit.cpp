#include "harness/cli/emit.hpp"

#include <fmt/format.h>

#include "harness/base/error.hpp"
#include "harness/cli/campaign_folder.hpp"
#include "harness/cli/worker_files.hpp"
#include "harness/launch/campaign_journal.hpp"
#include "harness/launch/campaign_record.hpp"
#include "harness/launch/emit.hpp"
#include "harness/launch/worker_lease.hpp"
#include "suites/catalogue/catalogue.hpp"

namespace rackproof {

namespace {

/// Locks the campaign's journal, which is made where there is none, and accounts for what a harness was at when it died.
Journal open_journal(const CampaignOptions& options, const CampaignInputs& inputs, bool is_new) {
  const auto file = options.folder / kJournalFile;
  if (!is_new) return Journal::resume(file);
  return Journal::begin(file, campaign_record({inputs.plan, inputs.site, all_cases(), find_worker(),
                                               options.folder, options.plan, options.site, false}));
}

}  // namespace

ExitCode emit_plan(const CampaignOptions& options) {
  const auto file = options.folder / kJournalFile;
  const bool is_new = !std::filesystem::exists(file);
  const CampaignInputs inputs = is_new ? begin_campaign(options) : continue_campaign(options);
  CampaignJournal journal(open_journal(options, inputs, is_new));
  JournalContent content = read_journal_without_samples(file);
  if (is_complete(content))
    throw Error(fmt::format("{} is complete; nothing is left to do", options.folder.string()));
  // Workers of a harness that died may still be at these steps.
  if (!open_steps(content).empty()) WorkerLease(options.folder).wait_elsewhere();
  if (journal.close_lost_steps(content)) content = read_journal_without_samples(file);
  const auto bundles =
      emit_bundles(inputs.plan, inputs.site, all_cases(), content, options.folder, find_worker());
  std::uint64_t steps = 0;
  for (const auto& bundle : bundles) steps += bundle.steps;
  fmt::print("{} bundles with {} steps in {}; README.txt there says how each is run\n", bundles.size(), steps,
             (options.folder / "bundles").string());
  return ExitCode::accepted;
}

}  // namespace rackproof
