// How well a number repeats: what launches of one device differ by, and whether devices differ by more.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace rackproof {

/// Numbers of one series, entry i of each column is one number. Launches belong to one device each, devices to one rack.
struct Replicates {
  std::vector<double> value;  ///< above 0; others are left out
  std::vector<std::uint32_t> launch;
  std::vector<std::uint32_t> device;
  std::vector<std::uint32_t> rack;  ///< empty: not told apart
};

/// Standard deviations are relative: of the logarithm. NaN: cannot be told.
struct Repeatability {
  std::size_t devices = 0, launches = 0, values = 0;
  double rack_sd = 0;
  double device_sd = 0;
  double launch_sd = 0;  ///< one number a launch: with what iterations add to it
  double iteration_sd = 0;
  double repeat_sd = 0;  ///< of a launch's number: √(launch² + iteration² / iterations)
  double repeat_upper =
      0;  ///< its upper 95 % bound: repeat_sd · √(f / χ²(0.05, f)) with f = launches − devices
  double limit =
      0;  ///< 2.8 repeat_sd: two launches of one device differ by more in 5 % of cases (ISO 5725-6)
  double icc =
      0;  ///< share of device² in device² + repeat² / launches of a device, as peers compare medians over launches

  /// Peers would be told apart by the launch that they had. Of fewer than 8 devices, or 8 launches beyond one for each, it is not
  /// known. An outlier among the devices widens device_sd, so that a metric which shows one is never dominated by noise.
  bool dominated_by_noise() const {
    return devices >= kFewest && launches >= devices + kFewest && icc < kLeastIcc;
  }
  static constexpr double kLeastIcc = 0.5;
  static constexpr std::size_t kFewest = 8;
};

/// By nested_components(). Without two launches of any device, what repeats is NaN. Throws Error when columns differ in length.
Repeatability repeatability(const Replicates& replicates);

}  // namespace rackproof
