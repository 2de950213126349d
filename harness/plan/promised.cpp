#include "harness/plan/promised.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "harness/base/closest.hpp"
#include "harness/plan/site.hpp"

namespace rackproof {

namespace {

constexpr std::string_view kSuite = "inventory/";
// Above 2^53 a double no longer tells neighbouring whole numbers apart.
constexpr double kLargestWhole = 9007199254740992.0;

/// Key of a promise → its metric, and the row that defines it.
struct Definition {
  std::string metric;
  const QuantityRow* row;
};

/// Of what is found of nodes, or of devices: how the devices of a node are tied together is found of the node.
std::map<std::string, Definition> definitions(std::string_view subject, Catalogue catalogue) {
  std::map<std::string, Definition> found;
  for (const CaseRow& row : catalogue) {
    if (!row.id.starts_with(kSuite) || !(subject == "device" ? row.on_device : row.on_node)) continue;
    const std::string_view name = row.id.substr(row.id.find('/', kSuite.size()) + 1);
    for (const QuantityRow& quantity : row.quantities) {
      if (quantity.kind == QuantityKind::real) continue;
      const std::string key = fmt::format("{}#{}", name, quantity.name);
      found.emplace(key, Definition{fmt::format("{}#{}", row.id, quantity.name), &quantity});
    }
  }
  return found;
}

struct Problem {
  std::string message;
  std::string hint;
};

std::variant<std::string, Problem> count_text(const std::string& text, const QuantityRow& row) {
  const Dimension wanted = dimension_of(row.unit);
  const std::string hint = fmt::format("write for example \"{}\"", format_quantity(8e9, wanted));
  try {
    const Measured measured = parse_quantity(text);
    if (measured.dimension != wanted)
      return Problem{fmt::format("\"{}\" is in {}, not in {}", text, si_unit(measured.dimension), row.unit),
                     hint};
    if (measured.value != std::floor(measured.value) || !(std::abs(measured.value) <= kLargestWhole))
      return Problem{fmt::format("\"{}\" is not a whole number of {}", text, row.unit), hint};
    return fmt::format("{:.0f}", measured.value);
  } catch (const Error&) {
    return Problem{fmt::format("\"{}\" is not a quantity", text), hint};
  }
}

std::variant<std::vector<std::string>, Problem> values_of(const SitePromise& promise,
                                                          const QuantityRow& row) {
  const bool is_plain = dimension_of(row.unit) == kNumber;
  if (const auto* number = std::get_if<std::int64_t>(&promise.value)) {
    if (row.kind == QuantityKind::text)
      return Problem{"it is a text, not a number", fmt::format("write \"{}\"", *number)};
    if (!is_plain)
      return Problem{fmt::format("it has no unit; it is in {}", row.unit),
                     fmt::format("write for example \"{}\"", format_quantity(8e9, dimension_of(row.unit)))};
    return std::vector{std::to_string(*number)};
  }
  const auto& texts = std::get<std::vector<std::string>>(promise.value);
  if (row.kind == QuantityKind::text) return texts;
  if (is_plain) return Problem{"it is a count, not a text", "write a whole number, without quotes"};
  std::vector<std::string> counts;
  for (const std::string& text : texts) {
    auto count = count_text(text, row);
    if (auto* problem = std::get_if<Problem>(&count)) return *problem;
    counts.push_back(std::get<std::string>(std::move(count)));
  }
  return counts;
}

}  // namespace

std::vector<SitePromise> read_promised(TomlTable& table) {
  std::vector<SitePromise> promises;
  const toml::node* node = table.node("promised");
  if (node == nullptr) return promises;
  if (!node->is_table()) {
    table.problem("promised", "promised must be a table", "write [node.promised] or [node.device.promised]");
    return promises;
  }
  for (const auto& [key, value] : *node->as_table()) {
    SitePromise promise{std::string(key.str()), {}, static_cast<int>(key.source().begin.line)};
    std::vector<std::string> texts;
    bool sound = true;
    if (const auto* number = value.as_integer()) {
      promise.value = number->get();
    } else {
      if (const auto* text = value.as_string()) texts.push_back(text->get());
      if (const auto* list = value.as_array()) {
        for (const toml::node& element : *list) {
          const auto* text = element.as_string();
          sound = sound && text != nullptr;
          if (text != nullptr) texts.push_back(text->get());
        }
      }
      for (const std::string& text : texts) sound = sound && !text.empty();
      sound = sound && !texts.empty();
      promise.value = std::move(texts);
    }
    if (sound) {
      promises.push_back(std::move(promise));
    } else {
      table.problem_at(promise.line, fmt::format("\"{}\" promises nothing that can be found", promise.key),
                       "write a whole number, a text, or a list of texts");
    }
  }
  return promises;
}

std::vector<PromisedValue> promised_values(const std::vector<SitePromise>& promises, std::string_view subject,
                                           Catalogue catalogue, const std::string& file,
                                           std::vector<Diagnostic>& problems) {
  std::vector<PromisedValue> out;
  if (promises.empty()) return out;
  const auto known = definitions(subject, catalogue);
  for (const SitePromise& promise : promises) {
    const auto definition = known.find(promise.key);
    if (definition == known.end()) {
      std::vector<std::string> keys;
      for (const auto& [key, row] : known) keys.push_back(key);
      const auto nearest = closest(promise.key, keys);
      problems.push_back({file, promise.line,
                          fmt::format("nothing of the inventory of a {} is called \"{}\"",
                                      subject == "host" ? "node" : subject, promise.key),
                          nearest ? fmt::format("did you mean \"{}\"?", *nearest)
                                  : fmt::format("see rackproof list metrics, {}{}/…", kSuite, subject)});
      continue;
    }
    auto values = values_of(promise, *definition->second.row);
    if (const auto* problem = std::get_if<Problem>(&values)) {
      problems.push_back(
          {file, promise.line, fmt::format("\"{}\": {}", promise.key, problem->message), problem->hint});
      continue;
    }
    out.push_back({definition->second.metric, std::get<std::vector<std::string>>(std::move(values))});
  }
  return out;
}

void check_promises(const Site& site, Catalogue catalogue, std::vector<Diagnostic>& problems) {
  const auto check = [&](const SharedValue<std::vector<SitePromise>>& promised, std::string_view subject) {
    promised_values(*promised, subject, catalogue, site.file, problems);
  };
  std::set<const void*> seen;  // nodes of one [[node]] share theirs
  for (const SiteNode& node : site.nodes) {
    if (seen.insert(&*node.promised).second) check(node.promised, "host");
    for (const SiteDevice& device : *node.devices) {
      if (seen.insert(&*device.promised).second) check(device.promised, "device");
    }
  }
}

}  // namespace rackproof
