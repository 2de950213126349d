#include "harness/plan/site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>

#include "harness/base/closest.hpp"
#include "harness/plan/identifier.hpp"
#include "harness/plan/repeated_problem.hpp"
#include "harness/plan/serials.hpp"
#include "harness/plan/setup_script.hpp"
#include "harness/plan/site_devices.hpp"
#include "harness/plan/site_names.hpp"
#include "harness/plan/toml_table.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kMostNodes = 1'000'000;

struct KnownRack {
  int line = 0;
  std::size_t index = 0;
  std::size_t nodes = 0;
};

class SiteReader {
 public:
  explicit SiteReader(const std::string& file) : file_(file) {}
  Site read(std::string_view text);

 private:
  void read_rack(const toml::table& source);
  Requirements read_requires(TomlTable& node);
  void read_node(const toml::table& source);
  Labels labels_in(const SiteRack& rack, Labels of_node) const;
  void add_nodes(TomlTable& table, const SiteNode& prototype, const std::string& name_pattern,
                 const std::string& rack_pattern);
  void check_empty_racks();
  void read_launch(const toml::table& root, TomlTable& table);
  void read_serials(TomlTable& table);

  const std::string& file_;
  std::vector<Diagnostic> problems_;
  Site site_;
  std::unordered_map<std::string, KnownRack> racks_;
  std::unordered_map<std::string, int> node_lines_;
  std::unordered_map<std::string, std::string> address_owners_;
};

void SiteReader::read_rack(const toml::table& source) {
  TomlTable table(source, file_, problems_);
  const std::string pattern = table.text("name", {}, true);
  const SharedValue labels(read_labels(table));
  table.finish();
  RepeatedProblem twice;
  for (const std::string& name :
       expanded_names(table, "name", pattern).value_or(std::vector<std::string>{})) {
    const auto [known, is_new] = racks_.try_emplace(name, KnownRack{table.line("name"), site_.racks.size()});
    if (name == "site") {
      table.problem("name", "a rack cannot be called \"site\": that is the group of all nodes",
                    "give it another name");
    } else if (is_new) {
      site_.racks.push_back({name, labels});
    } else {
      twice.add([&, line = known->second.line] {
        return fmt::format("rack \"{}\" is there twice, first in line {}", name, line);
      });
    }
  }
  if (twice) table.problem("name", twice.text(), "give each rack a name of its own");
}

Requirements SiteReader::read_requires(TomlTable& node) {
  const toml::node* source = node.node("requires");
  if (source == nullptr) return {};
  if (!source->is_table()) {
    node.problem("requires", "requires must be a table", "write [node.requires]");
    return {};
  }
  TomlTable table(*source->as_table(), file_, problems_);
  return read_requirements(table);
}

void SiteReader::read_node(const toml::table& source) {
  TomlTable table(source, file_, problems_);
  const std::string name_pattern = table.text("name", {}, true);
  const std::string rack_pattern = table.text("rack", {}, true);
  SiteNode prototype;
  prototype.address = table.text("address", {}, true);
  prototype.model = table.text("model", {}, true);
  prototype.serial = table.text("serial");
  prototype.absent = table.text("absent");
  prototype.system_root = table.text("system_root");
  prototype.labels = SharedValue(read_labels(table));
  prototype.devices = SharedValue(read_devices(table, file_, problems_));
  prototype.promised = SharedValue(read_promised(table));
  prototype.requirements = SharedValue(read_requires(table));
  table.finish();
  add_nodes(table, prototype, name_pattern, rack_pattern);
}

/// A node's own labels go before those of its rack.
Labels SiteReader::labels_in(const SiteRack& rack, Labels of_node) const {
  of_node.insert(rack.labels->begin(), rack.labels->end());
  of_node["rack"] = rack.name;
  of_node["site"] = site_.name;
  return of_node;
}

void SiteReader::add_nodes(TomlTable& table, const SiteNode& prototype, const std::string& name_pattern,
                           const std::string& rack_pattern) {
  RepeatedProblem unknown, twice, shared, bad_address;
  std::optional<std::string> nearest;
  const std::size_t before = site_.nodes.size();
  const auto racks = expanded_names(table, "rack", rack_pattern).value_or(std::vector<std::string>{});
  for (const std::string& rack : racks) {
    const auto known = racks_.find(rack);
    if (known == racks_.end()) {
      unknown.add([&] {
        std::vector<std::string> names;
        for (const SiteRack& candidate : site_.racks) names.push_back(candidate.name);
        nearest = closest(rack, names);
        return fmt::format("no rack is called \"{}\"", rack);
      });
      continue;
    }
    const auto names = expanded_names(table, "name", replaced(name_pattern, "{rack}", rack));
    if (!names) return;
    if (names->size() > kMostNodes - site_.nodes.size()) {
      table.problem("name", fmt::format("more than {} nodes", kMostNodes), "split the site into campaigns");
      return;
    }
    const SharedValue labels(labels_in(site_.racks[known->second.index], *prototype.labels));
    for (const std::string& name : *names) {
      SiteNode node = prototype;
      node.name = name;
      node.rack = rack;
      node.address = replaced(replaced(prototype.address, "{rack}", rack), "{node}", name);
      node.system_root = replaced(replaced(prototype.system_root, "{rack}", rack), "{node}", name);
      node.labels = labels;
      ++known->second.nodes;
      const auto [first, is_new] = node_lines_.try_emplace(name, table.line("name"));
      if (!is_new || racks_.contains(name)) {
        twice.add([&, line = is_new ? racks_.at(name).line : first->second] {
          return fmt::format("node \"{}\" has the name of another {}, first in line {}", name,
                             is_new ? "rack" : "node", line);
        });
        continue;
      }
      if (!prototype.address.empty() && !is_address(node.address)) {
        bad_address.add([&] { return fmt::format("\"{}\" is not an address", node.address); });
      }
      const auto [owner, alone] = address_owners_.try_emplace(node.address, name);
      if (!alone && !node.address.empty() && site_.virtual_on.empty()) {
        shared.add([&, other = owner->second] {
          return fmt::format("nodes \"{}\" and \"{}\" both have the address \"{}\"", other, name,
                             node.address);
        });
      }
      site_.nodes.push_back(std::move(node));
    }
  }
  if (unknown) {
    table.problem(
        "rack", unknown.text(),
        nearest ? fmt::format("did you mean \"{}\"?", *nearest) : "write a [[rack]] with this name above");
  }
  if (twice) {
    const bool differs = racks.size() < 2 || name_pattern.find("{rack}") != std::string::npos;
    table.problem("name", twice.text(),
                  differs ? "give each node a name of its own" : "begin the name with \"{rack}/\"");
  }
  if (bad_address) {
    table.problem("address", bad_address.text(),
                  "write a host name or an IP address; {rack} and {node} are replaced");
  }
  if (shared) {
    table.problem("address", shared.text(),
                  "set virtual_on = \"...\" when they are virtual nodes on one machine, else use {node} in "
                  "the address");
  }
  if (!prototype.serial.empty() && site_.nodes.size() - before > 1) {
    table.problem("serial", fmt::format("one serial for {} nodes", site_.nodes.size() - before),
                  "write a [[node]] for each node with a serial");
  }
}

void SiteReader::check_empty_racks() {
  std::map<int, RepeatedProblem> empty;  // by line of the [[rack]]
  for (const SiteRack& rack : site_.racks) {
    const KnownRack& known = racks_.at(rack.name);
    if (known.nodes == 0) {
      empty[known.line].add([&] { return fmt::format("rack \"{}\" has no nodes", rack.name); });
    }
  }
  for (const auto& [line, problem] : empty) {
    problems_.push_back({file_, line, problem.text(), "write a [[node]] with this rack, or remove the rack"});
  }
}

void SiteReader::read_launch(const toml::table& root, TomlTable& table) {
  const toml::node* node = root.get("launch");
  if (node != nullptr && node->is_table()) {
    std::set<std::string> labels;
    for (const SiteNode& each : site_.nodes) {
      for (const auto& [label, value] : *each.labels) labels.insert(label);
    }
    TomlTable launch(*node->as_table(), file_, problems_);
    site_.launch =
        read_launch_settings(launch, site_.launcher, labels, std::filesystem::path(file_).parent_path());
  } else if (node != nullptr) {
    table.problem("launch", "launch must be a table", "write [launch]");
  } else if (site_.launcher == "template") {
    table.problem("launcher", "launcher \"template\" needs [launch] with on_node",
                  "write [launch] and on_node = [\"PROGRAM\", \"{node}\", \"{worker}\", \"{args}\"]");
  }
}

void SiteReader::read_serials(TomlTable& table) {
  if (table.node("serials") == nullptr) return;
  site_.serials = table.text("serials", {}, true);
  if (site_.serials.empty()) return;
  if (!site_.serials.ends_with(".csv") || !is_target_name(site_.serials) ||
      site_.serials.find('/') != std::string::npos) {
    table.problem(
        "serials",
        fmt::format("serials = \"{}\" is not the name of a file beside the site file", site_.serials),
        "write a name such as serials = \"serials.csv\", without a folder");
    site_.serials.clear();
  }
}

Site SiteReader::read(std::string_view text) {
  const toml::table root = parse_toml(text, file_);
  TomlTable table(root, file_, problems_);
  require_schema(table);
  site_.text = text;
  site_.file = file_;
  site_.name = table.text("name", {}, true);
  if (!site_.name.empty() && !is_target_name(site_.name)) {
    table.problem("name", fmt::format("name: \"{}\" is not a name", site_.name), std::string(kSiteNameHint));
  }
  site_.launcher = table.text("launcher", "local");
  if (std::ranges::find(kLaunchers, site_.launcher) == kLaunchers.end()) {
    const auto nearest = closest(site_.launcher, {kLaunchers.begin(), kLaunchers.end()});
    table.problem("launcher", fmt::format("unknown launcher \"{}\"", site_.launcher),
                  nearest ? fmt::format("did you mean \"{}\"?", *nearest)
                          : fmt::format("write one of {}", fmt::join(kLaunchers, ", ")));
  }
  table.node("launch");
  site_.virtual_on = table.text("virtual_on");
  site_.slots = static_cast<int>(table.integer("slots", 1, 1, 1'000'000));
  site_.attribute_virtual = table.flag("attribute_virtual", false);
  read_serials(table);
  const auto racks = table.tables("rack");
  const auto nodes = table.tables("node");
  if (const auto* node = table.node("rack"); !node || (node->is_array() && racks.empty())) {
    table.problem("rack", "the site has no racks", "write [[rack]] and its name");
  }
  table.finish();
  for (const toml::table* rack : racks) read_rack(*rack);
  for (const toml::table* node : nodes) read_node(*node);
  check_empty_racks();
  read_launch(root, table);
  if (!site_.serials.empty()) {
    const auto serials = std::filesystem::path(file_).parent_path() / site_.serials;
    try {
      site_.serials_text = read_plain_text(serials, kLargestSerials);
      apply_serials(site_, site_.serials_text, serials.string(), problems_);
    } catch (const Error& error) {
      table.problem("serials", error.what(), "put the file beside the site file");
    }
  }
  raise_problems(std::move(problems_));
  return std::move(site_);
}

}  // namespace

int position_in_backend(const SiteNode& node, std::size_t device) {
  const auto end = node.devices->begin() + static_cast<std::ptrdiff_t>(device);
  return static_cast<int>(std::ranges::count(node.devices->begin(), end, end->backend, &SiteDevice::backend));
}

Site parse_site(std::string_view text, const std::string& file) { return SiteReader(file).read(text); }

Site read_site(const std::filesystem::path& file) {
  return parse_site(read_configuration(file), file.string());
}

}  // namespace rackproof
