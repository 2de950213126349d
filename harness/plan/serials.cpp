#include "harness/plan/serials.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <unordered_map>

#include "harness/base/closest.hpp"
#include "harness/base/trimmed.hpp"

namespace rackproof {

namespace {

constexpr std::string_view kMemory = "memory";
constexpr std::array<std::string_view, 4> kColumns{"target", "serial", "uuid", "part"};

std::string_view trimmed(std::string_view text) { return rackproof::trimmed(text, " \t\r"); }

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  while (true) {
    const auto comma = line.find(',');
    fields.push_back(trimmed(line.substr(0, comma)));
    if (comma == std::string_view::npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

/// A serial is compared with what firmware says: one printable word or a few.
bool is_serial(std::string_view text) {
  return text.size() <= 128 &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~' && c != '"'; });
}

class SerialReader {
 public:
  SerialReader(Site& site, const std::string& file, std::vector<Diagnostic>& problems)
      : site_(site), file_(file), problems_(problems) {
    for (std::size_t node = 0; node < site.nodes.size(); ++node) {
      const SiteNode& here = site.nodes[node];
      places_.emplace(here.name, Place{node, std::nullopt});
      for (std::size_t device = 0; device < here.devices->size(); ++device)
        places_.emplace(fmt::format("{}/{}", here.name, (*here.devices)[device].name), Place{node, device});
    }
  }

  void read(std::string_view text) {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    for (int line = 1; !text.empty(); ++line) {
      const auto end = text.find('\n');
      const std::string_view row = trimmed(text.substr(0, end));
      text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
      if (row.empty()) continue;
      if (!columns_.empty()) {
        read_row(row, line);
      } else if (!read_columns(row, line)) {
        return;
      }
    }
    if (columns_.empty()) problem(1, "the file is empty", "write target,serial as its first line");
  }

 private:
  struct Place {
    std::size_t node;
    std::optional<std::size_t> device;
  };

  void problem(int line, std::string message, std::string hint) {
    problems_.push_back({file_, line, std::move(message), std::move(hint)});
  }

  bool read_columns(std::string_view row, int line) {
    for (const std::string_view name : fields_of(row)) {
      if (std::ranges::find(kColumns, name) == kColumns.end()) {
        const auto nearest = closest(name, {kColumns.begin(), kColumns.end()});
        problem(line, fmt::format("unknown column \"{}\"", printable(name)),
                nearest ? fmt::format("did you mean \"{}\"?", *nearest)
                        : fmt::format("the columns are {}", fmt::join(kColumns, ", ")));
        return false;
      }
      columns_.emplace_back(name);
    }
    for (const char* needed : {"target", "serial"}) {
      if (std::ranges::count(columns_, needed) == 1) continue;
      problem(line, fmt::format("the column {} is not there once", needed),
              "write target,serial as the first line");
      return false;
    }
    return true;
  }

  void read_row(std::string_view row, int line) {
    const auto fields = fields_of(row);
    if (fields.size() != columns_.size()) {
      return problem(line, fmt::format("{} fields, but {} columns", fields.size(), columns_.size()),
                     "write a comma for a field that is empty; no quotes");
    }
    std::map<std::string_view, std::string> value;
    for (std::size_t i = 0; i < fields.size(); ++i) value[columns_[i]] = std::string(fields[i]);
    const std::string& serial = value["serial"];
    const std::string& uuid = value["uuid"];
    const std::string& part = value["part"];
    if ((serial.empty() && uuid.empty()) || !is_serial(serial) || !is_serial(uuid))
      return problem(line, "no serial", "write the serial as the label of the part shows it; no quotes");
    const auto place = places_.find(value["target"]);
    if (place == places_.end()) return unknown_target(value["target"], line);
    if (!part.empty() && (part != kMemory || place->second.device))
      return problem(line, fmt::format("\"{}\" is no part of it that can be read", printable(part)),
                     "write memory for a memory module of a node, or nothing for the node or device itself");
    for (const std::string& mark : {serial, uuid}) {
      if (mark.empty()) continue;
      const auto [first, is_new] = lines_.try_emplace(mark, line);
      if (!is_new)
        return problem(line, fmt::format("\"{}\" is there twice, first in line {}", mark, first->second),
                       "a part is in one place");
    }
    put(place->second, value["target"], serial, uuid, part, line);
  }

  void unknown_target(const std::string& name, int line) {
    std::vector<std::string> names;
    for (const auto& [known, place] : places_) {
      if (names.size() < 10'000) names.push_back(known);
    }
    std::ranges::sort(names);
    const auto nearest = closest(name, names);
    problem(line, fmt::format("the site has no node or device \"{}\"", printable(name)),
            nearest ? fmt::format("did you mean \"{}\"?", *nearest) : "write names as in the site file");
  }

  void put(const Place& place, const std::string& name, const std::string& serial, const std::string& uuid,
           const std::string& part, int line) {
    SiteNode& node = site_.nodes[place.node];
    if (part == kMemory) return node.memory_serials.edit().push_back(serial);
    std::string& known_serial = place.device ? node.devices.edit()[*place.device].serial : node.serial;
    std::string& known_uuid = place.device ? node.devices.edit()[*place.device].uuid : node.uuid;
    if ((!known_serial.empty() && known_serial != serial) || !known_uuid.empty())
      return problem(line, fmt::format("{} has another serial, from the site file or a line above", name),
                     "give each node and device one serial");
    known_serial = serial;
    known_uuid = uuid;
  }

  Site& site_;
  const std::string& file_;
  std::vector<Diagnostic>& problems_;
  std::unordered_map<std::string, Place> places_;
  std::vector<std::string> columns_;
  std::unordered_map<std::string, int> lines_;  // of serials and UUIDs
};

}  // namespace

void apply_serials(Site& site, std::string_view text, const std::string& file,
                   std::vector<Diagnostic>& problems) {
  SerialReader(site, file, problems).read(text);
}

}  // namespace rackproof
