#include "harness/simulate/noise.hpp"

#include <cmath>
#include <numbers>

namespace rackproof {

namespace {

constexpr double kSigma = 0.5;  // of the logarithm
constexpr double kLevel = 0.9;  // of the two levels
constexpr std::uint64_t kLevels = std::uint64_t{1} << 62;

void draw_student(const RandomStream& stream, double degrees, std::uint64_t first, std::span<double> out) {
  const double to_variance_1 = std::sqrt((degrees - 2) / degrees);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::uint64_t bits = stream.bits(first + i);
    const double u = (static_cast<double>(bits >> 32) + 0.5) * 0x1p-32;
    const double v = (static_cast<double>(bits & 0xffffffff) + 0.5) * 0x1p-32;
    const double radius = std::sqrt(degrees * (std::pow(u, -2 / degrees) - 1));
    out[i] = to_variance_1 * radius * std::cos(2 * std::numbers::pi * v);
  }
}

void make_lognormal(std::span<double> normals) {
  const double square = std::exp(kSigma * kSigma);
  const double mean = std::sqrt(square);
  const double deviation = std::sqrt((square - 1) * square);
  for (double& z : normals) z = (std::exp(kSigma * z) - mean) / deviation;
}

void make_bimodal(const RandomStream& levels, std::uint64_t first, std::span<double> normals) {
  const double rest = std::sqrt(1 - kLevel * kLevel);
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < normals.size(); ++i) {
    const std::uint64_t at = first + i;
    if (i == 0 || at % 64 == 0) bits = levels.bits(at / 64);
    normals[i] = rest * normals[i] + ((bits >> (at % 64) & 1) == 1 ? kLevel : -kLevel);
  }
}

}  // namespace

void draw_noise(NoiseFamily family, std::uint64_t seed, std::uint64_t stream, std::uint64_t first,
                std::span<double> out) {
  const RandomStream numbers(seed, stream);
  if (family == NoiseFamily::t3) return draw_student(numbers, 3, first, out);
  if (family == NoiseFamily::t6) return draw_student(numbers, 6, first, out);
  numbers.normals(first, out);
  if (family == NoiseFamily::lognormal) make_lognormal(out);
  if (family == NoiseFamily::bimodal) make_bimodal(RandomStream(seed, stream | kLevels), first, out);
}

}  // namespace rackproof
