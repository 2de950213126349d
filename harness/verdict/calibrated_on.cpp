#include "harness/verdict/calibrated_on.hpp"

#include <algorithm>

#include "harness/base/digest.hpp"

namespace rackproof {

std::string hash_of_serials(std::vector<std::string> serials) {
  std::ranges::sort(serials);
  std::string all;
  for (const std::string& serial : serials) all += serial + "\n";
  return sha256(all);
}

std::optional<CalibratedOn> read_calibrated_on(TomlTable& limits, const std::string& file,
                                               std::vector<Diagnostic>& problems) {
  const toml::node* const node = limits.node("calibration");
  if (node == nullptr) return std::nullopt;
  if (!node->is_table()) {
    limits.problem("calibration", "calibration must be a table", "write [calibration]");
    return std::nullopt;
  }
  TomlTable table(*node->as_table(), file, problems);
  CalibratedOn on{table.text("name"), table.text("date", {}, true), table.texts("serials"),
                  table.text("calibrated_on", {}, true)};
  std::ranges::sort(on.serials);
  if (on.serials.empty()) {
    table.problem("serials", "the calibration has no serials",
                  "write the serials of what it was measured on");
  } else if (!on.sha256.empty() && on.sha256 != hash_of_serials(on.serials)) {
    table.problem("calibrated_on", "calibrated_on is not the SHA-256 of the serials",
                  "let `calibrate` write the table again");
  }
  table.finish();
  return on;
}

std::string calibrated_serial(const CalibratedOn& calibration, const Results& results, std::uint32_t target) {
  std::vector<std::uint32_t> rows = results.targets.at(target).members;
  rows.push_back(target);
  for (const std::uint32_t row : rows) {
    const std::string& serial = results.targets.at(row).serial;
    if (!serial.empty() && std::ranges::binary_search(calibration.serials, serial)) return serial;
  }
  return {};
}

}  // namespace rackproof
