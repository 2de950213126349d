// Plan × site → targets and steps. Pure; steps are produced one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/shared_value.hpp"
#include "harness/plan/plan.hpp"
#include "harness/plan/site.hpp"
#include "harness/plan/target.hpp"
#include "harness/plan/target_sample.hpp"

namespace rackproof {

/// A batch of cases on one target in one launch (one fresh process or MPI job).
struct Step {
  std::uint64_t number = 0;  ///< 1-based, in plan order
  std::string id;            ///< "s000007": stable for one plan and site
  Target target;
  int launch = 0;                               ///< 0 … launches−1
  SharedValue<std::vector<std::string>> cases;  ///< exempted ones left out; never empty
  double estimate_s = 0;
  std::size_t least_nodes = 1;  ///< with which a pair or group may still be measured
};

/// A promised (target, case), also when nothing ran there.
struct Promise {
  Target target;
  std::string case_id;
  std::string exempt;  ///< reason; empty when required
};

/// Walks a plan on a site in this order: node and device placements (per run, per launch, per target; with order "abba" in every
/// second launch from the last target to the first), then
/// pairs, then groups from the smallest to the largest, the whole site last. Keeps no list of steps or
/// targets. Targets that a run's sample leaves out have their promises, exempt, and no step. A target with a node that the site declares absent has its promises and no step; so has a target
/// all of whose cases are exempt.
class Expansion {
 public:
  /// All three must outlive the expansion. Throws ConfigurationError, at the lines of the plan's runs: a run
  /// without targets on this site, a pair or group with fewer than two nodes or with more than the site lets be under
  /// load at a time, a case that the catalogue does not have.
  Expansion(const Plan& plan, const Site& site, Catalogue catalogue);

  std::optional<Step> next_step();
  std::optional<Promise> next_promise();
  /// Both walks begin again.
  void rewind();

  /// Targets of one scope, in site order.
  std::vector<Target> targets(const PlanRun& run) const;

 private:
  struct StepWalk {
    std::size_t run = 0;  // index into order_
    int launch = 0;
    std::optional<TargetWalk> targets;  // of this run and launch
    std::vector<Target> backwards;      // of a launch that goes from the last to the first: what is left
    std::uint64_t number = 0;
  };
  struct PromiseWalk {
    std::size_t run = 0;
    std::optional<TargetWalk> targets;
    std::optional<Target> target;
    std::size_t item = 0;
  };
  /// What a run does on targets of one model.
  struct CasesOfModel {
    SharedValue<std::vector<std::string>> cases;
    double estimate_s = 0;
  };
  void check(Catalogue catalogue) const;
  const CasesOfModel& cases_of(std::size_t run, const std::string& model);
  void sort_runs();
  bool is_there(const Target& target) const;
  std::optional<Target> next_target(const PlanRun& run);

  const Plan& plan_;
  const Site& site_;
  std::vector<std::vector<double>> estimates_;  // s, per run of the plan and case
  std::vector<std::map<std::string, CasesOfModel>>
      cases_;                          // per run of the plan, by model; made when first met
  std::vector<TargetSample> samples_;  // per run of the plan
  std::vector<std::size_t> order_;     // of the plan's runs
  StepWalk step_;
  PromiseWalk promise_;
};

/// Exemption of a case on a target's model, or nullptr.
const Exemption* find_exemption(const Plan& plan, const std::string& case_id, const std::string& model);

}  // namespace rackproof
