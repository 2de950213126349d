// How much a device's figure changes from launch to launch.
#pragma once

#include <cstddef>
#include <vector>

namespace rackproof {

/// Launches of one device: the value of each, and the half width of its own 95 % interval.
struct DeviceLaunches {
  std::vector<double> values;
  std::vector<double> half_widths;
};

/// Relative standard deviations, from logs, of a one-way layout of launches in devices by the method of moments.
struct LaunchComponent {
  double sd = 0;  ///< between launches, less what the samples within one explain; 0 when that is all
  double upper =
      0;  ///< 95 % upper bound of what two launches differ by, with the samples' share: chi-squared; NaN: nothing is known
  std::size_t degrees = 0;  ///< launches − devices with several; 0: nothing is known
  std::size_t devices = 0;  ///< with at least two launches
};

/// Launches without a positive number are left out; devices with one launch tell nothing.
LaunchComponent launch_component(const std::vector<DeviceLaunches>& devices);

}  // namespace rackproof
