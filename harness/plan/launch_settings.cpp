#include "harness/plan/launch_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "harness/base/closest.hpp"
#include "harness/plan/network.hpp"
#include "harness/plan/setup_script.hpp"
#include "harness/plan/toml_table.hpp"

namespace rackproof {

namespace {

using Names = std::vector<std::string>;

constexpr int kMostAtOnce = 1'000'000;

struct KeyRule {
  std::string_view key;
  std::string_view launchers;  ///< that take it; empty: all
};

constexpr std::array<KeyRule, 17> kKeys{{{"deploy", "ssh mpirun slurm template"},
                                         {"worker", "ssh mpirun slurm template"},
                                         {"folder", "ssh"},
                                         {"setup", ""},
                                         {"answer_time", ""},
                                         {"ssh", "ssh mpirun"},
                                         {"mpirun", "local ssh mpirun"},
                                         {"mpirun_from", "ssh mpirun"},
                                         {"srun", "slurm"},
                                         {"on_node", "template"},
                                         {"on_group", "template"},
                                         {"control_net", "ssh mpirun"},
                                         {"data_net", "ssh mpirun slurm"},
                                         {"path", ""},
                                         {"ports", "ssh mpirun slurm"},
                                         {"at_once", ""},
                                         {"at_once_per", ""}}};

constexpr std::array<std::string_view, 4> kNodePlaceholders{"node", "name", "worker", "args"};
constexpr std::array<std::string_view, 10> kGroupPlaceholders{
    "node", "name", "worker", "args", "ranks", "nodes", "hosts", "names", "rank_hosts", "time_limit"};

bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }

std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.emplace(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

bool is_plain_path(std::string_view path) {
  return path.starts_with('/') && std::ranges::none_of(path, is_control);
}

class LaunchReader {
 public:
  LaunchReader(TomlTable& table, std::string_view launcher, const std::set<std::string>& labels,
               const std::filesystem::path& folder)
      : table_(table), launcher_(launcher), labels_(labels), folder_(folder) {}

  LaunchSettings read() {
    refuse_keys_of_others();
    read_deploy();
    read_setup();
    read_answer_time();
    read_programs();
    read_networks();
    read_at_once();
    table_.finish();
    return std::move(settings_);
  }

 private:
  /// Whether a key is there, and is this launcher's.
  bool has(std::string_view key) {
    if (table_.node(key) == nullptr) return false;
    const auto* rule = std::ranges::find(kKeys, key, &KeyRule::key);
    const bool known = std::ranges::find(kLaunchers, launcher_) != kLaunchers.end();
    return !known || rule->launchers.empty() || words_of(rule->launchers).contains(launcher_);
  }

  void refuse_keys_of_others() {
    for (const KeyRule& rule : kKeys) {
      if (table_.node(rule.key) == nullptr || has(rule.key)) continue;
      table_.problem(rule.key, fmt::format("{} is no setting of launcher \"{}\"", rule.key, launcher_),
                     fmt::format("remove it; it is for {}", fmt::join(words_of(rule.launchers), ", ")));
    }
  }

  void read_deploy() {
    const std::string deploy = has("deploy") ? table_.text("deploy") : "shared";
    if (deploy == "preinstalled") {
      settings_.deploy = Deploy::preinstalled;
    } else if (deploy == "push") {
      settings_.deploy = Deploy::push;
      if (launcher_ != "ssh") {
        table_.problem("deploy", fmt::format("launcher \"{}\" cannot push", launcher_),
                       "write deploy = \"shared\" or \"preinstalled\"; launcher = \"ssh\" can push");
      }
    } else if (deploy != "shared") {
      table_.problem("deploy", fmt::format("deploy = \"{}\" is not known", deploy),
                     "write deploy = \"shared\", \"preinstalled\" or \"push\"");
    }
    read_path("worker", Deploy::preinstalled, "preinstalled", "/opt/rackproof/bin/rackproof-worker",
              settings_.worker);
    read_path("folder", Deploy::push, "push", settings_.folder, settings_.folder);
    if (settings_.deploy == Deploy::preinstalled && settings_.worker.empty()) {
      table_.problem("deploy", "deploy = \"preinstalled\" needs the worker's path on the nodes",
                     "write worker = \"/opt/rackproof/bin/rackproof-worker\"");
    }
  }

  void read_path(std::string_view key, Deploy needed, std::string_view needed_name, std::string example,
                 std::string& path) {
    if (!has(key)) return;
    path = table_.text(key);
    if (!is_plain_path(path)) {
      table_.problem(key, fmt::format("{} must be an absolute path on the nodes", key),
                     fmt::format("write {} = \"{}\"", key, example));
    } else if (settings_.deploy != needed) {
      table_.problem(key, fmt::format("{} means nothing without deploy = \"{}\"", key, needed_name),
                     fmt::format("write deploy = \"{}\" or remove it", needed_name));
    }
  }

  // A name only: a campaign keeps the script beside its copy of the site file.
  void read_setup() {
    if (!has("setup")) return;
    settings_.setup = table_.text("setup", {}, true);
    if (settings_.setup.empty()) return;
    if (!settings_.setup.ends_with(".sh") || settings_.setup.find('/') != std::string::npos ||
        std::ranges::any_of(settings_.setup, is_control)) {
      table_.problem(
          "setup",
          fmt::format("setup = \"{}\" is not the name of a script beside the site file", settings_.setup),
          "write a name such as setup = \"modules.sh\", without a folder");
      return;
    }
    const auto file = folder_ / settings_.setup;
    try {
      settings_.setup_text = read_setup_script(file);
    } catch (const Error& error) {
      table_.problem("setup", error.what(),
                     "put a text of at most 64 kB beside the site file; it may source more on the nodes");
    }
  }

  void read_answer_time() {
    const double seconds = table_.quantity("answer_time", settings_.answer_time_s, kSecond);
    if (seconds >= 1 && seconds <= 3600) {
      settings_.answer_time_s = seconds;
    } else {
      table_.problem("answer_time", "answer_time is out of range", "write a time from \"1 s\" to \"3600 s\"");
    }
  }

  void read_programs() {
    read_program("ssh", settings_.ssh);
    read_program("mpirun", settings_.mpirun);
    read_program("srun", settings_.srun);
    if (has("ssh")) {
      // mpirun splits its agent's options at blanks.
      for (const std::string& word : settings_.ssh) {
        if (word.find(' ') == std::string::npos) continue;
        table_.problem("ssh", fmt::format("ssh: \"{}\" has a blank in it, which mpirun cannot hand on", word),
                       "put the option into a file and write ssh = [\"ssh\", \"-F\", \"FILE\"]");
      }
    }
    if (has("mpirun_from")) {
      const std::string from = table_.text("mpirun_from");
      if (from == "first_target") {
        settings_.mpirun_from = MpirunFrom::first_target;
      } else if (from != "orchestrator") {
        table_.problem("mpirun_from", fmt::format("mpirun_from = \"{}\" is not known", from),
                       "write mpirun_from = \"orchestrator\" or \"first_target\"");
      }
    }
    if (launcher_ == "template" && table_.node("on_node") == nullptr) {
      table_.problem({}, "launcher \"template\" needs on_node",
                     "write on_node = [\"PROGRAM\", \"{node}\", \"{worker}\", \"{args}\"]");
    }
    read_template("on_node", kNodePlaceholders, settings_.on_node);
    read_template("on_group", kGroupPlaceholders, settings_.on_group);
  }

  bool read_program(std::string_view key, Names& words) {
    if (!has(key)) return false;
    words = table_.texts(key);
    const auto* list = table_.node(key)->as_array();
    if (list == nullptr || list->size() != words.size()) return false;  // the table said so
    const bool sound = !words.empty() && !words.front().starts_with('-') &&
                       std::ranges::none_of(words, [](const auto& word) {
                         return word.empty() || std::ranges::any_of(word, is_control);
                       });
    if (!sound) {
      table_.problem(key, fmt::format("{} is not a program and its options", key),
                     fmt::format("write {} = [\"PROGRAM\", \"OPTION\"]", key));
    }
    return sound;
  }

  template <std::size_t N>
  void read_template(std::string_view key, const std::array<std::string_view, N>& known, Names& words) {
    if (!read_program(key, words)) return;
    std::set<std::string> used;
    for (const std::string& word : words) {
      for (const std::string& name : placeholders_in(word)) {
        used.insert(name);
        if (std::ranges::find(known, name) != known.end()) continue;
        const auto nearest = closest(name, Names(known.begin(), known.end()));
        table_.problem(key, fmt::format("{}: {{{}}} is not known", key, name),
                       nearest ? fmt::format("did you mean {{{}}}?", *nearest)
                               : fmt::format("known here: {{{}}}", fmt::join(known, "}, {")));
      }
    }
    for (const char* needed : {"worker", "args"}) {
      if (used.contains(needed)) continue;
      table_.problem(key, fmt::format("{} has no {{{}}}", key, needed),
                     "let it end with \"{worker}\", \"{args}\"");
    }
  }

  void read_networks() {
    read_network("control_net", settings_.control_net);
    read_network("data_net", settings_.data_net);
    read_path_proof();
    if (!has("ports")) return;
    const std::string text = table_.text("ports");
    if (const auto ports = parse_ports(text)) {
      std::tie(settings_.first_port, settings_.last_port) = *ports;
    } else {
      table_.problem(
          "ports", fmt::format("ports = \"{}\" is no range of ports", text),
          fmt::format("write ports = \"46000-46999\", or another range of at least {}", kFewestPorts));
    }
  }

  void read_path_proof() {
    const toml::node* node = table_.node("path");
    if (node == nullptr) return;
    constexpr const char* kHint = "write path = { interface = \"eth1\", share = 0.9 }";
    const auto* path = node->as_table();
    const auto interface = path != nullptr ? (*path)["interface"].value<std::string>() : std::nullopt;
    const bool has_share = path != nullptr && path->contains("share");
    const auto share = has_share ? (*path)["share"].value<double>() : std::optional(settings_.path_share);
    const bool knows_all =
        path != nullptr && path->size() == (has_share ? 2u : 1u) && interface && is_network_list(*interface);
    if (!knows_all || interface->find('/') != std::string::npos) {
      table_.problem("path", "path names no interface", kHint);
    } else if (!share || !(*share > 0 && *share <= 1)) {
      table_.problem("path", "share of path is not above 0 and at most 1", kHint);
    } else {
      settings_.path_interface = *interface;
      settings_.path_share = *share;
    }
  }

  void read_network(std::string_view key, std::string& network) {
    if (!has(key)) return;
    network = table_.text(key);
    if (is_network_list(network)) return;
    table_.problem(key, fmt::format("{} = \"{}\" names no networks", key, network),
                   fmt::format("write {} = \"10.77.0.0/16\", or interface names with commas between", key));
  }

  void read_at_once() {
    settings_.at_once = static_cast<int>(table_.integer("at_once", 0, 1, kMostAtOnce));
    const toml::node* value = table_.node("at_once_per");
    if (value == nullptr) return;
    const auto* limits = value->as_table();
    if (limits == nullptr) {
      table_.problem("at_once_per", "at_once_per must be a table",
                     "write at_once_per = { rack = 4, pdu = 8 }");
      return;
    }
    for (const auto& [label, limit] : *limits) {
      const std::string name(label.str());
      const auto number = limit.is_integer() ? limit.value<std::int64_t>() : std::nullopt;
      if (!number || *number < 1 || *number > kMostAtOnce) {
        table_.problem("at_once_per", fmt::format("at_once_per.{} is no number of nodes", name),
                       fmt::format("write an integer from 1 to {}", kMostAtOnce));
      } else if (!labels_.contains(name)) {
        const auto nearest = closest(name, Names(labels_.begin(), labels_.end()));
        table_.problem(
            "at_once_per", fmt::format("at_once_per: no node has the label \"{}\"", name),
            nearest ? fmt::format("did you mean \"{}\"?", *nearest) : "write a label of racks or nodes");
      } else {
        settings_.at_once_per[name] = static_cast<int>(*number);
      }
    }
  }

  TomlTable& table_;
  std::string launcher_;
  const std::set<std::string>& labels_;
  const std::filesystem::path& folder_;
  LaunchSettings settings_;
};

}  // namespace

std::vector<std::string> placeholders_in(std::string_view argument) {
  Names found;
  for (std::size_t open = argument.find('{'); open != std::string_view::npos;
       open = argument.find('{', open + 1)) {
    const std::size_t close = argument.find('}', open);
    if (close == std::string_view::npos) break;
    const std::string_view name = argument.substr(open + 1, close - open - 1);
    const bool is_name = !name.empty() && std::ranges::all_of(name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (is_name) found.emplace_back(name);
  }
  return found;
}

LaunchSettings read_launch_settings(TomlTable& table, std::string_view launcher,
                                    const std::set<std::string>& labels,
                                    const std::filesystem::path& folder) {
  return LaunchReader(table, launcher, labels, folder).read();
}

}  // namespace rackproof
