// A fleet with planted slow devices, in several families of noise: tuned on Gauss and t3, judged on the others.
#pragma once

#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

#include "harness/base/random.hpp"
#include "harness/verdict/peers/peers.hpp"

namespace rackproof::test {

enum class Noise { gauss, t3, lognormal, t6, rack_correlated, bimodal, nested };

struct NoiseFamily {
  Noise noise;
  std::string_view name;
};
inline constexpr NoiseFamily kNoiseFamilies[]{{Noise::gauss, "Gauss"},
                                              {Noise::t3, "t3"},
                                              {Noise::lognormal, "lognormal"},
                                              {Noise::t6, "t6"},
                                              {Noise::rack_correlated, "rack-correlated"},
                                              {Noise::bimodal, "bimodal"},
                                              {Noise::nested, "nested"}};

struct FleetShape {
  std::uint32_t racks = 4000;
  std::uint32_t devices = 64;  ///< of each rack, eight a node
  double fault_share = 0.001;
  double least_fault = 0.05;  ///< share of the value that a fault takes, uniform up to
  double most_fault = 0.12;
};

/// Values and truth, entry i of each belongs to device i.
struct Fleet {
  PeerColumns columns;
  std::vector<float> values;
  std::vector<double> fault;  ///< 0: healthy
};

/// Who is where: one cohort.
inline PeerColumns placed(const FleetShape& shape) {
  PeerColumns columns;
  const std::uint32_t n = shape.racks * shape.devices;
  columns.cohort.assign(n, 0);
  columns.rack.name = "rack";
  for (std::uint32_t i = 0; i < n; ++i) {
    columns.node.push_back(i / 8);
    columns.rack.level.push_back(i / shape.devices);
  }
  return columns;
}

/// What a device differs from its rack by, sd 1 % (bimodal: and 30 % of them 6 % slower). Lognormal: skewed to the slow side.
/// Nested: device 0.7 %, the mean of two launches with 1 %, of eight iterations with 0.5 %.
inline double own_difference(Noise noise, const RandomStream& random, std::uint64_t i) {
  constexpr double kSigma = 0.3;  // of the logarithm, in the lognormal family
  switch (noise) {
    case Noise::gauss:
    case Noise::rack_correlated:
      return 0.01 * random.normal(i);
    case Noise::t3:
      return 0.01 * random.student(i, 3);
    case Noise::t6:
      return 0.01 * random.student(i, 6);
    case Noise::lognormal: {
      const double mean = std::exp(kSigma * kSigma / 2);
      const double sd = mean * std::sqrt(std::expm1(kSigma * kSigma));
      return -0.01 * (std::exp(kSigma * random.normal(i)) - mean) / sd;
    }
    case Noise::bimodal:
      return 0.01 * random.normal(2 * i) - (random.uniform(2 * i + 1) < 0.3 ? 0.06 : 0);
    case Noise::nested: {
      const double launch = (random.normal(4 * i + 1) + random.normal(4 * i + 2)) / 2;
      return 0.007 * random.normal(4 * i) + 0.01 * launch + 0.005 / 4 * random.normal(4 * i + 3);
    }
  }
  return 0;
}

/// Racks differ by 0.5 %, in the rack-correlated family by 2 %.
inline Fleet planted_fleet(const FleetShape& shape, Noise noise, std::uint64_t seed) {
  Fleet fleet;
  fleet.columns = placed(shape);
  const RandomStream own(seed, 1), rack(seed, 2), faults(seed, 3);
  const double rack_sd = noise == Noise::rack_correlated ? 0.02 : 0.005;
  const std::size_t n = fleet.columns.size();
  for (std::size_t i = 0; i < n; ++i) {
    const bool is_faulty = faults.uniform(2 * i) < shape.fault_share;
    const double fault =
        is_faulty ? std::lerp(shape.least_fault, shape.most_fault, faults.uniform(2 * i + 1)) : 0;
    const double log_value = rack_sd * rack.normal(i / shape.devices) + own_difference(noise, own, i);
    fleet.values.push_back(static_cast<float>(2e12 * std::exp(log_value) * (1 - fault)));
    fleet.fault.push_back(fault);
  }
  return fleet;
}

struct Score {
  std::uint64_t flagged = 0, right = 0, planted = 0;
  std::vector<double> missed;  ///< faults that were not found
  std::vector<CohortPeers> cohorts;
};

inline Score score(const Fleet& fleet, const PeerRule& rule = {}) {
  Score out;
  out.cohorts = compare_peers(PeerGroups(fleet.columns), fleet.values, {}, rule);
  std::vector<bool> found(fleet.values.size(), false);
  for (const CohortPeers& cohort : out.cohorts) {
    for (const PeerOutlier& outlier : cohort.outliers) found[outlier.subject] = true;
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    out.flagged += found[i] ? 1u : 0u;
    out.right += found[i] && fleet.fault[i] > 0 ? 1u : 0u;
    out.planted += fleet.fault[i] > 0 ? 1u : 0u;
    if (!found[i] && fleet.fault[i] > 0) out.missed.push_back(fleet.fault[i]);
  }
  return out;
}

}  // namespace rackproof::test
