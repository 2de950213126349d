// rackproof lint LIMITS [--plan PLAN] [--results RESULTS] [--devices PATH] [--strict]
#include <fmt/format.h>

#include "harness/cli/campaign_folder.hpp"
#include "harness/cli/rated_files.hpp"
#include "harness/cli/verb.hpp"
#include "harness/results/results_file.hpp"
#include "harness/verdict/gate_error.hpp"
#include "harness/verdict/limits_lint.hpp"
#include "harness/verdict/more_launches.hpp"
#include "suites/catalogue/catalogue.hpp"

namespace rackproof {

namespace {

struct LintOptions {
  std::filesystem::path limits;
  std::filesystem::path plan;
  std::filesystem::path results;
  std::filesystem::path devices;
  bool strict = false;
};

/// At which launch counts numbers can be decided, and what that takes.
void print_looks(const LintLaunches& planned) {
  fmt::print("{} launch{} planned, launch-to-launch component {:.3g} %{}\n", planned.launches,
             planned.launches == 1 ? "" : "es", planned.component * 100,
             planned.component > 0 ? "" : " (not declared: it is estimated from the launches)");
  fmt::print("a gate on a number errs in {:.3g} of cases at most; a fail of a rate takes\n", kGateError);
  for (const Decidable& look : decidable_looks(LowerLimit{1}, planned.component)) {
    if (!look.fail) {
      fmt::print("  {:2} launches: nothing, it is not possible\n", look.launches);
    } else if (planned.component > 0) {
      fmt::print("  {:2} launches: {} of them below {:.1f} % of the limit\n", look.launches,
                 launches_to_fail(look.launches), 100 * missed_below(1, planned.component, look.launches));
    } else {
      fmt::print("  {:2} launches: their t interval below the limit at an error of {:.2g}\n", look.launches,
                 look_error(look.launches));
    }
  }
}

ExitCode run_lint(const LintOptions& options) {
  std::optional<Plan> plan;
  std::optional<Results> results;
  if (!options.plan.empty()) plan = read_plan(options.plan, all_cases());
  if (!options.results.empty()) results = read_results(results_file(options.results), ReadSamples::none);
  const std::string text = read_configuration(options.limits);
  const auto known = plan      ? measurable(*plan, all_cases())
                     : results ? measurable(*results)
                               : measurable(all_cases(), text);
  const Limits limits = parse_limits(text, options.limits.string(), known);
  const RatedDevices devices = find_rated(options.limits, options.devices);
  LintInput input{limits, options.limits.string(), devices, known};
  if (plan) {
    input.launches = {plan->most_launches, plan->launch_component};
  } else if (results) {
    input.launches = {results->provenance.launches, results->provenance.launch_component};
  }
  if (results) input.results = &*results;
  const std::vector<Diagnostic> warnings = lint(input);
  for (const Diagnostic& warning : warnings) fmt::print("{}\n", to_string(warning));
  if (input.launches) print_looks(*input.launches);
  fmt::print("{}: {} limit{}, {} warning{}\n", printable(options.limits.string()), limits.limits.size(),
             limits.limits.size() == 1 ? "" : "s", warnings.size(), warnings.size() == 1 ? "" : "s");
  return options.strict && !warnings.empty() ? ExitCode::undecided : ExitCode::accepted;
}

}  // namespace

void declare_lint(CLI::App& verb, std::function<ExitCode()>& action) {
  auto options = std::make_shared<LintOptions>();
  verb.add_option("limits", options->limits, "limits file")->required();
  verb.add_option("--plan", options->plan, "plan that they are for: what it measures, in how many launches");
  verb.add_option("--results", options->results,
                  "results, or the folder of a campaign, that they will judge");
  verb.add_option("--devices", options->devices, "rated values, a file or folder, as for judge");
  verb.add_flag("--strict", options->strict, "exit 2 when there is a warning");
  action = [options] { return run_lint(*options); };
}

}  // namespace rackproof
