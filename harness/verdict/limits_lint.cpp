#include "harness/verdict/limits_lint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/verdict/calibrated_on.hpp"
#include "harness/verdict/good_range.hpp"
#include "harness/verdict/more_launches.hpp"
#include "harness/verdict/resolved_limits.hpp"
#include "harness/verdict/roof.hpp"

namespace rackproof {

namespace {

class Linter {
 public:
  explicit Linter(const LintInput& input) : input_(input) {
    for (const Measurable& row : input.measurable) {
      if (row.kind == QuantityKind::real) real_.insert(row.metric);
    }
  }

  std::vector<Diagnostic> lint() {
    for (const Limit& limit : input_.limits.limits) {
      if (limit.severity == Severity::gate && limit.clause.empty())
        warn(limit, "a gate without clause", "name the clause of the contract that it stands for");
      check_provenance(limit);
      for (const std::string& model : models_of(limit)) check_rated(limit, model);
      if (input_.launches) check_launches(limit, *input_.launches);
    }
    check_calibration();
    std::ranges::stable_sort(warnings_, {}, &Diagnostic::line);
    return std::move(warnings_);
  }

 private:
  void warn(const Limit& limit, const std::string& what, std::string hint) {
    Diagnostic warning{input_.file, limit.line, fmt::format("{}: {}", limit.metric, what), std::move(hint)};
    // A limit with a pattern stands in one line for many metrics: the first speaks for them.
    if (said_.emplace(limit.line, what).second) warnings_.push_back(std::move(warning));
  }

  void check_provenance(const Limit& limit) {
    const std::string& text = limit.provenance.en;
    const bool has_number = text.find_first_of("0123456789") != std::string::npos;
    const auto colon = text.find(": ");
    if (has_number || (colon != std::string::npos && colon > 0 && colon + 2 < text.size())) return;
    warn(limit, fmt::format("the provenance \"{}\" names neither number nor source", text),
         "write for example \"datasheet: 3.35 TB/s x 0.8\" or \"measured: n = 64, 2026-11-29\"");
  }

  std::set<std::string> models_of(const Limit& limit) const {
    if (!limit.model.empty()) return {limit.model};
    std::set<std::string> models;
    if (input_.results == nullptr) return models;
    for (const TargetRow& target : input_.results->targets) {
      if (target.scope == limit.scope) models.insert(target.model);
    }
    return models;
  }

  void check_rated(const Limit& limit, const std::string& model) {
    Limit one = limit;
    if (limit.relative && limit.relative->to == RelativeBound::To::rated &&
        !resolve_rated(one, model, input_.devices)) {
      warn(limit, fmt::format("nothing is judged by it on \"{}\": {}", model, one.unresolved),
           "write the bound as a number, or add the rated value with its source to configs/devices");
      return;
    }
    const auto* lower = std::get_if<LowerLimit>(&one.bound);
    const auto* band = std::get_if<BandLimit>(&one.bound);
    const double least = lower != nullptr ? lower->bound : band != nullptr ? band->lower : std::nan("");
    const RatedDevice* const device = input_.devices.find(model);
    if (std::isnan(least) || device == nullptr || limit.scope != "device") return;
    const auto roof = roof_of(limit.metric, *device);
    if (!roof) return;
    const std::string number = format_quantity(least, limit.dimension);
    if (!(least <= kAboveRoof * roof->value)) {
      warn(limit, fmt::format("{} is above the roof: {}", number, roof->basis),
           "no device of the model can reach it; check unit, direction and sparsity");
    } else if (least < kLeastShareOfRated * roof->value) {
      warn(limit,
           fmt::format("{} is below {:.0f} % of what is rated: {}", number, kLeastShareOfRated * 100,
                       roof->basis),
           "a broken device would pass; check the unit, or say in a comment why it is so low");
    }
  }

  void check_launches(const Limit& limit, const LintLaunches& planned) {
    if (!has_range(limit.bound) || !real_.contains(limit.metric) || limit.severity != Severity::gate) return;
    if (planned.launches == 1 && !(planned.component > 0)) {
      return warn(limit, "one launch without a launch-to-launch component never decides a gate",
                  "plan launches = 2 or more and declare launch_component");
    }
    const auto launches = static_cast<std::size_t>(planned.launches);
    // Of a relative bound the number is not known here; 1 stands for it, since what decides is a ratio.
    Bound bound = limit.bound;
    if (limit.relative)
      bound = std::holds_alternative<LowerLimit>(bound) ? Bound(LowerLimit{1}) : Bound(UpperLimit{1});
    const Decidable now = decidable(bound, planned.component, launches);
    if (now.fail && now.pass) return;
    const auto looks = decidable_looks(bound, planned.component);
    const auto needed = std::ranges::find_if(looks, [&](const Decidable& look) {
      return look.launches > launches && (look.fail || now.fail) && (look.pass || now.pass);
    });
    warn(limit,
         fmt::format("{} of a launch-to-launch component of {:.2g} % never {} it", count_of(launches),
                     planned.component * 100,
                     !now.fail && !now.pass ? "decide"
                     : now.fail             ? "pass"
                                            : "fail"),
         needed == looks.end() ? "no number of launches does: lower the component or move the limit"
                               : fmt::format("plan launches = {}", needed->launches));
  }

  static std::string count_of(std::size_t launches) {
    return launches == 1 ? "one launch" : fmt::format("{} launches", launches);
  }

  void check_calibration() {
    if (!input_.limits.calibration || input_.results == nullptr) return;
    std::set<std::string> own;
    for (std::uint32_t target = 0; target < input_.results->targets.size(); ++target) {
      const std::string serial = calibrated_serial(*input_.limits.calibration, *input_.results, target);
      if (!serial.empty()) own.insert(serial);
    }
    if (own.empty()) return;
    warnings_.push_back({input_.file, 0,
                         fmt::format("calibrated on {} of the devices that it judges, {} among them",
                                     own.size(), *own.begin()),
                         "there it can only be a score: calibrate on others, or write severity = \"score\""});
  }

  const LintInput& input_;
  std::set<std::string> real_;
  std::set<std::pair<int, std::string>> said_;
  std::vector<Diagnostic> warnings_;
};

/// Placements "group:…" that a text names.
std::set<std::string> groups_in(std::string_view text) {
  std::set<std::string> groups{"group:rack", "group:site"};
  constexpr std::string_view kGroup = "\"group:";
  for (std::size_t at = text.find(kGroup); at != std::string_view::npos; at = text.find(kGroup, at + 1)) {
    const std::size_t end = text.find('"', at + 1);
    if (end != std::string_view::npos) groups.emplace(text.substr(at + 1, end - at - 1));
  }
  return groups;
}

}  // namespace

std::vector<Diagnostic> lint(const LintInput& input) { return Linter(input).lint(); }

std::vector<Measurable> measurable(Catalogue catalogue, std::string_view text) {
  const std::set<std::string> groups = groups_in(text);
  std::vector<Measurable> out;
  for (const CaseRow& row : catalogue) {
    std::vector<std::string> scopes;
    for (const Placement placement : {Placement::device, Placement::node, Placement::pair}) {
      if (row.allows(placement)) scopes.emplace_back(to_string(placement));
    }
    if (row.allows(Placement::group)) scopes.insert(scopes.end(), groups.begin(), groups.end());
    for (const QuantityRow& quantity : row.quantities) {
      out.push_back(
          {fmt::format("{}#{}", row.id, quantity.name), quantity.kind, dimension_of(quantity.unit), scopes});
    }
  }
  return out;
}

}  // namespace rackproof
