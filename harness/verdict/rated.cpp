#include "harness/verdict/rated.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "harness/base/closest.hpp"
#include "harness/plan/toml_table.hpp"

namespace rackproof {

namespace {

constexpr std::string_view kUndisclosed = "undisclosed";

bool is_same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

class DeviceReader {
 public:
  DeviceReader(std::string file, std::vector<Diagnostic>& problems)
      : file_(std::move(file)), problems_(problems) {}

  RatedDevice read(TomlTable& table) {
    RatedDevice device;
    device.vendor = table.text("vendor", {}, true);
    device.model = table.text("model", {}, true);
    device.aliases = table.texts("aliases");
    if (const toml::node* rated = table.node("rated")) {
      if (const toml::table* values = rated->as_table()) {
        for (const auto& [name, value] : *values) read_value(table, std::string(name.str()), value, device);
      } else {
        table.problem("rated", "rated must be a table", "write [device.rated.memory_bandwidth]");
      }
    }
    table.finish();
    return device;
  }

 private:
  void read_value(TomlTable& device_table, const std::string& name, const toml::node& node,
                  RatedDevice& device) {
    const int line = static_cast<int>(node.source().begin.line);
    const RatedQuantity* const quantity = find_rated_quantity(name);
    if (quantity == nullptr) {
      const auto near = closest(name, rated_quantity_names());
      return device_table.problem_at(
          line, fmt::format("no rated quantity is called \"{}\"", name),
          near ? fmt::format("did you mean \"{}\"?", *near)
               : fmt::format("there are {}", fmt::join(rated_quantity_names(), ", ")));
    }
    const toml::table* const source = node.as_table();
    if (source == nullptr) {
      return device_table.problem_at(line, fmt::format("rated.{} must be a table", name),
                                     fmt::format("write [device.rated.{}] with value and source", name));
    }
    TomlTable table(*source, file_, problems_);
    RatedValue rated;
    rated.text = table.text("value", {}, true);
    rated.source = table.text("source", {}, true);
    rated.convention = table.text("convention");
    if (rated.text == kUndisclosed) {
      if (!rated.convention.empty())
        table.problem("convention", "what is undisclosed has no convention", "remove it");
    } else {
      const double value = table.quantity("value", 1, quantity->dimension);
      if (!(value > 0) || !std::isfinite(value))
        table.problem("value", fmt::format("\"{}\" is not a positive quantity", rated.text),
                      "write what the maker publishes, or \"undisclosed\"");
      rated.value = value;
      check_convention(table, *quantity, rated.convention);
    }
    table.finish();
    device.rated.emplace(name, std::move(rated));
  }

  static void check_convention(TomlTable& table, const RatedQuantity& quantity, const std::string& found) {
    const auto& known = quantity.conventions;
    if (known[0].empty() ? found.empty() : std::ranges::find(known, found) != known.end()) return;
    table.problem("convention",
                  known[0].empty() ? fmt::format("{} has no convention", quantity.name)
                                   : fmt::format("\"{}\" is no convention of {}", found, quantity.name),
                  known[0].empty() ? "remove it" : fmt::format("write \"{}\"", fmt::join(known, "\" or \"")));
  }

  std::string file_;
  std::vector<Diagnostic>& problems_;
};

}  // namespace

const RatedQuantity* find_rated_quantity(std::string_view name) {
  const auto* const found = std::ranges::find(kRatedQuantities, name, &RatedQuantity::name);
  return found == kRatedQuantities.end() ? nullptr : found;
}

std::vector<std::string> rated_quantity_names() {
  std::vector<std::string> names;
  for (const RatedQuantity& quantity : kRatedQuantities) names.emplace_back(quantity.name);
  return names;
}

void RatedDevices::add(std::string_view text, const std::string& file) {
  const toml::table root = parse_toml(text, file);
  std::vector<Diagnostic> problems;
  TomlTable table(root, file, problems);
  require_schema(table);
  for (const toml::table* source : table.tables("device")) {
    TomlTable row(*source, file, problems);
    RatedDevice device = DeviceReader(file, problems).read(row);
    std::vector<std::string> names = device.aliases;
    names.push_back(device.model);
    for (const std::string& name : names) {
      if (const RatedDevice* other = find(name))
        row.problem("model", fmt::format("\"{}\" is a name of {}, too", name, other->model),
                    "give each model its own names");
    }
    rows_.push_back(std::move(device));
  }
  table.finish();
  raise_problems(std::move(problems));
}

const RatedDevice* RatedDevices::find(std::string_view model) const {
  const auto found = std::ranges::find_if(rows_, [&](const RatedDevice& device) {
    return is_same_name(device.model, model) ||
           std::ranges::any_of(device.aliases,
                               [&](const std::string& alias) { return is_same_name(alias, model); });
  });
  return found == rows_.end() ? nullptr : &*found;
}

RatedDevices read_rated(const std::filesystem::path& file_or_folder) {
  std::vector<std::filesystem::path> files;
  if (std::filesystem::is_directory(file_or_folder)) {
    for (const auto& entry : std::filesystem::directory_iterator(file_or_folder)) {
      if (entry.path().extension() == ".toml") files.push_back(entry.path());
    }
    std::ranges::sort(files);
  } else {
    files.push_back(file_or_folder);
  }
  RatedDevices devices;
  for (const auto& file : files) devices.add(read_configuration(file), file.string());
  return devices;
}

std::string to_toml(const RatedDevices& devices) {
  std::string text = "schema = 1\n";
  for (const RatedDevice& device : devices.rows()) {
    text += fmt::format("\n[[device]]\nvendor = {}\nmodel = {}\n", toml_string(device.vendor),
                        toml_string(device.model));
    std::vector<std::string> aliases;
    for (const std::string& alias : device.aliases) aliases.push_back(toml_string(alias));
    if (!aliases.empty()) text += fmt::format("aliases = [{}]\n", fmt::join(aliases, ", "));
    for (const auto& [name, rated] : device.rated) {
      text += fmt::format("[device.rated.{}]\nvalue = {}\n", name, toml_string(rated.text));
      if (!rated.convention.empty()) text += fmt::format("convention = {}\n", toml_string(rated.convention));
      text += fmt::format("source = {}\n", toml_string(rated.source));
    }
  }
  return text;
}

}  // namespace rackproof
