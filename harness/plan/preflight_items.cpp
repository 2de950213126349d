#include "harness/plan/preflight_items.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "harness/base/closest.hpp"
#include "harness/base/units.hpp"
#include "harness/plan/toml_table.hpp"

namespace rackproof {

namespace {

using Kind = PreflightItem::Kind;

constexpr std::array<PreflightItem, 16> kItems{{
    {"cores", Kind::count_at_least, ""},
    {"memory", Kind::bytes_at_least, ""},
    {"shm", Kind::bytes_at_least, ""},
    {"memlock", Kind::bytes_at_least, ""},
    {"open_files", Kind::count_at_least, ""},
    {"huge_pages", Kind::count_at_least, ""},
    {"load", Kind::share_at_most, "0.05"},
    {"governor", Kind::text, "performance"},
    {"services", Kind::names, ""},
    {"temperature_at_rest", Kind::kelvin_at_most, "", true},
    {"device_processes", Kind::count_at_most, "0", true},
    {"compute_mode", Kind::text, "default", true},
    {"mig", Kind::text, "off", true},
    {"mps", Kind::text, "off", true},
    {"ecc_pending", Kind::count_at_most, "0", true},
    {"power_cap", Kind::text, "default", true},
}};

constexpr std::string_view kUnlimited = "unlimited";

bool may_be_unlimited(const PreflightItem& item) {
  return item.name == "memlock" || item.name == "open_files";
}

std::string example_of(const PreflightItem& item) {
  switch (item.kind) {
    case Kind::count_at_least:
      return may_be_unlimited(item) ? "65536, or \"unlimited\"" : "64";
    case Kind::bytes_at_least:
      return may_be_unlimited(item) ? "\"unlimited\", or \"8 GB\"" : "\"64 GiB\"";
    case Kind::count_at_most:
      return "0";
    case Kind::share_at_most:
      return "0.05";
    case Kind::kelvin_at_most:
      return "\"45 degC\"";
    case Kind::text:
      return fmt::format("\"{}\"", item.standard);
    case Kind::names:
      return "[\"munge\"]";
  }
  return {};
}

std::optional<double> quantity(std::string_view text, const Dimension& dimension) {
  try {
    const Measured measured = parse_quantity(text);
    if (measured.dimension == dimension) return measured.value;
  } catch (const Error&) {
  }
  return std::nullopt;
}

std::optional<double> kelvin(std::string_view text) {
  constexpr std::string_view kCelsius = "degC";
  if (!text.ends_with(kCelsius)) return quantity(text, Dimension{.kelvin = 1});
  text.remove_suffix(kCelsius.size());
  const auto degrees = quantity(text, kNumber);
  return degrees ? std::optional(*degrees + kZeroCelsius) : std::nullopt;
}

/// A name that is safe in a list with commas and in a path.
bool is_name(std::string_view text) {
  return !text.empty() && text.front() != '.' && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '@' || c == ':';
  });
}

/// The need of a key as text; nothing when it is none of its kind.
std::optional<std::string> need_of(TomlTable& table, const PreflightItem& item, const toml::node& node) {
  if (item.kind == Kind::names) {
    const std::size_t written = node.is_array() ? node.as_array()->size() : 0;
    const auto names = node.is_array() ? table.texts(item.name) : std::vector<std::string>();
    const bool sound = written > 0 && names.size() == written && std::ranges::all_of(names, is_name);
    return sound ? std::optional(fmt::format("{}", fmt::join(names, ", "))) : std::nullopt;
  }
  const auto* text = node.as_string();
  if (item.kind == Kind::text) {
    const bool sound = text != nullptr && is_name(text->get());
    const bool is_switch = item.name == "mig" || item.name == "mps";
    if (!sound || (is_switch && text->get() != "on" && text->get() != "off")) return std::nullopt;
    return text->get();
  }
  std::string need;
  if (text != nullptr) {
    need = text->get();
  } else if (const auto* integer = node.as_integer(); integer != nullptr) {
    need = std::to_string(integer->get());
  } else if (const auto* real = node.as_floating_point(); real != nullptr) {
    need = fmt::format("{}", real->get());
  }
  // What has a unit is a text, what has none is a number.
  const bool has_unit = item.kind == Kind::bytes_at_least || item.kind == Kind::kelvin_at_most;
  const bool as_text =
      text != nullptr && (has_unit || need == kUnlimited || item.kind == Kind::share_at_most);
  if (!as_text && (text != nullptr || has_unit)) return std::nullopt;
  return needed_number(item, need) ? std::optional(need) : std::nullopt;
}

}  // namespace

std::span<const PreflightItem> preflight_items() { return kItems; }

const PreflightItem* find_preflight_item(std::string_view name) {
  const auto found = std::ranges::find(kItems, name, &PreflightItem::name);
  return found == kItems.end() ? nullptr : &*found;
}

std::vector<std::string> preflight_item_names() {
  std::vector<std::string> names;
  for (const PreflightItem& item : kItems) names.emplace_back(item.name);
  return names;
}

std::optional<double> needed_number(const PreflightItem& item, std::string_view need) {
  std::optional<double> number;
  if (need == kUnlimited && may_be_unlimited(item)) return std::numeric_limits<double>::infinity();
  if (item.kind == Kind::bytes_at_least) {
    number = quantity(need, kByte);
  } else if (item.kind == Kind::kelvin_at_most) {
    number = kelvin(need);
  } else if (item.kind != Kind::text && item.kind != Kind::names) {
    number = quantity(need, kNumber);
  }
  const bool is_count = item.kind == Kind::count_at_least || item.kind == Kind::count_at_most;
  if (!number || !(*number >= 0) || (is_count && *number != std::floor(*number))) return std::nullopt;
  if (item.kind == Kind::share_at_most && !(*number <= 1)) return std::nullopt;
  return number;
}

Requirements read_requirements(TomlTable& table) {
  Requirements needs;
  for (const PreflightItem& item : kItems) {
    const toml::node* node = table.node(item.name);
    if (node == nullptr) continue;
    if (auto need = need_of(table, item, *node)) {
      needs.emplace(item.name, std::move(*need));
    } else {
      table.problem(item.name, fmt::format("{} is not what {} may require", item.name, "[node.requires]"),
                    fmt::format("write {} = {}", item.name, example_of(item)));
    }
  }
  table.finish();
  return needs;
}

PreflightModes read_preflight_modes(TomlTable& table) {
  const std::vector<std::string> kModes{"block", "record", "off"};
  PreflightModes modes;
  for (const PreflightItem& item : kItems) {
    if (table.node(item.name) == nullptr) continue;
    const std::string mode = table.text(item.name);
    if (std::ranges::find(kModes, mode) != kModes.end()) {
      modes.emplace(item.name, mode);
      continue;
    }
    const auto nearest = closest(mode, kModes);
    table.problem(item.name, fmt::format("{} = \"{}\" is not known", item.name, mode),
                  nearest ? fmt::format("did you mean \"{}\"?", *nearest)
                          : fmt::format("write {} = \"block\", \"record\" or \"off\"", item.name));
  }
  table.finish();
  return modes;
}

}  // namespace rackproof
