#include "reports/provenance_view.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/verdict/gate_error.hpp"
#include "reports/value_text.hpp"

namespace rackproof {

namespace {

/// What each campaign planned; those of a merged file may differ.
template <class Text>
std::string of_all(const Results& results, Text text) {
  if (!results.merged()) return text(results.provenance);
  std::vector<std::string> different;
  for (const Part& part : results.parts) {
    std::string one = text(part);
    if (std::ranges::find(different, one) == different.end()) different.push_back(std::move(one));
  }
  return fmt::format("{}", fmt::join(different, " or "));
}

std::string method_of(const Results& results, const std::string& budget) {
  return fmt::format(
      "A host clock surrounds every sample, and what is timed is checked; a wrong answer yields no number. "
      "The value of a "
      "launch is the median of its samples. The value of a cell is the median over {} fresh launches; its "
      "interval covers "
      "95 % and is widened by a declared launch-to-launch component of {} (relative standard deviation). A "
      "gate passes when "
      "the whole interval is on the good side of its limit. It fails when the whole interval is on the bad "
      "side and at least "
      "two launches are each on the bad side, by so much that at most one of {:.0f} verdicts on a number "
      "that "
      "is exactly at its limit would be a false fail. Otherwise it is inconclusive. A wrong answer or an "
      "inventory "
      "difference fails "
      "at once. Spread is 1.4826 times the median absolute deviation from the median over targets, as a "
      "share of the median. "
      "A missing number is never zero and never a pass. Error budget: {}.",
      of_all(results, [](const Provenance& p) { return std::to_string(p.launches); }),
      of_all(results, [](const Provenance& p) { return percent_text(p.launch_component); }), 1 / kGateError,
      budget);
}

std::string text_of(Ended ended) { return ended == Ended::complete ? "complete" : "interrupted"; }

void add_parts(ReportView& view, const Results& results) {
  for (const Part& part : results.parts) {
    view.provenance.emplace_back(
        "campaign " + part.campaign_id,
        fmt::format(
            "plan {} on site {}, {} to {}, {}; rackproof {}, catalogue hash {}, seed {}, launches {}, launch "
            "component {}; results SHA-256 {}, journal SHA-256 {}",
            part.plan_name, part.site_name, part.started_utc, part.finished_utc, text_of(part.ended),
            part.program_version, part.catalogue_hash, part.seed, part.launches,
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
    add({"Plan", p.plan_name, p.plan_sha256, p.plan_text});
    add({"Site", p.site_name, p.site_sha256, p.site_text});
  };
  if (!results.merged()) add_of(results.provenance);
  for (const Part& part : results.parts) add_of(part);
  add({"Limits", limits.name, verdicts.limits_sha256, limits.text});
}

}  // namespace

void add_provenance(ReportView& view, const Results& results, const Limits& limits, const Verdicts& verdicts,
                    const ErrorBudget& budget) {
  const Provenance& p = results.provenance;
  view.provenance = {
      {results.merged() ? "merge" : "campaign", p.campaign_id},
      {"started (UTC)", p.started_utc},
      {"finished (UTC)", p.finished_utc},
      {"ended", text_of(results.ended)},
      {"rackproof", p.program_version},
      {"verdict engine", verdicts.engine_version},
      {"results SHA-256", verdicts.results_sha256.empty() ? results.file_sha256 : verdicts.results_sha256}};
  if (results.merged()) {
    add_parts(view, results);
  } else {
    view.provenance.insert(view.provenance.end(), {{"catalogue hash", p.catalogue_hash},
                                                   {"seed of the data", std::to_string(p.seed)},
                                                   {"launches", std::to_string(p.launches)},
                                                   {"launch component", percent_text(p.launch_component)},
                                                   {"journal SHA-256", p.journal_sha256}});
  }
  for (const auto& backend : p.backends) {
    view.backends.emplace_back(fmt::format("{} {} {}", backend.name, backend.version, backend.path),
                               backend.sha256);
  }
  view.removed_environment.assign(p.removed_environment.begin(), p.removed_environment.end());
  for (const auto& [variable, value] : p.setup_environment)
    view.setup_environment.emplace_back(variable, value.value_or("(taken away)"));
  add_documents(view, results, limits, verdicts);
  view.method = method_of(results, to_string(budget));
}

}  // namespace rackproof
