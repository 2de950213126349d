#include "harness/verdict/roof.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rackproof {

namespace {

struct RoofRow {
  std::string_view prefix;    ///< of the metric
  std::string_view quantity;  ///< that it reports
  std::string_view rated;
};

// The first that fits. A product in f64 or f32 may run on vector or matrix units.
constexpr RoofRow kRoofs[]{
    {"memory/device/", "bandwidth", "memory_bandwidth"},
    {"compute/device/fma:f64", "rate", "f64_rate"},
    {"compute/device/fma:f32", "rate", "f32_rate"},
    {"compute/device/gemm:f64,", "rate", "f64_matrix_rate"},
    {"compute/device/gemm:f32,", "rate", "f32_rate"},
    {"compute/device/gemm:tf32,", "rate", "tf32_rate"},
    {"compute/device/gemm:f16,", "rate", "f16_rate"},
    {"compute/device/gemm:bf16,", "rate", "bf16_rate"},
    {"compute/device/gemm:f8e4m3,", "rate", "f8_rate"},
    {"compute/device/gemm:i8,", "rate", "i8_rate"},
    {"interconnect/device/h2d", "bandwidth", "host_bandwidth"},
    {"interconnect/device/d2h", "bandwidth", "host_bandwidth"},
};

}  // namespace

std::string_view roof_quantity(std::string_view metric) {
  const std::string_view case_id = metric.substr(0, metric.find('#'));
  if (case_id.size() == metric.size() || case_id.ends_with(",hot")) return {};
  const std::string_view quantity = metric.substr(case_id.size() + 1);
  const auto* const found = std::ranges::find_if(
      kRoofs, [&](const RoofRow& row) { return metric.starts_with(row.prefix) && quantity == row.quantity; });
  return found == std::end(kRoofs) ? std::string_view{} : found->rated;
}

std::optional<Roof> roof_of(std::string_view metric, const RatedDevice& device) {
  const auto rated = device.rated.find(std::string(roof_quantity(metric)));
  if (rated == device.rated.end() || !rated->second.value || rated->second.convention == "sparse")
    return std::nullopt;
  const RatedValue& value = rated->second;
  const double directions = value.convention == "both directions" ? 2 : 1;
  return Roof{*value.value / directions,
              fmt::format("rated.{} of {}, {}{}{}", rated->first, device.model, value.text,
                          value.convention.empty() ? "" : " ", value.convention)};
}

}  // namespace rackproof
