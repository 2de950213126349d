#include "tests/e2e/small_campaign.hpp"

#include <fmt/format.h>

#include "harness/base/error.hpp"

namespace rackproof::e2e {

using nlohmann::json;

std::string PlanText::text() const {
  std::string names;
  for (const auto& id : cases) names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", id);
  return fmt::format(
      "schema = 1\nname = \"small\"\nlimits = \"limits.toml\"\nlaunches = {}\nlaunch_component = "
      "0.2\nretries = {}\n"
      "sample_time = \"{}\"\nprecision = {}\ncase_time_limit = \"{}\"\n{}\n[[run]]\ncases = [{}]\nplacement "
      "= "
      "\"{}\"\n{}",
      launches, retries, sample_time, precision, case_time_limit, settings, names, placement, more);
}

std::string SiteText::text() const {
  std::string text = fmt::format(
      "schema = 1\nname = \"small-site\"\nvirtual_on = \"this-host\"\nslots = {}\nattribute_virtual = {}\n\n"
      "[[rack]]\nname = \"r1\"\n",
      slots, attribute_virtual);
  int number = 0;
  for (const auto& device_options : options) {
    text += fmt::format(
        "\n[[node]]\nname = \"r1/n{}\"\nrack = \"r1\"\naddress = \"localhost\"\nmodel = \"virtual-host\"\n"
        "[[node.device]]\nname = \"dev0\"\nbackend = \"fault\"\nmodel = \"fault-device\"\noptions = \"{}\"\n",
        ++number, device_options);
  }
  return text;
}

std::string limits_text(const std::vector<LimitText>& limits) {
  std::string text = "schema = 1\nname = \"small-limits\"\n";
  int clause = 0;
  for (const auto& limit : limits) {
    text += fmt::format(
        "\n[[limit]]\nclause = \"{}\"\nmetric = \"{}\"\nplacement = \"{}\"\n{}\nseverity = \"gate\"\n"
        "provenance = \"made up by a test\"\n",
        ++clause, limit.metric, limit.placement, limit.bound);
  }
  return text;
}

SmallCampaign::SmallCampaign(const std::string& plan_text, const std::string& site_text,
                             const std::string& limits_of_it) {
  write_durably(plan(), plan_text);
  write_durably(site(), site_text);
  write_durably(limits(), limits_of_it);
  std::filesystem::create_directory(temporary());
}

std::vector<std::string> SmallCampaign::run_arguments(const std::vector<std::string>& more) const {
  std::vector<std::string> arguments{rackproof_program(), "run", plan(), "--site", site(), "-o", output()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

CommandOptions SmallCampaign::options(double time_limit_s) const {
  CommandOptions options;
  options.environment["TMPDIR"] = temporary();
  options.time_limit_s = time_limit_s;
  return options;
}

Finished SmallCampaign::run(const std::vector<std::string>& more) const {
  return run_command(run_arguments(more), options());
}

json SmallCampaign::judged() const {
  return json_of(run_command({rackproof_program(), "judge", output(), "--limits", limits(), "--json"}));
}

json SmallCampaign::shown() const {
  return json_of(run_command({rackproof_program(), "show", output(), "--json"}));
}

std::vector<json> SmallCampaign::records(const std::string& type) const {
  std::vector<json> found;
  if (!std::filesystem::exists(output() / "journal.jsonl")) return found;
  for (const auto& entry : read_journal(output() / "journal.jsonl").entries) {
    if (entry.record.at("type") == type) found.push_back(entry.record);
  }
  return found;
}

std::vector<CaseEnd> SmallCampaign::attempts(const std::string& target, const std::string& case_id) const {
  std::vector<CaseEnd> found;
  for (const auto& record : records("case_end")) {
    const auto end = record.get<CaseEnd>();
    if (end.target == target && end.case_id == case_id) found.push_back(end);
  }
  return found;
}

json cell_of(const json& judged, const std::string& target, const std::string& metric_or_case) {
  const bool completion = metric_or_case.find('#') == std::string::npos;
  for (const auto& cell : judged.at("cells")) {
    if (cell.at("target") != target) continue;
    if (completion ? cell.at("metric") == "" && cell.at("case") == metric_or_case
                   : cell.at("metric") == metric_or_case) {
      return cell;
    }
  }
  throw Error(fmt::format("no verdict for {} on {}", metric_or_case, target));
}

json value_of(const json& shown, const std::string& target, const std::string& metric) {
  for (const auto& cell : shown.at("cells")) {
    if (cell.at("target") == target && cell.at("metric") == metric) return cell;
  }
  throw Error(fmt::format("no value for {} on {}", metric, target));
}

json json_of(const Finished& finished) {
  try {
    return json::parse(finished.out);
  } catch (const json::exception&) {
    throw Error(
        fmt::format("exit {}, no JSON: {}{}", finished.exit_code, finished.out.substr(0, 500), finished.err));
  }
}

}  // namespace rackproof::e2e
