// Devices with a known speed whose values are nested noise: a device, its launches, their iterations. Made and judged in logs.
#pragma once

#include <array>
#include <cmath>
#include <numeric>
#include <string_view>
#include <vector>

#include "harness/base/random.hpp"
#include "harness/verdict/compare/ratio.hpp"

namespace rackproof::test {

/// Families with mean 0 and variance 1. Tuned on gauss and t3, judged on the others.
enum class Noise { gauss, t3, t6, lognormal };

inline std::string_view name_of(Noise noise) {
  constexpr std::array<std::string_view, 4> kNames{"Gauss", "t3", "t6", "lognormal"};
  return kNames[static_cast<std::size_t>(noise)];
}

inline double draw(Noise noise, RandomSequence& random) {
  switch (noise) {
    case Noise::gauss:
      return random.normal();
    case Noise::t3:
      return random.student(3);
    case Noise::t6:
      return random.student(6);
    case Noise::lognormal:
      break;
  }
  // Skewness 1.75: a long tail on one side, also after logs were taken.
  constexpr double kSigma = 0.5;
  static const double kMean = std::exp(kSigma * kSigma / 2);
  static const double kSd = kMean * std::sqrt(std::exp(kSigma * kSigma) - 1);
  return (std::exp(kSigma * random.normal()) - kMean) / kSd;
}

struct Planted {
  Noise noise = Noise::gauss;
  std::size_t devices = 16;
  std::size_t launches = 3;
  std::size_t iterations = 4;
  double device_sd = 0.03;
  double launch_sd = 0.01;
  double iteration_sd = 0.01;
  double log_speed = 0;
};

struct PlantedDevices {
  std::vector<double> device_means;  ///< of logs
  std::vector<double> iterations;    ///< logs, all of them
};

inline PlantedDevices planted_devices(const Planted& planted, RandomSequence& random) {
  PlantedDevices out;
  for (std::size_t d = 0; d < planted.devices; ++d) {
    const double device = planted.log_speed + planted.device_sd * draw(planted.noise, random);
    double sum = 0;
    for (std::size_t l = 0; l < planted.launches; ++l) {
      const double launch = device + planted.launch_sd * draw(planted.noise, random);
      for (std::size_t i = 0; i < planted.iterations; ++i) {
        out.iterations.push_back(launch + planted.iteration_sd * draw(planted.noise, random));
        sum += out.iterations.back();
      }
    }
    out.device_means.push_back(sum / static_cast<double>(planted.launches * planted.iterations));
  }
  return out;
}

/// Devices of one speed, sd 1 %, in racks whose own level spreads by `rack_sd`.
inline DeviceValues in_racks(std::size_t racks, std::size_t devices, double rack_sd, RandomSequence& random) {
  DeviceValues out;
  for (std::uint32_t rack = 0; rack < racks; ++rack) {
    const double level = rack_sd * random.normal();
    for (std::size_t i = 0; i < devices; ++i) {
      out.values.push_back(std::exp(level + 0.01 * random.normal()));
      out.racks.push_back(rack);
    }
  }
  return out;
}

}  // namespace rackproof::test
