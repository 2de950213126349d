// Simulated series of nights: noise of several families around a level of 0, of standard deviation 1 where it has one.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "harness/base/random.hpp"

namespace rackproof::test {

enum class Noise {
  gauss,
  student3,    ///< heavy tails
  dips,        ///< Gauss; 2 % of the nights are 8 standard deviations low
  correlated,  ///< Gauss, correlation of neighbouring nights 0.3
  lognormal,   ///< skewed: exp of 0.25 normals
  student6
};

struct NoiseFamily {
  Noise noise;
  std::string_view name;
};
inline constexpr NoiseFamily kNoiseFamilies[]{{Noise::gauss, "Gauss"},         {Noise::student3, "t3"},
                                              {Noise::dips, "dips"},           {Noise::correlated, "AR(0.3)"},
                                              {Noise::lognormal, "lognormal"}, {Noise::student6, "t6"}};

/// A series of its own for every (seed, number).
inline void draw_nights(Noise noise, std::uint64_t seed, std::uint64_t number, std::span<double> nights) {
  constexpr double kLag1 = 0.3, kLogSigma = 0.25;
  RandomSequence random(seed, number);
  const RandomStream odd(~seed, number);  // normal and uniform numbers of one stream share their bits
  double last = random.normal();
  for (std::size_t i = 0; i < nights.size(); ++i) {
    double& night = nights[i];
    switch (noise) {
      case Noise::gauss:
        night = random.normal();
        break;
      case Noise::student3:
        night = random.student(3);
        break;
      case Noise::dips:
        night = random.normal() - (odd.uniform(i) < 0.02 ? 8 : 0);
        break;
      case Noise::correlated:
        night = last = kLag1 * last + std::sqrt(1 - kLag1 * kLag1) * random.normal();
        break;
      case Noise::lognormal:
        night = (std::exp(kLogSigma * random.normal()) - std::exp(kLogSigma * kLogSigma / 2)) / 0.262;
        break;
      case Noise::student6:
        night = random.student(6);
        break;
    }
  }
}

/// Moves the last `count` nights.
inline void add_step(std::span<double> nights, std::size_t count, double by) {
  for (double& night : nights.last(count)) night += by;
}

}  // namespace rackproof::test
