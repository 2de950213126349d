// Rated values of device models: what the maker publishes, with where and by which convention. configs/devices/*.toml, one file
// for each family:
//
//   schema = 1
//
//   [[device]]
//   vendor = "NVIDIA"
//   model = "h100-sxm"                          # as the site file names it
//   aliases = ["NVIDIA H100 80GB HBM3"]         # optional: as a backend reports it
//
//   [device.rated.memory_bandwidth]             # one of kRatedQuantities
//   value = "3.35 TB/s"                         # or "undisclosed"
//   convention = "decimal"                      # one of those of the quantity
//   source = "NVIDIA H100 datasheet"            # where the figure is published; of an undisclosed one: where it was looked for
//
// A limit "90 % of rated.memory_bandwidth" stands on these.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/units.hpp"

namespace rackproof {

struct RatedQuantity {
  std::string_view name;
  Dimension dimension;
  std::array<std::string_view, 2> conventions;  ///< empty: there is only one way to count it
  std::string_view meaning;
};

inline constexpr std::array<std::string_view, 2> kOperations{"dense", "sparse"};
inline constexpr std::array<std::string_view, 2> kPrefixes{"decimal", "binary"};
inline constexpr std::array<std::string_view, 2> kDirections{"one direction", "both directions"};
inline constexpr Dimension kOperationPerSecond = Dimension{.operation = 1} / kSecond;

inline constexpr std::array kRatedQuantities{
    RatedQuantity{"memory_bandwidth", kBytePerSecond, kPrefixes, "device memory"},
    RatedQuantity{"memory_capacity", kByte, kPrefixes, "device memory"},
    RatedQuantity{"f64_rate", kFlopPerSecond, kOperations, "vector units"},
    RatedQuantity{"f64_matrix_rate", kFlopPerSecond, kOperations, "matrix units"},
    RatedQuantity{"f32_rate", kFlopPerSecond, kOperations, "vector units"},
    RatedQuantity{"tf32_rate", kFlopPerSecond, kOperations, "matrix units"},
    RatedQuantity{"f16_rate", kFlopPerSecond, kOperations, "matrix units"},
    RatedQuantity{"bf16_rate", kFlopPerSecond, kOperations, "matrix units"},
    RatedQuantity{"f8_rate", kFlopPerSecond, kOperations, "matrix units"},
    RatedQuantity{"f4_rate", kFlopPerSecond, kOperations, "matrix units"},
    RatedQuantity{"i8_rate", kOperationPerSecond, kOperations, "matrix units"},
    RatedQuantity{"scale_up_bandwidth", kBytePerSecond, kDirections,
                  "links to the other devices, all together"},
    RatedQuantity{"host_bandwidth", kBytePerSecond, kDirections, "link to the host"},
    RatedQuantity{"power", Dimension{.watt = 1}, {}, "at most"},
};

/// nullptr: no such quantity.
const RatedQuantity* find_rated_quantity(std::string_view name);
std::vector<std::string> rated_quantity_names();

struct RatedValue {
  std::optional<double> value;  ///< SI; nothing: undisclosed
  std::string text;             ///< as written
  std::string convention;
  std::string source;
};

struct RatedDevice {
  std::string vendor;
  std::string model;
  std::vector<std::string> aliases;
  std::map<std::string, RatedValue> rated;  ///< by quantity
};

class RatedDevices {
 public:
  /// Throws ConfigurationError with every problem: what is unknown, missing, twice or of the wrong dimension.
  void add(std::string_view text, const std::string& file);

  /// By model or alias, in any case of letters; nullptr: not known.
  const RatedDevice* find(std::string_view model) const;
  const std::vector<RatedDevice>& rows() const { return rows_; }

 private:
  std::vector<RatedDevice> rows_;
};

/// A file, or every *.toml of a folder in the order of their names. Throws ConfigurationError.
RatedDevices read_rated(const std::filesystem::path& file_or_folder);

/// The same as one file.
std::string to_toml(const RatedDevices& devices);

}  // namespace rackproof
