#include "harness/verdict/limits.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "harness/base/closest.hpp"
#include "harness/plan/preflight_items.hpp"
#include "harness/plan/toml_table.hpp"
#include "harness/verdict/bound.hpp"
#include "harness/verdict/verdict_texts.hpp"

namespace rackproof {

namespace {

class LimitReader {
 public:
  LimitReader(std::string file, const std::vector<Measurable>& measurable, std::vector<Diagnostic>& problems)
      : file_(std::move(file)), problems_(problems) {
    for (const auto& row : measurable) {
      by_metric_.emplace(row.metric, &row);
      names_.push_back(row.metric);
    }
  }

  /// Problems are collected; a limit that has one is left out.
  void read(const toml::table& source, std::vector<Limit>& limits) {
    const std::size_t before = problems_.size();
    TomlTable table(source, file_, problems_);
    Limit limit;
    limit.line = table.line();
    limit.metric = table.text("metric", {}, true);
    limit.scope = table.text("placement", {}, true);
    limit.severity = severity(table);
    limit.clause = table.text("clause");
    limit.model = table.text("model");
    limit.when = read_when(table);
    limit.provenance = table.text("provenance");
    if (limit.provenance.en.find_first_not_of(" \t\r\n") == std::string::npos) {
      table.problem("provenance", "the limit has no provenance",
                    "say where the number comes from, for example provenance = \"contract, clause 4.1\"");
    }
    std::vector<Limit> of_metrics;
    for (const Measurable* metric : find_metrics(table, limit)) {
      limit.metric = metric->metric;
      limit.dimension = metric->dimension;
      if (auto read = read_bound(table, *metric)) {
        limit.bound = std::move(read->bound);
        limit.relative = std::move(read->relative);
        check_relative(table, limit);
      }
      limit.exclude_below = read_exclude_below(table, limit);
      check_twice(table, limit);
      of_metrics.push_back(limit);
      if (problems_.size() != before) break;  // the others have the same
    }
    if (of_metrics.empty()) {
      for (const auto key : {"lower", "upper", "band", "exact", "promised", "exclude_below"})
        table.node(key);  // known keys, not judged here
      check_twice(table, limit);
    }
    table.finish();
    if (problems_.size() == before) limits.insert(limits.end(), of_metrics.begin(), of_metrics.end());
  }

 private:
  Severity severity(TomlTable& table) {
    const std::string name = table.text("severity", "gate");
    if (name == "score") return Severity::score;
    if (name != "gate") {
      table.problem("severity", fmt::format("unknown severity \"{}\"", name), "write \"gate\" or \"score\"");
    }
    return Severity::gate;
  }

  static When read_when(TomlTable& table) {
    When when;
    for (auto& [item, text] : table.text_map("when")) {
      if (find_preflight_item(item) == nullptr) {
        const auto near = closest(item, preflight_item_names());
        table.problem("when", fmt::format("when: nothing is looked at that is called \"{}\"", item),
                      near ? fmt::format("did you mean \"{}\"?", *near)
                           : fmt::format("write one of {}", fmt::join(preflight_item_names(), ", ")));
      } else if (text.empty()) {
        table.problem("when", fmt::format("when: {} is empty", item),
                      fmt::format("write what must be found, for example when = {{ {} = \"…\" }}", item));
      } else {
        when.emplace(item, std::move(text));
      }
    }
    return when;
  }

  static void check_relative(TomlTable& table, Limit& limit) {
    if (!limit.relative) return;
    limit.unresolved = Phrase(verdict_texts::kNotKnownHere, phrase_of(*limit.relative));
    if (limit.relative->to == RelativeBound::To::peers && limit.severity == Severity::gate) {
      table.problem("severity",
                    "a limit relative to peers cannot be a gate: a cohort that is slow as a whole would pass",
                    "write severity = \"score\", or the bound as a number");
    }
  }

  static std::optional<double> read_exclude_below(TomlTable& table, const Limit& limit) {
    constexpr const char* kKey = "exclude_below";
    if (table.node(kKey) == nullptr) return std::nullopt;
    if (!limit.when.empty()) {
      table.problem(
          kKey,
          "exclude_below and when contradict each other: where the limit does not hold, no node is left out",
          "remove one of them");
      return std::nullopt;
    }
    if (limit.relative) {
      table.problem(kKey, "exclude_below beside a relative bound: it is needed before anything is known",
                    "write lower as a number");
      return std::nullopt;
    }
    const auto* lower = std::get_if<LowerLimit>(&limit.bound);
    if (lower == nullptr || (limit.scope != "node" && limit.scope != "device")) {
      table.problem(kKey, "exclude_below means something only beside lower, for placement node or device",
                    "remove it");
      return std::nullopt;
    }
    const double below = table.quantity(kKey, lower->bound, limit.dimension);
    if (!(below <= lower->bound)) {
      table.problem(kKey, "exclude_below is above lower: a node that passes would be left out",
                    "write a value that is not above lower");
    }
    return below;
  }

  /// The metric with this id, or those of the placement that the pattern fits.
  std::vector<const Measurable*> find_metrics(TomlTable& table, const Limit& limit) {
    const std::size_t star = limit.metric.find('*');
    if (star == std::string::npos) {
      const Measurable* const metric = find_metric(table, limit);
      return metric == nullptr ? std::vector<const Measurable*>{} : std::vector{metric};
    }
    const std::string before = limit.metric.substr(0, star), after = limit.metric.substr(star + 1);
    const bool is_as_promised = table.node("promised") != nullptr;
    std::vector<const Measurable*> found;
    for (const std::string& name : names_) {
      const Measurable* const metric = by_metric_.at(name);
      // What is measured is not promised.
      if (is_as_promised && metric->kind == QuantityKind::real) continue;
      if (name.size() >= before.size() + after.size() && name.starts_with(before) && name.ends_with(after) &&
          std::ranges::find(metric->scopes, limit.scope) != metric->scopes.end())
        found.push_back(metric);
    }
    if (found.empty() && !limit.scope.empty())
      table.problem("metric",
                    fmt::format("nothing in the plan on \"{}\" fits \"{}\"", limit.scope, limit.metric),
                    "add its cases to the plan or drop the limit");
    return found;
  }

  const Measurable* find_metric(TomlTable& table, const Limit& limit) {
    if (limit.metric.empty()) return nullptr;
    const auto found = by_metric_.find(limit.metric);
    if (found == by_metric_.end()) {
      const auto near = closest(limit.metric, names_);
      table.problem(
          "metric", fmt::format("nothing in the plan measures \"{}\"", limit.metric),
          near ? fmt::format("did you mean \"{}\"?", *near) : "add its case to the plan or drop the limit");
      return nullptr;
    }
    const auto& scopes = found->second->scopes;
    if (!limit.scope.empty() && std::find(scopes.begin(), scopes.end(), limit.scope) == scopes.end()) {
      table.problem("placement", fmt::format("{} is not measured on \"{}\"", limit.metric, limit.scope),
                    scopes.empty()
                        ? "the plan measures it nowhere"
                        : fmt::format("the plan measures it on \"{}\"", fmt::join(scopes, "\", \"")));
    }
    return found->second;
  }

  void check_twice(TomlTable& table, const Limit& limit) {
    if (limit.metric.empty()) return;
    const auto [first, is_new] = seen_.try_emplace({limit.metric, limit.scope, limit.model, limit.severity,
                                                    std::holds_alternative<AsPromised>(limit.bound)},
                                                   limit.line);
    if (is_new) return;
    table.problem(
        "metric",
        fmt::format("a second {} limit on {} for placement \"{}\" and {}", to_string(limit.severity),
                    limit.metric, limit.scope,
                    limit.model.empty() ? "every model" : fmt::format("model \"{}\"", limit.model)),
        fmt::format("the first stands in line {}; keep one of them, or write a band", first->second));
  }

  std::string file_;
  std::vector<Diagnostic>& problems_;
  std::unordered_map<std::string, const Measurable*> by_metric_;
  std::vector<std::string> names_;
  std::map<std::tuple<std::string, std::string, std::string, Severity, bool>, int>
      seen_;  // last: as promised
};

AtBudgetEnd at_budget_end(TomlTable& table) {
  const std::string name = table.text("at_budget_end", "undecided");
  if (name == "reject") return AtBudgetEnd::reject;
  if (name == "accept") return AtBudgetEnd::accept;
  if (name != "undecided") {
    table.problem("at_budget_end", fmt::format("unknown value \"{}\"", name),
                  "write \"undecided\", \"reject\" or \"accept\"");
  }
  return AtBudgetEnd::undecided;
}

struct ThrottleReason {
  std::string_view name;
  std::uint64_t bit;  ///< of rp_throttle
};
constexpr ThrottleReason kThrottleReasons[]{
    {"power", 1}, {"temperature", 2}, {"external", 4}, {"sync", 8}, {"other", 16}};
static_assert(kThrottleReasons[0].bit == kThrottledByPower);

std::uint64_t throttle_mask(TomlTable& table) {
  std::uint64_t mask = 0;
  std::vector<std::string> names;
  for (const ThrottleReason& reason : kThrottleReasons) names.emplace_back(reason.name);
  for (const std::string& name : table.texts("throttle_mask")) {
    const auto* const found = std::ranges::find(kThrottleReasons, name, &ThrottleReason::name);
    if (found != std::end(kThrottleReasons)) {
      mask |= found->bit;
      continue;
    }
    const auto near = closest(name, names);
    table.problem("throttle_mask", fmt::format("unknown reason \"{}\"", name),
                  near ? fmt::format("did you mean \"{}\"?", *near)
                       : fmt::format("write some of {}", fmt::join(names, ", ")));
  }
  return mask;
}

}  // namespace

Limits parse_limits(std::string_view text, const std::string& file,
                    const std::vector<Measurable>& measurable) {
  const toml::table root = parse_toml(text, file);
  std::vector<Diagnostic> problems;
  TomlTable table(root, file, problems);
  require_schema(table);
  Limits limits;
  limits.text = std::string(text);
  limits.name = table.text("name", {}, true);
  limits.at_budget_end = at_budget_end(table);
  limits.throttle_mask = throttle_mask(table);
  limits.calibration = read_calibrated_on(table, file, problems);
  LimitReader reader(file, measurable, problems);
  for (const toml::table* limit : table.tables("limit")) reader.read(*limit, limits.limits);
  table.finish();
  raise_problems(std::move(problems));
  return limits;
}

Limits read_limits(const std::filesystem::path& file, const std::vector<Measurable>& measurable) {
  return parse_limits(read_configuration(file), file.string(), measurable);
}

}  // namespace rackproof
