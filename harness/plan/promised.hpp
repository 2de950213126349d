// What a site promises of its machines, metric by metric:
//
//   [node.promised]                     # of the [[node]] above
//   "cpu#cores" = 64                    # of the case inventory/host/cpu
//   "memory#module_bytes" = "512 GiB"   # counts with a unit: a quantity
//   "system#bios" = ["1.2", "1.3"]      # one of these
//
//   [node.device.promised]              # of the [[node.device]] above
//   "identity#driver" = "580.65.06"     # of the case inventory/device/identity
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/plan/catalogue.hpp"
#include "harness/plan/toml_table.hpp"

namespace rackproof {

/// One promise as it is written.
struct SitePromise {
  std::string key;  ///< "cpu#cores"
  std::variant<std::int64_t, std::vector<std::string>> value;
  int line = 0;  ///< in the site file
};

/// The promises in the table `promised` of a node or device. What is no promise goes to the table's problems.
std::vector<SitePromise> read_promised(TomlTable& table);

/// A promise in the terms of the catalogue: what is found must be one of the values. Counts are written in digits, in the
/// unit of the catalogue.
struct PromisedValue {
  std::string metric;  ///< "inventory/host/cpu#cores"
  std::vector<std::string> values;
};

/// `subject`: "host" for promises of a node, "device" for those of a device. Problems (a quantity that no case of the
/// inventory has, "did you mean", no unit or a wrong one, a text for a count) are added to `problems`, of the file `file`.
std::vector<PromisedValue> promised_values(const std::vector<SitePromise>& promises, std::string_view subject,
                                           Catalogue catalogue, const std::string& file,
                                           std::vector<Diagnostic>& problems);

}  // namespace rackproof
