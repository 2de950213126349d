// kernels/cuda/stream.cu against kernels/stream.h.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/cuda/kernels.hpp"
#include "kernels/philox.h"
#include "tests/cuda/kernel_fixture.hpp"

namespace rackproof::cuda {
namespace {

using kernels::kStreamBlock;
using kernels::stream_shape;

constexpr double kFactor = 0.25 + 7.0 / 4096;

template <class T>
std::vector<T> input(std::size_t count, std::uint64_t array) {
  std::vector<T> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    if constexpr (std::is_integral_v<T>) {
      const auto block = kernels::philox4x32(11, i, array);
      out[i] = T{block[0]} << 32 | block[1];
    } else {
      out[i] = kernels::uniform_1_2<T>(11, array, i);
    }
  }
  return out;
}

template <class T>
void expect_elements(rp_op op, const std::vector<T>& a, const std::vector<T>& b, const std::vector<T>& c,
                     const std::vector<T>& found) {
  for (std::size_t i = 0; i < found.size(); ++i) {
    const T expected = kernels::stream_expected<T>(op, a[i], b[i], c[i], static_cast<T>(kFactor));
    ASSERT_TRUE(kernels::stream_right<T>(op, found[i], expected))
        << i << ": " << found[i] << ", not " << expected;
  }
}

template <class T>
void expect_sums(const std::vector<T>& b, const std::vector<T>& c, const std::vector<T>& found) {
  using Wide = std::conditional_t<std::is_integral_v<T>, std::uint64_t, long double>;
  ASSERT_EQ(found.size(), (b.size() + kStreamBlock - 1) / kStreamBlock);
  for (std::size_t j = 0; j < found.size(); ++j) {
    const std::size_t end = std::min<std::size_t>(b.size(), (j + 1) * kStreamBlock);
    Wide expected = 0;
    for (std::size_t i = j * kStreamBlock; i < end; ++i)
      expected +=
          std::is_integral_v<T> ? static_cast<Wide>(b[i]) : static_cast<Wide>(b[i]) * static_cast<Wide>(c[i]);
    if constexpr (std::is_integral_v<T>) {
      ASSERT_EQ(found[j], expected) << j;
    } else {
      const double error = std::abs(static_cast<double>(static_cast<Wide>(found[j]) - expected));
      ASSERT_TRUE(error <= kernels::dot_tolerance<T>(end - j * kStreamBlock, static_cast<double>(expected)))
          << j;
    }
  }
}

/// `shift`: elements by which a, b and c begin behind an aligned place, as digits of base 8.
template <class T>
void check(rp_op op, std::size_t count, std::size_t shift, rp_stores stores = RP_STORES_REGULAR) {
  SCOPED_TRACE(testing::Message() << "op " << op << ", " << sizeof(T) << " bytes, " << count
                                  << " elements, shift " << shift << ", stores " << stores);
  const auto before = input<T>(count, 0), left = input<T>(count, 1), right = input<T>(count, 2);
  for_all_schedules(3, [&](const Launch& launch) {
    const Array<T> b(left, shift / 8 % 8), c(right, shift % 8);
    const bool sums = stream_shape(op).sums;
    const Array<T> a(sums ? std::vector<T>(kernels::stream_outputs(op, count)) : before, shift / 64);
    const rp_stream_params params{
        a.memory(), b.memory(), c.memory(), count, kFactor, static_cast<uint32_t>(stores), 0};
    const std::uint64_t streamed = emulation::streaming_stores();
    EXPECT_EQ(launch_stream<T>(op, params, launch), 0);
    // Of aligned arrays those behind the last pack are stored one by one, through the caches.
    const bool packed = shift % 8 * sizeof(T) % 16 == 0 && shift / 8 % 8 * sizeof(T) % 16 == 0 &&
                        shift / 64 * sizeof(T) % 16 == 0;
    const bool has_pack = count >= (packed ? 16 / sizeof(T) : 1);
    EXPECT_EQ(emulation::streaming_stores() != streamed, stores == RP_STORES_STREAMING && has_pack);
    const auto found = a.values();
    if (sums) expect_sums<T>(left, right, found);
    if constexpr (!std::is_integral_v<T>) {
      if (!sums) expect_elements<T>(op, before, left, right, found);
    }
    EXPECT_TRUE(a.guards_untouched());
    EXPECT_EQ(b.values(), left);
    EXPECT_EQ(c.values(), right);
    return bytes_of(found);
  });
}

/// Around a pack, a warp, a tile of a block of threads, a block of sums.
std::vector<std::size_t> counts() {
  if (kThreadSanitizer) return {3, 1027};
  return {0, 1, 2, 3, 5, 31, 33, 255, 257, 1023, 1025, 2047, 2049, 4095, 4096, 4097, 8191, 12291};
}

TEST(CudaStream, ElementsAreRightForOddSizes) {
  for (int op = RP_OP_COPY; op <= RP_OP_UPDATE; ++op) {
    if (op == RP_OP_READ) continue;
    for (const std::size_t count : counts()) {
      check<double>(static_cast<rp_op>(op), count, 0);
      check<float>(static_cast<rp_op>(op), count, 0);
    }
  }
}

TEST(CudaStream, OffsetsThatAreNotAligned) {
  const std::size_t count = kThreadSanitizer ? 300 : 5003;
  for (int op = RP_OP_COPY; op <= RP_OP_UPDATE; ++op) {
    if (op == RP_OP_READ) continue;
    for (const std::size_t shift : {0100u, 0010u, 0001u, 0111u, 0123u}) {
      check<double>(static_cast<rp_op>(op), count, shift);
      check<float>(static_cast<rp_op>(op), count, shift);
    }
    check<float>(static_cast<rp_op>(op), count, 0222);
    check<float>(static_cast<rp_op>(op), count, 0444);
  }
}

TEST(CudaStream, StoresPastTheCaches) {
  for (int op = RP_OP_COPY; op <= RP_OP_UPDATE; ++op) {
    if (!stream_shape(static_cast<rp_op>(op)).streaming) continue;
    for (const std::size_t count : {3u, 1027u}) {
      for (const std::size_t shift : {0u, 0100u}) {
        check<double>(static_cast<rp_op>(op), count, shift, RP_STORES_STREAMING);
        check<float>(static_cast<rp_op>(op), count, shift, RP_STORES_STREAMING);
      }
    }
  }
}

/// The arrays after several passes, by the contract, pass by pass.
template <class T>
void expect_passes(rp_op op, std::uint32_t passes, std::size_t count, std::size_t shift) {
  SCOPED_TRACE(testing::Message() << "op " << op << ", " << sizeof(T) << " bytes, " << count << " elements, "
                                  << passes << " passes, shift " << shift);
  const auto before = input<T>(count, 0), left = input<T>(count, 1), right = input<T>(count, 2);
  std::vector<T> arrays[2] = {before, left};
  for (std::uint32_t p = 0; p < passes; ++p) {
    std::vector<T>& to = arrays[p % 2];
    const std::vector<T>& from = arrays[1 - p % 2];
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t begin = i / kStreamBlock * kStreamBlock;
      const std::size_t length = std::min<std::size_t>(count - begin, kStreamBlock);
      if (op == RP_OP_COPY) to[begin + (i - begin + kernels::kStreamShift) % length] = from[i];
      // Whether a compiler contracts this is its choice: one rounding a pass more or less.
      if (op == RP_OP_TRIAD) to[i] = from[i] + static_cast<T>(kernels::stream_pass_factor(p)) * right[i];
    }
  }
  for_all_schedules(3, [&](const Launch& launch) {
    const Array<T> a(before, shift / 8), b(left, shift % 8), c(right, 0);
    const rp_stream_params params{a.memory(), b.memory(),        c.memory(), count,
                                  0,          RP_STORES_REGULAR, passes - 1};
    EXPECT_EQ(launch_stream<T>(op, params, launch), 0);
    const std::vector<T> found[2] = {a.values(), b.values()};
    for (int array = 0; array < 2; ++array) {
      for (std::size_t i = 0; i < count; ++i) {
        const T expected = arrays[array][i];
        const bool right_answer = op == RP_OP_COPY ? found[array][i] == expected
                                                   : std::abs(found[array][i] - expected) <=
                                                         T(passes) * std::numeric_limits<T>::epsilon() * 4;
        EXPECT_TRUE(right_answer) << array << ", " << i << ": " << found[array][i] << ", not " << expected;
        if (!right_answer) break;
      }
    }
    EXPECT_TRUE(a.guards_untouched());
    EXPECT_TRUE(b.guards_untouched());
    EXPECT_EQ(c.values(), right);
    return bytes_of(found[0], found[1]);
  });
}

TEST(CudaStream, EveryPassOfSeveralIsMade) {
  for (const std::size_t count : counts()) {
    for (const std::uint32_t passes : {2u, 5u}) {
      for (const rp_op op : {RP_OP_COPY, RP_OP_TRIAD}) {
        expect_passes<double>(op, passes, count, 0);
        expect_passes<float>(op, passes, count, 0);
      }
    }
    expect_passes<double>(RP_OP_COPY, 3, count, 010);
    expect_passes<float>(RP_OP_COPY, 3, count, 002);
    expect_passes<float>(RP_OP_TRIAD, 3, count, 011);
  }
}

TEST(CudaStream, EveryPassOfAReadHasSumsOfItsOwn) {
  for (const std::size_t count : counts()) {
    const auto words = input<std::uint64_t>(count, 1);
    const std::uint64_t blocks = kernels::stream_outputs(RP_OP_READ, count);
    for_all_schedules(3, [&](const Launch& launch) {
      const Array<std::uint64_t> sums(3 * blocks, 0), b(words, 0);
      const rp_stream_params params{sums.memory(), b.memory(), {}, count, 0, RP_STORES_REGULAR, 2};
      EXPECT_EQ(launch_stream<std::uint64_t>(RP_OP_READ, params, launch), 0);
      const auto found = sums.values();
      for (std::uint64_t pass = 0; pass < 3; ++pass) {
        const auto begin = found.begin() + static_cast<std::ptrdiff_t>(pass * blocks);
        expect_sums<std::uint64_t>(words, words, {begin, begin + static_cast<std::ptrdiff_t>(blocks)});
      }
      EXPECT_TRUE(sums.guards_untouched());
      return bytes_of(found);
    });
  }
}

TEST(CudaStream, ReadSumsWordsModulo2To64) {
  for (const std::size_t count : counts()) check<std::uint64_t>(RP_OP_READ, count, count % 2 == 0 ? 0 : 0010);
  check<std::uint64_t>(RP_OP_READ, 4097, 0);
}

}  // namespace
}  // namespace rackproof::cuda
