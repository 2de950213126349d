#include "harness/simulate/simulation_spec.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <span>

#include "harness/base/closest.hpp"
#include "harness/plan/toml_table.hpp"
#include "harness/simulate/pair_rounds.hpp"

namespace rackproof {

namespace {

constexpr double kMostSd = 0.2;  // so that no value can become 0 or less by much less than a miracle
constexpr double kMostEffect = 0.9;

/// The number of a name in a table of names; a problem and the first one when it is not there.
std::size_t choose(TomlTable& table, std::string_view key, const std::string& name,
                   std::span<const std::string_view> names) {
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  const auto near = closest(name, {names.begin(), names.end()});
  table.problem(key, fmt::format("unknown {} \"{}\"", key, name),
                near ? fmt::format("did you mean \"{}\"?", *near)
                     : fmt::format("write one of {}", fmt::join(names, ", ")));
  return 0;
}

/// The tables of a file, one after the other.
class SpecReader {
 public:
  SpecReader(std::string file, const SimulationSize& size, std::vector<Diagnostic>& problems)
      : file_(std::move(file)), size_(size), fleet_(size), problems_(problems) {}

  NoiseSpec noise(const toml::table* source) {
    NoiseSpec noise;
    if (source == nullptr) return noise;
    TomlTable table(*source, file_, problems_);
    noise.family =
        static_cast<NoiseFamily>(choose(table, "family", table.text("family", "gauss"), kNoiseFamilyNames));
    noise.rack_sd = table.real("rack_sd", noise.rack_sd, 0, kMostSd);
    noise.device_sd = table.real("device_sd", noise.device_sd, 0, kMostSd);
    noise.night_sd = table.real("night_sd", noise.night_sd, 0, kMostSd);
    noise.launch_sd = table.real("launch_sd", noise.launch_sd, 0, kMostSd);
    noise.iteration_sd = table.real("iteration_sd", noise.iteration_sd, 0, kMostSd);
    noise.iterations = static_cast<int>(table.integer("iterations", noise.iterations, 1, 1'000'000));
    table.finish();
    return noise;
  }

  std::uint32_t rounds(const toml::table* source) {
    if (source == nullptr) return 0;
    TomlTable table(*source, file_, problems_);
    const std::uint32_t most = most_rounds(fleet_.nodes());
    if (most == 0) table.problem("", "[pairs]: there is one node", "simulate two nodes, or remove [pairs]");
    if (table.node("rounds") == nullptr) table.problem("", "rounds is missing", "write rounds = 7");
    rounds_ = static_cast<std::uint32_t>(table.integer("rounds", 1, 1, std::max<std::uint32_t>(most, 1)));
    table.finish();
    return rounds_;
  }

  FaultSpec fault(const toml::table& source) {
    TomlTable table(source, file_, problems_);
    FaultSpec fault;
    const std::string kind = table.text("kind", {}, true);
    if (!kind.empty()) fault.kind = static_cast<FaultKind>(choose(table, "kind", kind, kFaultKindNames));
    nights(table, fault);
    count(table, fault);
    if (fault.kind != FaultKind::missing_night) {
      effect(table, fault);
      metrics(table, fault);
    }
    if ((fault.kind == FaultKind::bad_link || fault.kind == FaultKind::bad_node) && rounds_ == 0)
      table.problem("kind", fmt::format("{} needs pairs", kind), "write [pairs] with rounds = 7");
    if (fault.kind == FaultKind::launch_effect && size_.launches < 2)
      table.problem("kind", "launch_effect needs two launches", "simulate with --launches 2");
    table.finish();
    return fault;
  }

 private:
  /// How many can have it.
  std::uint32_t population(const FaultSpec& fault) const {
    switch (fault.kind) {
      case FaultKind::slow_device:
      case FaultKind::drift:
      case FaultKind::launch_effect:
      case FaultKind::swap:
        return fleet_.devices();
      case FaultKind::hot_rack:
        return fleet_.racks();
      case FaultKind::bad_leaf:
        return fleet_.leaves();
      case FaultKind::bad_node:
      case FaultKind::driver_step:
        return fleet_.nodes();
      case FaultKind::bad_link:
        return rounds_ * (fleet_.nodes() / 2);
      case FaultKind::missing_night:
        return static_cast<std::uint32_t>(std::max(size_.nights - fault.from_night + 1, 0));
    }
    throw Error("unknown kind of fault");
  }

  void nights(TomlTable& table, FaultSpec& fault) {
    fault.from_night = static_cast<int>(table.integer("from_night", 1, 1, size_.nights));
    fault.until_night = size_.nights;
    const bool is_lasting = fault.kind == FaultKind::drift || fault.kind == FaultKind::driver_step ||
                            fault.kind == FaultKind::swap || fault.kind == FaultKind::missing_night;
    if (!is_lasting)
      fault.until_night =
          static_cast<int>(table.integer("until_night", size_.nights, fault.from_night, size_.nights));
  }

  void count(TomlTable& table, FaultSpec& fault) {
    const bool has_share = table.node("share") != nullptr, has_count = table.node("count") != nullptr;
    if (has_share == has_count) {
      table.problem(has_share ? "share" : "", "exactly one of share and count says how many there are",
                    "write share = 0.001 or count = 3");
    }
    const std::uint32_t all = population(fault);
    const double share = table.real("share", 0, 0, 1);
    const auto number = table.integer("count", 1, 1, std::max<std::int64_t>(all, 1));
    fault.count = static_cast<std::uint32_t>(has_count ? number : std::llround(share * all));
    if (has_share && !has_count && fault.count == 0) {
      table.problem("share", fmt::format("share = {} of {} is none", share, all),
                    "write count = 1, or a larger share");
    }
  }

  void effect(TomlTable& table, FaultSpec& fault) {
    const toml::node* given = table.node("effect");
    if (given == nullptr) {
      if (fault.kind != FaultKind::swap)
        table.problem("", "effect is missing", "write effect = [\"5 %\", \"12 %\"]");
      return;
    }
    std::vector<std::string> texts;
    if (given->is_array()) {
      texts = table.texts("effect");
    } else {
      texts.push_back(table.text("effect"));
    }
    std::vector<double> range;
    for (const std::string& text : texts) {
      if (const auto value = share_of(text)) range.push_back(*value);
    }
    if (range.size() != texts.size() || range.empty() || range.size() > 2 || range.front() > range.back()) {
      table.problem("effect", "effect is no range of shares up to 90 %, from the smaller to the larger",
                    "write effect = [\"5 %\", \"12 %\"] or effect = \"8 %\"");
      return;
    }
    fault.least = range.front();
    fault.most = range.back();
  }

  static std::optional<double> share_of(const std::string& text) {
    try {
      const Measured measured = parse_quantity(text);
      if (measured.dimension == kNumber && measured.value > 0 && measured.value <= kMostEffect)
        return measured.value;
    } catch (const Error&) {  // said by the caller, with what to write
    }
    return std::nullopt;
  }

  void metrics(TomlTable& table, FaultSpec& fault) {
    const toml::node* given = table.node("metrics");
    if (given == nullptr) return;
    const auto wrong = [&] {
      table.problem("metrics", fmt::format("metrics is no list of indexes from 1 to {}", size_.metrics),
                    "write metrics = [1, 2], or leave it away for all");
    };
    if (fault.kind == FaultKind::bad_link || fault.kind == FaultKind::bad_node)
      return table.problem("metrics", "pairs have one metric", "remove metrics");
    const toml::array* list = given->as_array();
    if (list == nullptr || list->empty()) return wrong();
    for (const toml::node& element : *list) {
      const auto* index = element.as_integer();
      if (index == nullptr || index->get() < 1 || index->get() > size_.metrics) return wrong();
      fault.metrics.push_back(static_cast<int>(index->get()));
    }
    std::ranges::sort(fault.metrics);
    fault.metrics.erase(std::unique(fault.metrics.begin(), fault.metrics.end()), fault.metrics.end());
  }

  std::string file_;
  const SimulationSize& size_;
  Fleet fleet_;
  std::vector<Diagnostic>& problems_;
  std::uint32_t rounds_ = 0;
};

/// The table [key]; a problem when it is something else.
const toml::table* table_of(TomlTable& root, std::string_view key) {
  const toml::node* node = root.node(key);
  if (node != nullptr && !node->is_table())
    root.problem(key, fmt::format("{} is no table", key), fmt::format("write [{}]", key));
  return node == nullptr ? nullptr : node->as_table();
}

/// No two faults draw the same: together they must not ask for more than there are.
void check_sums(const std::vector<FaultSpec>& faults, const std::vector<int>& lines, const Fleet& fleet,
                std::uint32_t pairs, TomlTable& root) {
  std::uint64_t devices = 0;
  std::map<FaultKind, std::uint64_t> others;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    const FaultKind kind = faults[i].kind;
    std::uint64_t all = 0, asked = 0;
    if (kind == FaultKind::slow_device || kind == FaultKind::drift || kind == FaultKind::swap) {
      asked = devices += faults[i].count;
      all = fleet.devices();
    } else if (kind != FaultKind::driver_step && kind != FaultKind::launch_effect &&
               kind != FaultKind::missing_night) {
      asked = others[kind] += faults[i].count;
      all = kind == FaultKind::hot_rack   ? fleet.racks()
            : kind == FaultKind::bad_leaf ? fleet.leaves()
            : kind == FaultKind::bad_node ? fleet.nodes()
                                          : pairs;
    }
    if (asked > all)
      root.problem_at(lines[i], fmt::format("the faults up to here want {} of {}", asked, all),
                      "no two faults have the same subject: ask for fewer");
  }
}

}  // namespace

SimulationSpec parse_simulation_spec(std::string_view text, const std::string& file,
                                     const SimulationSize& size) {
  const toml::table tree = parse_toml(text, file);
  std::vector<Diagnostic> problems;
  TomlTable root(tree, file, problems);
  require_schema(root);
  SimulationSpec spec;
  spec.text = std::string(text);
  spec.name = root.text("name", "unnamed");
  SpecReader reader(file, size, problems);
  spec.noise = reader.noise(table_of(root, "noise"));
  spec.rounds = reader.rounds(table_of(root, "pairs"));
  std::vector<int> lines;
  for (const toml::table* fault : root.tables("fault")) {
    spec.faults.push_back(reader.fault(*fault));
    lines.push_back(static_cast<int>(fault->source().begin.line));
  }
  const Fleet fleet(size);
  check_sums(spec.faults, lines, fleet, spec.rounds * (fleet.nodes() / 2), root);
  root.finish();
  raise_problems(std::move(problems));
  return spec;
}

SimulationSpec read_simulation_spec(const std::filesystem::path& file, const SimulationSize& size) {
  return parse_simulation_spec(read_configuration(file), file.string(), size);
}

}  // namespace rackproof
