// rackproof: the command line.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "harness/base/closest.hpp"
#include "harness/base/error.hpp"
#include "harness/base/version.hpp"
#include "harness/cli/verb.hpp"

namespace rackproof {

namespace {

struct VerbRow {
  const char* name;
  const char* help;
  DeclareVerb declare;
};

constexpr auto kVerbs = std::to_array<VerbRow>({
    {"init", "write a first site, plan and limits from what answers", declare_init},
    {"run", "run a plan on a site, judge it, write results and report", declare_run},
    {"plan", "show the steps of a plan on a site, or write them as bundles; starts nothing", declare_plan},
    {"collect", "bring in journals of workers that ran bundles without a connection", declare_collect},
    {"judge", "judge results against limits", declare_judge},
    {"lint", "look for what is malformed or unsound in limits", declare_lint},
    {"explain", "show how the verdict on one target and case came about", declare_explain},
    {"report", "write the report of a campaign again", declare_report},
    {"compare", "which of several machines is faster, by how much, how sure", declare_compare},
    {"calibrate", "make limits of what devices known to be good reach", declare_calibrate},
    {"merge", "make one results file of several campaigns", declare_merge},
    {"import", "put readings of BMCs, PDUs or meters beside what a campaign measured", declare_import},
    {"show", "show what a results file holds", declare_show},
    {"trend", "show what changed since when over many nights", declare_trend},
    {"simulate", "write results with planted faults, to try verdicts on; measures nothing", declare_simulate},
    {"verify", "check the files of a campaign against its manifest", declare_verify},
    {"doctor", "what is here to measure with, what is missing, and what that costs; changes nothing",
     declare_doctor},
    {"list", "list cases, metrics, backends", declare_list},
});

/// CLI11 would only say that a command is missing.
void refuse_unknown_verb(std::string_view word) {
  if (word.starts_with('-')) return;
  std::vector<std::string> names;
  for (const auto& verb : kVerbs) names.emplace_back(verb.name);
  if (std::ranges::find(names, word) != names.end()) return;
  const auto meant = closest(word, names);
  throw Error(fmt::format("no command \"{}\"; {}", word,
                          meant ? fmt::format("did you mean \"{}\"?", *meant)
                                : fmt::format("there are {}", fmt::join(names, ", "))));
}

/// On stderr; when that is a file on the disk that is full, the exit status still tells.
void say(const std::string& line) { std::fputs((line + "\n").c_str(), stderr); }

int run(int argc, char** argv) {
  CLI::App app{"rackproof: acceptance tests and benchmarks for AI and HPC racks", "rackproof"};
  app.set_version_flag("--version", std::string(kProgramVersion));
  app.require_subcommand(1);
  app.footer(
      "Exit status: 0 accepted, 1 rejected, 2 undecided, 3 usage, configuration or machinery error, 130 "
      "interrupted.");
  std::array<std::function<ExitCode()>, kVerbs.size()> actions;
  std::array<CLI::App*, kVerbs.size()> verbs{};
  for (std::size_t i = 0; i < kVerbs.size(); ++i) {
    verbs[i] = app.add_subcommand(kVerbs[i].name, kVerbs[i].help);
    kVerbs[i].declare(*verbs[i], actions[i]);
  }
  if (argc > 1) refuse_unknown_verb(argv[1]);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::error);
  }
  for (std::size_t i = 0; i < kVerbs.size(); ++i) {
    if (verbs[i]->parsed()) return static_cast<int>(actions[i]());
  }
  return static_cast<int>(ExitCode::error);
}

}  // namespace

}  // namespace rackproof

int main(int argc, char** argv) {
  try {
    return rackproof::run(argc, argv);
  } catch (const rackproof::ConfigurationError& error) {
    for (const auto& diagnostic : error.diagnostics()) rackproof::say(rackproof::to_string(diagnostic));
  } catch (const std::exception& error) {
    rackproof::say("rackproof: " + rackproof::printable(error.what()));
  }
  return static_cast<int>(rackproof::ExitCode::error);
}
