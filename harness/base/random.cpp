#include "harness/base/random.hpp"

#include <cmath>
#include <numbers>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

// Arrays of kernels::philox that no stream number reaches: the kinds of numbers do not share bits.
constexpr std::uint64_t kStudent = std::uint64_t{1} << 63;
constexpr std::uint64_t kBits = std::uint64_t{1} << 62;

}  // namespace

std::uint64_t RandomStream::bits(std::uint64_t i) const {
  const auto block = kernels::philox4x32(seed_, i, stream_ | kBits);
  return std::uint64_t{block[0]} << 32 | block[1];
}

double RandomStream::uniform(std::uint64_t i) const {
  return (static_cast<double>(bits(i) >> 11) + 0.5) * 0x1p-53;
}

std::uint64_t RandomStream::index(std::uint64_t i, std::uint64_t below) const {
  if (below == 0) throw Error("a random index below nothing");
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(bits(i)) * below) >> 64);
}

double RandomStream::normal(std::uint64_t i) const { return kernels::normal<double>(seed_, stream_, i); }

void RandomStream::normals(std::uint64_t first, std::span<double> out) const {
  std::size_t i = 0;
  if (first % 2 == 1 && !out.empty()) out[i++] = normal(first);
  for (; i + 1 < out.size(); i += 2) {  // as kernels::normal, both of a block
    const auto block = kernels::philox4x32(seed_, (first + i) / 2, stream_);
    const double u = (static_cast<double>(block[0]) + 0.5) * 0x1p-32;
    const double v = (static_cast<double>(block[1]) + 0.5) * 0x1p-32;
    const double radius = std::sqrt(-2.0 * std::log(u));
    const double angle = 2.0 * std::numbers::pi * v;
    out[i] = radius * std::cos(angle);
    out[i + 1] = radius * std::sin(angle);
  }
  if (i < out.size()) out[i] = normal(first + i);
}

double RandomStream::student(std::uint64_t i, int degrees) const {
  if (degrees < 3) throw Error("Student's t has no variance below three degrees of freedom");
  const auto parts = static_cast<std::uint64_t>(degrees) + 1;
  const RandomStream normals(seed_, stream_ | kStudent);
  double squares = 0;
  for (std::uint64_t k = 1; k < parts; ++k) {
    const double z = normals.normal(i * parts + k);
    squares += z * z;
  }
  const auto d = static_cast<double>(degrees);
  return normals.normal(i * parts) / std::sqrt(squares / d) * std::sqrt((d - 2) / d);
}

}  // namespace rackproof
