// rackproof plan PLAN --site SITE [--json]
// rackproof plan PLAN --site SITE --emit DIR [--limits FILE]
// rackproof plan PLAN --site SITE --sbatch DIR [--shards N] [--limits FILE]
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/cli/emit.hpp"
#include "harness/cli/sbatch.hpp"
#include "harness/cli/verb.hpp"
#include "harness/plan/expand.hpp"
#include "suites/catalogue/catalogue.hpp"

namespace rackproof {

namespace {

struct PlanOptions {
  CampaignOptions campaign;  ///< its folder: of --emit or --sbatch
  int shards = 1;
  bool json = false;
};

/// Writes steps as they come: a site has millions, of which neither the list nor its text is ever in memory.
class StepList {
 public:
  explicit StepList(bool as_json) : json_(as_json) {}

  void begin(const Plan& plan, const Site& site) {
    if (json_) {
      put("{{\n  \"plan\": {},\n  \"site\": {},\n  \"steps\": [", quoted(plan.name), quoted(site.name));
    } else {
      put("{:8} {:6} {:28} {:>8}  {}\n", "step", "launch", "target", "estimate", "cases");
    }
  }

  void add(const Step& step) {
    const std::string& cases = text_of(*step.cases);
    if (json_) {
      put("{}\n    {{\"step\": \"{}\", \"launch\": {}, \"target\": {}, \"placement\": {}, \"cases\": {}, "
          "\"estimate_s\": {}}}",
          count_ == 0 ? "" : ",", step.id, step.launch, quoted(step.target.name), quoted(step.target.scope),
          cases, step.estimate_s);
    } else {
      put("{:8} {:6} {:28} {:>6.1f} s  {}\n", step.id, step.launch + 1, step.target.name, step.estimate_s,
          cases);
    }
    ++count_;
    seconds_ += step.estimate_s;
    if (buffer_.size() > kBlock) write();
  }

  void end() {
    if (json_) {
      put("\n  ],\n  \"estimate_s\": {}\n}}\n", seconds_);
    } else {
      put("estimated time: {:.0f} s, one step at a time\n", seconds_);
    }
    write();
  }

 private:
  static constexpr std::size_t kBlock = 1 << 16;

  template <class... Values>
  void put(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(buffer_), format, std::forward<Values>(values)...);
  }

  void write() {
    if (std::fwrite(buffer_.data(), 1, buffer_.size(), stdout) != buffer_.size())
      throw Error(fmt::format("cannot write the plan: {}", std::strerror(errno)));
    buffer_.clear();
  }

  static std::string quoted(const std::string& text) { return nlohmann::json(text).dump(); }

  /// Many steps in a row share their cases.
  const std::string& text_of(const std::vector<std::string>& cases) {
    if (&cases != last_cases_) {
      cases_ = json_ ? nlohmann::json(cases).dump() : fmt::format("{}", fmt::join(cases, " "));
      last_cases_ = &cases;
    }
    return cases_;
  }

  bool json_;
  fmt::memory_buffer buffer_;
  const std::vector<std::string>* last_cases_ = nullptr;  // those of the expansion, which stay where they are
  std::string cases_;                                     // as they are written
  std::uint64_t count_ = 0;
  double seconds_ = 0;
};

ExitCode show_plan(const PlanOptions& options) {
  Plan plan = read_plan(options.campaign.plan, all_cases());
  plan.sample_key = sample_key();
  const Site site = read_site(options.campaign.site);
  Expansion expansion(plan, site, all_cases());
  StepList list(options.json);
  list.begin(plan, site);
  while (const auto step = expansion.next_step()) list.add(*step);
  list.end();
  return ExitCode::accepted;
}

}  // namespace

void declare_plan(CLI::App& verb, std::function<ExitCode()>& action) {
  auto options = std::make_shared<PlanOptions>();
  verb.add_option("plan", options->campaign.plan, "plan file")->required();
  verb.add_option("--site", options->campaign.site, "site file")->required();
  auto* const json_flag = verb.add_flag("--json", options->json, "one JSON object on stdout");
  auto* const emit = verb.add_option("--emit", options->campaign.folder,
                                     "make or continue the campaign in this folder: write what is left as "
                                     "bundles, for nodes without a "
                                     "connection")
                         ->excludes(json_flag);
  auto* const sbatch =
      verb.add_option("--sbatch", options->campaign.folder,
                      "write a job array of Slurm into this new folder: a campaign for each shard")
          ->excludes(json_flag)
          ->excludes(emit);
  verb.add_option("--shards", options->shards, "number of shards, each of at least one rack")
      ->needs(sbatch)
      ->check(CLI::Range(1, 10'000));
  verb.add_option("--limits", options->campaign.limits,
                  "limits file of these campaigns; overrides the one that the plan names");
  action = [options, emit, sbatch] {
    if (sbatch->count() > 0) return write_sbatch(options->campaign, options->shards);
    if (emit->count() > 0) return emit_plan(options->campaign);
    if (!options->campaign.limits.empty()) throw Error("--limits goes with --emit or --sbatch");
    return show_plan(*options);
  };
}

}  // namespace rackproof
