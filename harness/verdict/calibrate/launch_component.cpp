#include "harness/verdict/calibrate/launch_component.hpp"

#include <algorithm>
#include <cmath>

#include "harness/base/distributions.hpp"
#include "harness/base/error.hpp"
#include "harness/base/statistics.hpp"

namespace rackproof {

LaunchComponent launch_component(const std::vector<DeviceLaunches>& devices) {
  LaunchComponent out;
  double squares = 0, within = 0;
  std::size_t launches = 0;
  for (const DeviceLaunches& device : devices) {
    if (device.values.size() != device.half_widths.size())
      throw Error("launches of a device and their intervals differ in number");
    std::vector<double> logs;
    double own_within = 0;
    for (std::size_t i = 0; i < device.values.size(); ++i) {
      const double value = device.values[i], half = device.half_widths[i];
      if (!(value > 0 && std::isfinite(value)) || !(half >= 0 && std::isfinite(half))) continue;
      logs.push_back(std::log(value));
      const double sd = half / normal_two_sided(0.95) / value;
      own_within += sd * sd;
    }
    if (logs.size() < 2) continue;
    double mean = 0;
    for (const double x : logs) mean += x / static_cast<double>(logs.size());
    for (const double x : logs) squares += (x - mean) * (x - mean);
    within += own_within;
    launches += logs.size();
    out.degrees += logs.size() - 1;
    ++out.devices;
  }
  if (out.degrees == 0) {
    out.sd = out.upper = std::nan("");
    return out;
  }
  const auto degrees = static_cast<double>(out.degrees);
  const double total = squares / degrees;
  out.sd = std::sqrt(std::max(0.0, total - within / static_cast<double>(launches)));
  out.upper = std::sqrt(squares / chi_squared_quantile(0.05, degrees));
  return out;
}

}  // namespace rackproof
