#include "harness/verdict/peers/repeatability.hpp"

#include <algorithm>
#include <cmath>

#include "harness/base/distributions.hpp"
#include "harness/base/error.hpp"
#include "harness/base/no_number.hpp"
#include "harness/verdict/peers/nested_components.hpp"

namespace rackproof {

namespace {

constexpr double kLimit = 2.8;  // 1.96 · √2
constexpr double kConfidence = 0.95;

std::size_t different(std::vector<std::uint32_t> column) {
  std::ranges::sort(column);
  return static_cast<std::size_t>(std::ranges::unique(column).begin() - column.begin());
}

}  // namespace

Repeatability repeatability(const Replicates& replicates) {
  const std::size_t n = replicates.value.size();
  const bool has_racks = !replicates.rack.empty();
  if (replicates.launch.size() != n || replicates.device.size() != n ||
      (has_racks && replicates.rack.size() != n))
    throw Error("columns of replicates differ in length");
  std::vector<double> logarithms;
  std::vector<std::vector<std::uint32_t>> levels(has_racks ? 3 : 2);  // [rack,] device, launch
  auto& device = levels[levels.size() - 2];
  auto& launch = levels.back();
  for (std::size_t i = 0; i < n; ++i) {
    if (!(replicates.value[i] > 0) || !std::isfinite(replicates.value[i])) continue;
    logarithms.push_back(std::log(replicates.value[i]));
    if (has_racks) levels.front().push_back(replicates.rack[i]);
    device.push_back(replicates.device[i]);
    launch.push_back(replicates.launch[i]);
  }
  Repeatability out{different(device), different(launch), logarithms.size(), kNoNumber, kNoNumber, kNoNumber,
                    kNoNumber,         kNoNumber,         kNoNumber,         kNoNumber, kNoNumber};
  if (logarithms.empty()) return out;
  const std::vector<VarianceComponent> components = nested_components(logarithms, levels);
  const VarianceComponent& of_device = components[levels.size() - 2];
  const VarianceComponent& of_launch = components[levels.size() - 1];
  if (has_racks) out.rack_sd = std::sqrt(components.front().variance);
  out.launch_sd = std::sqrt(of_launch.variance);
  out.iteration_sd = std::sqrt(components.back().variance);
  if (of_launch.degrees == 0) return out;  // what devices differ by holds what launches differ by
  out.device_sd = std::sqrt(of_device.variance);
  // The mean square of launches over the iterations of one is the variance of a launch's number.
  const double repeat = of_launch.mean_square / of_launch.per_group;
  const auto degrees = static_cast<double>(of_launch.degrees);
  out.repeat_sd = std::sqrt(repeat);
  out.repeat_upper = std::sqrt(repeat * degrees / chi_squared_quantile(1 - kConfidence, degrees));
  out.limit = kLimit * out.repeat_sd;
  const double launches = static_cast<double>(out.launches) / static_cast<double>(out.devices);
  const double of_number = of_device.variance + repeat / launches;
  if (of_number > 0) out.icc = of_device.variance / of_number;
  return out;
}

}  // namespace rackproof
