#include "harness/plan/plan.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "harness/base/closest.hpp"
#include "harness/plan/toml_table.hpp"

namespace rackproof {

namespace {

std::string hint_for(std::string_view word, const std::vector<std::string>& known, std::string otherwise) {
  const auto nearest = closest(word, known);
  return nearest ? fmt::format("did you mean \"{}\"?", *nearest) : std::move(otherwise);
}

std::string placements_of(const CaseRow& row) {
  std::vector<std::string_view> names;
  if (row.on_device) names.push_back("device");
  if (row.on_node) names.push_back("node");
  if (row.on_pair) names.push_back("pair");
  if (row.on_group) names.push_back("group:<label>");
  return fmt::format("{}", fmt::join(names, ", "));
}

class PlanReader {
 public:
  PlanReader(const std::string& file, Catalogue catalogue);
  Plan read(std::string_view text);

 private:
  void read_settings(TomlTable& table);
  double read_time(TomlTable& table, std::string_view key, double fallback);
  double read_share(TomlTable& table, std::string_view key, double fallback);
  double read_sample(TomlTable& table);
  void read_preflight(TomlTable& table);
  void read_telemetry(TomlTable& table);
  void read_run(const toml::table& source);
  std::vector<const CaseRow*> selected(const std::string& pattern, std::optional<Placement> placement,
                                       int line);
  void read_exemption(const toml::table& source);

  const std::string& file_;
  Catalogue catalogue_;
  std::vector<std::string> case_ids_;
  std::vector<Diagnostic> problems_;
  Plan plan_;
  std::map<std::pair<std::string, std::string>, int> planned_;  // (scope, case) → line
};

PlanReader::PlanReader(const std::string& file, Catalogue catalogue) : file_(file), catalogue_(catalogue) {
  for (const CaseRow& row : catalogue_) case_ids_.emplace_back(row.id);
}

double PlanReader::read_time(TomlTable& table, std::string_view key, double fallback) {
  const double seconds = table.quantity(key, fallback, kSecond);
  if (seconds > 0 && std::isfinite(seconds)) return seconds;
  table.problem(key, fmt::format("{} must be longer than nothing and finite", key),
                fmt::format("write for example {} = \"30 s\"", key));
  return fallback;
}

double PlanReader::read_share(TomlTable& table, std::string_view key, double fallback) {
  constexpr double kAnything = std::numeric_limits<double>::infinity();
  const double share = table.real(key, fallback, -kAnything, kAnything);
  if (share > 0 && share <= 1) return share;
  table.problem(key, fmt::format("{} = {} is no share", key, share),
                fmt::format("write a number above 0 and at most 1, for example {} = 0.9", key));
  return fallback;
}

double PlanReader::read_sample(TomlTable& table) {
  if (table.node("sample") == nullptr) return 1;
  const double share = table.quantity("sample", 1, kNumber);
  if (share > 0 && share <= 1) return share;
  table.problem("sample", fmt::format("sample = {} is no share", share),
                "write more than 0 % and at most 100 %, for example sample = \"20 %\"");
  return 1;
}

void PlanReader::read_telemetry(TomlTable& table) {
  constexpr double kShortest = 0.01, kLongest = 60;
  const auto* const node = table.node("telemetry");
  if (node != nullptr && node->value<std::string_view>() == "off") {
    plan_.telemetry_period_s = 0;
    return;
  }
  const double period = table.quantity("telemetry", plan_.telemetry_period_s, kSecond);
  if (period >= kShortest && period <= kLongest) {
    plan_.telemetry_period_s = period;
    return;
  }
  table.problem("telemetry", "telemetry must be a period of 10 ms to 60 s",
                "write for example telemetry = \"100 ms\", or \"off\"");
}

void PlanReader::read_settings(TomlTable& table) {
  plan_.name = table.text("name", {}, true);
  plan_.limits = table.text("limits");
  plan_.seed =
      static_cast<std::uint64_t>(table.integer("seed", 1, 0, std::numeric_limits<std::int64_t>::max()));
  plan_.launches = static_cast<int>(table.integer("launches", plan_.launches, 1, 1000));
  plan_.most_launches = static_cast<int>(table.integer("most_launches", plan_.launches, 1, 1000));
  if (plan_.most_launches < plan_.launches) {
    table.problem(
        "most_launches",
        fmt::format("most_launches = {} is below launches = {}", plan_.most_launches, plan_.launches),
        fmt::format("write at least {}, or leave it out", plan_.launches));
  }
  const std::string order = table.text("order", "plan");
  plan_.is_abba = order == "abba";
  if (order != "plan" && order != "abba") {
    table.problem("order", fmt::format("order = \"{}\" is not known", order),
                  hint_for(order, {"plan", "abba"}, "write \"plan\" or \"abba\""));
  }
  plan_.launch_component = table.real("launch_component", 0, 0, 1);
  plan_.retries = static_cast<int>(table.integer("retries", plan_.retries, 0, 10));
  plan_.samples = table.text("samples", plan_.samples);
  const std::vector<std::string> kinds{"all", "notable+audit"};
  if (plan_.samples != kinds[0] && plan_.samples != kinds[1]) {
    table.problem("samples", fmt::format("samples = \"{}\" is not known", plan_.samples),
                  hint_for(plan_.samples, kinds, "write \"all\" or \"notable+audit\""));
  }
  plan_.sample_time_s = read_time(table, "sample_time", plan_.sample_time_s);
  constexpr double kAnything = std::numeric_limits<double>::infinity();
  const double precision = table.real("precision", plan_.precision, -kAnything, kAnything);
  if (!(precision > 0 && precision < 1)) {
    table.problem("precision", fmt::format("precision = {} is out of range", precision),
                  "write a number above 0 and below 1, for example precision = 0.01");
  }
  plan_.precision = precision;
  plan_.case_time_limit_s = read_time(table, "case_time_limit", plan_.case_time_limit_s);
  plan_.step_time_limit_s = read_time(table, "step_time_limit", plan_.step_time_limit_s);
  if (table.node("campaign_time_limit") != nullptr)
    plan_.campaign_time_limit_s = read_time(table, "campaign_time_limit", plan_.step_time_limit_s);
  plan_.stop_share = read_share(table, "stop_share", plan_.stop_share);
  read_telemetry(table);
}

void PlanReader::read_preflight(TomlTable& table) {
  const toml::node* source = table.node("preflight");
  if (source == nullptr) return;
  if (!source->is_table())
    return table.problem("preflight", "preflight must be a table", "write [preflight]");
  TomlTable modes(*source->as_table(), file_, problems_);
  plan_.preflight = read_preflight_modes(modes);
}

std::vector<const CaseRow*> PlanReader::selected(const std::string& pattern,
                                                 std::optional<Placement> placement, int line) {
  std::vector<const CaseRow*> rows;
  if (pattern.ends_with('*')) {
    const std::string_view prefix = std::string_view(pattern).substr(0, pattern.size() - 1);
    bool matched = false;
    for (const CaseRow& row : catalogue_) {
      if (!row.id.starts_with(prefix)) continue;
      matched = true;
      if (!placement || row.allows(*placement)) rows.push_back(&row);
    }
    if (!matched) {
      problems_.push_back({file_, line, fmt::format("no case begins with \"{}\"", prefix),
                           hint_for(prefix, case_ids_, "`rackproof list` shows all cases")});
    } else if (rows.empty()) {
      problems_.push_back(
          {file_, line, fmt::format("no case of \"{}\" has the placement {}", pattern, to_string(*placement)),
           "change the placement or the cases of this run"});
    }
    return rows;
  }
  const CaseRow* row = find_case(catalogue_, pattern);
  if (!row) {
    problems_.push_back({file_, line, fmt::format("unknown case \"{}\"", pattern),
                         hint_for(pattern, case_ids_, "`rackproof list` shows all cases")});
  } else if (placement && !row->allows(*placement)) {
    problems_.push_back({file_, line, fmt::format("{} has no placement {}", pattern, to_string(*placement)),
                         fmt::format("it has: {}", placements_of(*row))});
  } else {
    rows.push_back(row);
  }
  return rows;
}

void PlanReader::read_run(const toml::table& source) {
  TomlTable table(source, file_, problems_);
  PlanRun run;
  run.line = table.line();
  run.scope = table.text("placement", {}, true);
  run.pairs = table.text("pairs", run.pairs);
  run.minimum = read_share(table, "minimum", run.minimum);
  run.sample = read_sample(table);
  const auto patterns = table.texts("cases");
  const toml::node* cases = table.node("cases");
  table.finish();
  std::optional<Placement> placement;
  if (!run.scope.empty()) {
    try {
      placement = placement_of(run.scope);
    } catch (const Error&) {
      table.problem("placement", fmt::format("\"{}\" is not a placement", run.scope),
                    hint_for(run.scope, {"device", "node", "pair", "group:rack", "group:site"},
                             "write device, node, pair or group:<label>"));
    }
  }
  if (run.pairs != "neighbours" && run.pairs != "all") {
    table.problem("pairs", fmt::format("pairs = \"{}\" is not known", run.pairs),
                  hint_for(run.pairs, {"neighbours", "all"}, "write \"neighbours\" or \"all\""));
  } else if (source.contains("pairs") && placement && placement != Placement::pair) {
    table.problem("pairs", fmt::format("pairs means nothing for placement {}", run.scope),
                  "remove it, or write placement = \"pair\"");
  }
  if (source.contains("minimum") && placement && placement != Placement::group) {
    table.problem("minimum", fmt::format("minimum means nothing for placement {}", run.scope),
                  "remove it, or write placement = \"group:<label>\"");
  }
  if (source.contains("sample") && placement && placement != Placement::device &&
      placement != Placement::node) {
    table.problem("sample", fmt::format("sample means nothing for placement {}", run.scope),
                  "remove it, or write placement = \"device\" or \"node\"");
  }
  if (!cases || (cases->is_array() && cases->as_array()->empty())) {
    table.problem("cases", "the run has no cases", "write cases = [\"suite/subject/operation:params\"]");
  }
  if (!cases || !cases->is_array()) return;
  for (const toml::node& element : *cases->as_array()) {
    const auto* pattern = element.as_string();
    if (!pattern) continue;  // already a problem
    const int line = static_cast<int>(element.source().begin.line);
    for (const CaseRow* row : selected(pattern->get(), placement, line)) {
      const std::string id(row->id);
      const auto [first, is_new] = planned_.try_emplace({run.scope, id}, line);
      if (is_new) {
        run.cases.push_back(id);
      } else {
        problems_.push_back({file_, line,
                             fmt::format("{} is twice on {}, first in line {}", id, run.scope, first->second),
                             "remove it from one of the two places"});
      }
    }
  }
  plan_.runs.push_back(std::move(run));
}

void PlanReader::read_exemption(const toml::table& source) {
  TomlTable table(source, file_, problems_);
  Exemption exemption;
  exemption.case_id = table.text("case", {}, true);
  exemption.model = table.text("model", {}, true);
  exemption.reason = table.text("reason", {}, true);
  table.finish();
  if (!exemption.case_id.empty() && !find_case(catalogue_, exemption.case_id)) {
    table.problem("case", fmt::format("unknown case \"{}\"", exemption.case_id),
                  hint_for(exemption.case_id, case_ids_, "`rackproof list` shows all cases"));
  }
  plan_.exemptions.push_back(std::move(exemption));
}

Plan PlanReader::read(std::string_view text) {
  const toml::table root = parse_toml(text, file_);
  TomlTable table(root, file_, problems_);
  require_schema(table);
  plan_.file = file_;
  plan_.text = text;
  read_settings(table);
  read_preflight(table);
  const auto runs = table.tables("run");
  const auto exemptions = table.tables("exempt");
  if (const auto* node = table.node("run"); !node || (node->is_array() && runs.empty())) {
    table.problem("run", "the plan runs nothing", "write [[run]] with cases and a placement");
  }
  table.finish();
  for (const toml::table* run : runs) read_run(*run);
  for (const toml::table* exemption : exemptions) read_exemption(*exemption);
  raise_problems(std::move(problems_));
  return std::move(plan_);
}

}  // namespace

Plan parse_plan(std::string_view text, const std::string& file, Catalogue catalogue) {
  return PlanReader(file, catalogue).read(text);
}

void check_case_times(const Plan& plan, Catalogue catalogue) {
  std::vector<Diagnostic> problems;
  for (const PlanRun& run : plan.runs) {
    for (const std::string& id : run.cases) {
      const CaseRow* row = find_case(catalogue, id);
      if (row == nullptr || !(row->estimate_s > plan.case_time_limit_s)) continue;
      problems.push_back({plan.file, run.line,
                          fmt::format("{} takes some {:g} s beside what is timed, and a case may take {:g} s",
                                      id, row->estimate_s, plan.case_time_limit_s),
                          fmt::format("write case_time_limit = \"{:g} s\"", 2 * row->estimate_s)});
    }
  }
  raise_problems(std::move(problems));
}

Plan read_plan(const std::filesystem::path& file, Catalogue catalogue) {
  return parse_plan(read_configuration(file), file.string(), catalogue);
}

}  // namespace rackproof
