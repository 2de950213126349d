#include "harness/simulate/noise.hpp"

#include <cmath>
#include <functional>
#include <vector>

#include "harness/base/distributions.hpp"
#include "tests/harness/simulate/drawn_seed.hpp"

namespace rackproof {
namespace {

constexpr std::size_t kDraws = 100'000;
constexpr double kConfidence = 1 - 1e-7;  // a bound is missed by chance once in 10^7

double student(double x, double degrees) {
  return student_cdf(x * std::sqrt(degrees / (degrees - 2)), degrees);
}

double lognormal(double x) {
  const double square = std::exp(0.25);
  const double at = std::sqrt(square) + x * std::sqrt((square - 1) * square);
  return at <= 0 ? 0 : normal_cdf(std::log(at) / 0.5);
}

double bimodal(double x) {
  const double rest = std::sqrt(1 - 0.81);
  return (normal_cdf((x + 0.9) / rest) + normal_cdf((x - 0.9) / rest)) / 2;
}

struct Family {
  NoiseFamily family;
  std::function<double(double)> cdf;  // of mean 0 and variance 1
};
const Family kFamilies[]{{NoiseFamily::gauss, [](double x) { return normal_cdf(x); }},
                         {NoiseFamily::t3, [](double x) { return student(x, 3); }},
                         {NoiseFamily::t6, [](double x) { return student(x, 6); }},
                         {NoiseFamily::lognormal, lognormal},
                         {NoiseFamily::bimodal, bimodal}};

/// Whether the draws lie below each of some points as often as the distribution says.
bool fits(const std::vector<double>& draws, const std::function<double(double)>& cdf) {
  for (const double at : {-4.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 4.0}) {
    const auto below = static_cast<std::uint64_t>(
        std::count_if(draws.begin(), draws.end(), [&](double x) { return x < at; }));
    const double expected = cdf(at);
    if (!(binomial_lower_bound(below, draws.size(), kConfidence) <= expected &&
          expected <= binomial_upper_bound(below, draws.size(), kConfidence)))
      return false;
  }
  return true;
}

std::vector<double> draws_of(NoiseFamily family, std::uint64_t seed, std::uint64_t stream = 1,
                             std::uint64_t first = 0, std::size_t count = kDraws) {
  std::vector<double> out(count);
  draw_noise(family, seed, stream, first, out);
  return out;
}

TEST(Noise, IsDistributedAsItsFamily) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  for (const Family& family : kFamilies) {
    const auto draws = draws_of(family.family, seed);
    for (const Family& other : kFamilies) {
      EXPECT_EQ(fits(draws, other.cdf), family.family == other.family)
          << kNoiseFamilyNames[static_cast<std::size_t>(family.family)] << " as "
          << kNoiseFamilyNames[static_cast<std::size_t>(other.family)];
    }
  }
}

TEST(Noise, HasMean0AndVariance1) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  for (const Family& family : kFamilies) {
    if (family.family == NoiseFamily::t3) continue;  // its sample variance tells nothing: no fourth moment
    double sum = 0, squares = 0;
    for (const double x : draws_of(family.family, seed)) {
      sum += x;
      squares += x * x;
    }
    EXPECT_NEAR(sum / kDraws, 0, 0.02);
    EXPECT_NEAR(squares / kDraws, 1, 0.08);
  }
}

TEST(Noise, NeighboursAndStreamsAreIndependent) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  for (const Family& family : kFamilies) {
    const auto one = draws_of(family.family, seed), other = draws_of(family.family, seed, 2);
    // Of signs and of sizes: pairs from one point of a plane would share the size.
    int signs = 0, sizes = 0, streams = 0;
    for (std::size_t i = 0; i < kDraws; i += 2) {
      signs += (one[i] < 0) == (one[i + 1] < 0) ? 1 : -1;
      sizes += (std::abs(one[i]) < 0.7) == (std::abs(one[i + 1]) < 0.7) ? 1 : -1;
      streams += (one[i] < 0) == (other[i] < 0) ? 1 : -1;
    }
    const double share = static_cast<double>(std::count_if(one.begin(), one.end(),
                                                           [](double x) { return std::abs(x) < 0.7; })) /
                         kDraws;
    const double negative =
        static_cast<double>(std::count_if(one.begin(), one.end(), [](double x) { return x < 0; })) / kDraws;
    const auto expected = [](double p) { return (2 * p - 1) * (2 * p - 1) * kDraws / 2; };
    const double slack = 6 * std::sqrt(kDraws / 2);
    EXPECT_NEAR(sizes, expected(share), slack);
    EXPECT_NEAR(signs, expected(negative), slack);
    EXPECT_NEAR(streams, expected(negative), slack);
  }
}

TEST(Noise, ANumberDoesNotDependOnHowItIsAskedFor) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  for (const Family& family : kFamilies) {
    const auto whole = draws_of(family.family, seed, 3, 0, 200);
    for (const auto& [first, count] :
         {std::pair<std::uint64_t, std::size_t>{0, 1}, {1, 1}, {63, 3}, {64, 64}, {7, 130}}) {
      const auto part = draws_of(family.family, seed, 3, first, count);
      EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + static_cast<std::ptrdiff_t>(first)));
    }
  }
}

}  // namespace
}  // namespace rackproof
