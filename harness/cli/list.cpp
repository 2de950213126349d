// rackproof list cases|metrics|backends [--json]
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/cli/list_backends.hpp"
#include "harness/cli/verb.hpp"
#include "reports/text_table.hpp"
#include "suites/catalogue/catalogue.hpp"

namespace rackproof {

namespace {

std::vector<std::string> placements(const CaseRow& row) {
  std::vector<std::string> names;
  for (int i = 0; i < kPlacementCount; ++i) {
    if (row.allows(static_cast<Placement>(i))) names.emplace_back(to_string(static_cast<Placement>(i)));
  }
  return names;
}

ExitCode list(const std::string& what, bool as_json) {
  nlohmann::json out = nlohmann::json::array();
  std::vector<std::vector<std::string>> rows;
  rows.push_back(what == "cases"
                     ? std::vector<std::string>{"case", "placement", "what it measures"}
                     : std::vector<std::string>{"metric", "unit", "better", "placement", "formula", "check"});
  for (const CaseRow& row : all_cases()) {
    if (what == "cases") {
      out.push_back({{"case", row.id},
                     {"placements", placements(row)},
                     {"title", row.title},
                     {"definition", row.definition},
                     {"check", row.check}});
      rows.push_back(
          {std::string(row.id), fmt::format("{}", fmt::join(placements(row), ",")), std::string(row.title)});
      continue;
    }
    for (const QuantityRow& quantity : row.quantities) {
      const std::string metric = fmt::format("{}#{}", row.id, quantity.name);
      out.push_back({{"metric", metric},
                     {"unit", quantity.unit},
                     {"direction", to_string(quantity.direction)},
                     {"formula", quantity.formula},
                     {"check", row.check},
                     {"placements", placements(row)},
                     {"definition_hash", definition_hash(row, quantity)}});
      rows.push_back({metric, std::string(quantity.unit), std::string(to_string(quantity.direction)),
                      fmt::format("{}", fmt::join(placements(row), ",")), std::string(quantity.formula),
                      std::string(row.check)});
    }
  }
  if (as_json) {
    fmt::print("{}\n", out.dump(2));
  } else {
    fmt::print("{}", aligned(rows, std::vector<std::string>(rows.size()), false));
  }
  return ExitCode::accepted;
}

}  // namespace

void declare_list(CLI::App& verb, std::function<ExitCode()>& action) {
  auto what = std::make_shared<std::string>();
  auto as_json = std::make_shared<bool>(false);
  verb.add_option("what", *what, "cases, metrics or backends")
      ->required()
      ->check(CLI::IsMember({"cases", "metrics", "backends"}));
  verb.add_flag("--json", *as_json, "one JSON array on stdout");
  action = [=] { return *what == "backends" ? list_backends(*as_json) : list(*what, *as_json); };
}

}  // namespace rackproof
