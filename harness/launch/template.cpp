// launcher = "template": the site gives the argument vectors.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "harness/base/error.hpp"
#include "harness/base/shell_quoting.hpp"
#include "harness/launch/launchers.hpp"

namespace rackproof {

namespace {

using Values = std::map<std::string, std::string>;

/// Every placeholder of an argument by its value; a value is not looked into again.
std::string filled(std::string_view argument, const Values& values) {
  std::string text;
  while (!argument.empty()) {
    const std::size_t open = std::min(argument.find('{'), argument.size());
    text += argument.substr(0, open);
    argument.remove_prefix(open);
    const std::size_t close = argument.find('}');
    const auto value = close == std::string_view::npos
                           ? values.end()
                           : values.find(std::string(argument.substr(0, close + 1)));
    if (value != values.end()) {
      text += value->second;
      argument.remove_prefix(close + 1);
    } else if (!argument.empty()) {
      text += argument.front();
      argument.remove_prefix(1);
    }
  }
  return text;
}

class TemplateLauncher : public Launcher {
 public:
  TemplateLauncher(const LaunchSettings& settings, const WorkerFiles& files)
      : settings_(settings), files_(files_on_nodes(settings, files)) {}

  Command on_node(const SiteNode& node) const override {
    return command(settings_.on_node, values_of(node), {"attached"});
  }

  Command on_group(const std::vector<const SiteNode*>& nodes, double time_limit_s) const override {
    if (settings_.on_group.empty()) {
      throw Error(
          "pairs and groups cannot be started: write on_group beside on_node in [launch] of the site file");
    }
    Values values = values_of(*nodes.front());
    std::string slots, hosts, names, rank_hosts;
    for (std::size_t begin = 0, end = 0; begin < nodes.size(); begin = end) {
      const SiteNode& node = *nodes[begin];
      for (; end < nodes.size() && nodes[end] == nodes[begin]; ++end)
        rank_hosts += (rank_hosts.empty() ? "" : ",") + node.address;
      const std::string comma = begin == 0 ? "" : ",";
      slots += fmt::format("{}{}:{}", comma, node.address, end - begin);
      hosts += comma + node.address;
      names += comma + node.name;
    }
    values["{nodes}"] = slots;
    values["{hosts}"] = hosts;
    values["{names}"] = names;
    values["{rank_hosts}"] = rank_hosts;
    values["{ranks}"] = std::to_string(nodes.size());
    values["{time_limit}"] = std::to_string(static_cast<int>(std::ceil(time_limit_s)));
    Command arguments = rank_command(files_);
    arguments.erase(arguments.begin());
    return command(settings_.on_group, values, arguments);
  }

 private:
  Values values_of(const SiteNode& node) const {
    return {{"{node}", node.address}, {"{name}", node.name}, {"{worker}", files_.worker.string()}};
  }

  static Command command(const std::vector<std::string>& words, Values values, const Command& arguments) {
    values["{args}"] = shell_quoted(arguments);  // where it does not stand alone, a shell reads it
    Command command;
    for (const std::string& word : words) {
      if (word == "{args}") {
        command.insert(command.end(), arguments.begin(), arguments.end());
      } else {
        command.push_back(filled(word, values));
      }
    }
    return command;
  }

  LaunchSettings settings_;
  WorkerFiles files_;
};

}  // namespace

std::unique_ptr<Launcher> make_template_launcher(const Site& site, const WorkerFiles& files,
                                                 const std::filesystem::path&) {
  return std::make_unique<TemplateLauncher>(site.launch, files);
}

}  // namespace rackproof
