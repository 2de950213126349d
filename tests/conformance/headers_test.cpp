// C and C++ see the same tables.
#include <gtest/gtest.h>

#include "kernels/abi.h"
#include "kernels/message_passing.h"
#include "kernels/regions.h"

extern "C" {
std::size_t c11_size_of_backend(void);
std::size_t c11_size_of_device_info(void);
std::size_t c11_size_of_message_passing(void);
std::size_t c11_size_of_stream(void);
std::size_t c11_size_of_gemm(void);
std::size_t c11_size_of_fma(void);
std::size_t c11_size_of_chase(void);
std::size_t c11_size_of_march(void);
std::size_t c11_size_of_random_update(void);
}

namespace rackproof::kernels {
namespace {

TEST(Headers, AreTheSameInC) {
  EXPECT_EQ(c11_size_of_backend(), sizeof(rp_backend));
  EXPECT_EQ(c11_size_of_device_info(), sizeof(rp_device_info));
  EXPECT_EQ(c11_size_of_message_passing(), sizeof(rp_message_passing));
  EXPECT_EQ(c11_size_of_stream(), sizeof(rp_stream_params));
  EXPECT_EQ(c11_size_of_gemm(), sizeof(rp_gemm_params));
  EXPECT_EQ(c11_size_of_fma(), sizeof(rp_fma_params));
  EXPECT_EQ(c11_size_of_chase(), sizeof(rp_chase_params));
  EXPECT_EQ(c11_size_of_march(), sizeof(rp_march_params));
  EXPECT_EQ(c11_size_of_random_update(), sizeof(rp_random_update_params));
}

TEST(Regions, OverlapIsFoundOnBothSides) {
  const auto overlaps = [](std::uint64_t a, std::uint64_t b, std::uint64_t count) {
    const rp_stream_params params{{1, a}, {1, b}, {2, 0}, count, 0.5, RP_STORES_REGULAR, 0};
    try {
      stream_regions(RP_OP_COPY, 8, params);
      return false;
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.result(), RP_INVALID);
      return true;
    }
  };
  EXPECT_FALSE(overlaps(0, 80, 10));
  EXPECT_FALSE(overlaps(80, 0, 10));
  EXPECT_TRUE(overlaps(0, 72, 10));
  EXPECT_TRUE(overlaps(72, 0, 10));
  EXPECT_TRUE(overlaps(8, 8, 1));
  EXPECT_FALSE(overlaps(8, 8, 0));
}

TEST(Regions, InputsMayBeTheSame) {
  const rp_stream_params params{{1, 0}, {2, 0}, {2, 0}, 10, 0.5, RP_STORES_REGULAR, 0};
  EXPECT_EQ(stream_regions(RP_OP_TRIAD, 8, params).size(), 3u);
}

TEST(Regions, SizesThatDoNotFitAreRefused) {
  const rp_stream_params params{{1, 0}, {2, 0}, {3, 0}, std::uint64_t{1} << 62, 0.5, RP_STORES_REGULAR, 0};
  EXPECT_THROW(stream_regions(RP_OP_COPY, 8, params), Failure);
  const rp_gemm_params square{{1, 0}, {2, 0}, {3, 0}, 0xffffffffu, 0xffffffffu, 0xffffffffu, 1, RP_F64,
                              RP_F64, 0,      0};
  EXPECT_THROW(gemm_regions(8, square), Failure);
}

}  // namespace
}  // namespace rackproof::kernels
