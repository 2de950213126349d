#include "reports/provenance_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/verdict/gate_error.hpp"
#include "reports/language/view_texts.hpp"
#include "reports/value_text.hpp"

namespace rackproof {

namespace {

/// What each campaign planned; those of a merged file may differ.
template <class Value>
Phrase of_all(const Results& results, Value value) {
  if (!results.merged()) return value(results.provenance);
  std::vector<std::string> different;
  for (const Part& part : results.parts) {
    std::string one = value(part);
    if (std::ranges::find(different, one) == different.end()) different.push_back(std::move(one));
  }
  Phrase all = different.front();
  for (std::size_t i = 1; i < different.size(); ++i) all = Phrase(texts::kOr, all, different[i]);
  return all;
}

/// Planned launches, and how many there were where an open verdict asked for more.
Phrase launches_of(const Results& results) {
  const Phrase planned = of_all(results, [](const Provenance& p) { return std::to_string(p.launches); });
  int most = 0;
  for (const AttemptRow& attempt : results.attempts) {
    const int of_plan = results.provenance_of(results.targets[attempt.target]).launches;
    if (attempt.outcome.status == Status::ok && attempt.launch >= of_plan)
      most = std::max(most, attempt.launch + 1);
  }
  return most > 0 ? Phrase(texts::kFurtherLaunches, planned, most) : planned;
}

Phrase method_of(const Results& results, const ErrorBudget& budget) {
  return {texts::kMethod, launches_of(results),
          of_all(results, [](const Provenance& p) { return percent_text(p.launch_component); }),
          fmt::format("{:.0f}", 1 / kGateError),
          Phrase(texts::kErrorBudget, budget.numbers, fmt::format("{:.3g}", kGateError),
                 fmt::format("{:.3g}", budget.expected))};
}

Phrase phrase_of(Ended ended) { return ended == Ended::complete ? texts::kComplete : texts::kWasInterrupted; }

void add_parts(ReportView& view, const Results& results) {
  for (const Part& part : results.parts) {
    view.provenance.emplace_back(
        Phrase(texts::kCampaignOf, part.campaign_id),
        Phrase(texts::kPartOf, part.plan_name, part.site_name, part.started_utc, part.finished_utc,
               phrase_of(part.ended), part.program_version, part.catalogue_hash, part.seed, part.launches,
               percent_text(part.launch_component), part.file_sha256, part.journal_sha256));
  }
}

/// The plan and site of each campaign, each text once.
void add_documents(ReportView& view, const Results& results, const Limits& limits, const Verdicts& verdicts) {
  const auto add = [&](Document document) {
    const bool known = std::ranges::any_of(view.documents, [&](const Document& other) {
      return other.title == document.title && other.sha256 == document.sha256 && other.text == document.text;
    });
    if (!known) view.documents.push_back(std::move(document));
  };
  const auto add_of = [&](const Provenance& p) {
    add({texts::kPlan, p.plan_name, p.plan_sha256, p.plan_text});
    add({texts::kSite, p.site_name, p.site_sha256, p.site_text});
  };
  if (!results.merged()) add_of(results.provenance);
  for (const Part& part : results.parts) add_of(part);
  add({texts::kLimits, limits.name, verdicts.limits_sha256, limits.text});
}

}  // namespace

void add_provenance(ReportView& view, const Results& results, const Limits& limits, const Verdicts& verdicts,
                    const ErrorBudget& budget) {
  const Provenance& p = results.provenance;
  view.provenance = {
      {results.merged() ? texts::kMerge : texts::kCampaign, p.campaign_id},
      {texts::kStarted, p.started_utc},
      {texts::kFinished, p.finished_utc},
      {texts::kEnded, phrase_of(results.ended)},
      {texts::kProgram, p.program_version},
      {texts::kVerdictEngine, verdicts.engine_version},
      {texts::kResultsHash, verdicts.results_sha256.empty() ? results.file_sha256 : verdicts.results_sha256}};
  if (results.merged()) {
    add_parts(view, results);
  } else {
    view.provenance.insert(view.provenance.end(),
                           {{texts::kCatalogueHash, p.catalogue_hash},
                            {texts::kSeed, std::to_string(p.seed)},
                            {texts::kLaunches, std::to_string(p.launches)},
                            {texts::kLaunchComponent, percent_text(p.launch_component)},
                            {texts::kJournalHash, p.journal_sha256}});
  }
  for (const auto& backend : p.backends) {
    view.backends.emplace_back(fmt::format("{} {} {}", backend.name, backend.version, backend.path),
                               backend.sha256);
  }
  view.removed_environment.assign(p.removed_environment.begin(), p.removed_environment.end());
  for (const auto& [variable, value] : p.setup_environment)
    view.setup_environment.emplace_back(variable, value ? Phrase(*value) : Phrase(texts::kTakenAway));
  add_documents(view, results, limits, verdicts);
  view.method = method_of(results, budget);
}

}  // namespace rackproof
