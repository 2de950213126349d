// kernels/cuda/fma.cu, nothing.cu, gate.cu and the table of launches.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/cuda/kernels.hpp"
#include "kernels/philox.h"
#include "tests/cuda/kernel_fixture.hpp"

namespace rackproof::cuda {
namespace {

template <class T>
void check_fma(std::uint32_t units, std::uint32_t chains, std::uint64_t rounds) {
  SCOPED_TRACE(testing::Message() << units << " units, " << chains << " chains, " << rounds << " rounds");
  const double a = -(1 - 0x1p-20), b = 1.5;
  std::vector<T> values(std::size_t{units} * chains);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = kernels::uniform_1_2<T>(3, 0, i);
  std::vector<T> expected = values;
  for (T& value : expected) {
    for (std::uint64_t round = 0; round < rounds; ++round)
      value = std::fma(static_cast<T>(a), value, static_cast<T>(b));
  }
  for_all_schedules(units, [&](const Launch& launch) {
    const Array<T> array(values, 1);
    EXPECT_EQ(launch_fma<T>({array.memory(), units, chains, rounds, a, b}, launch), 0);
    EXPECT_TRUE(array.guards_untouched());
    EXPECT_EQ(array.values(), expected);
    return bytes_of(array.values());
  });
}

TEST(CudaFma, EveryBitIsRight) {
  for (const std::uint64_t rounds : {0u, 1u, 15u, 16u, 17u, 37u}) {
    for (const std::uint32_t chains : {256u, 512u, 2048u, 2304u, 4608u}) {
      if (kThreadSanitizer && (chains != 2304 || rounds != 17)) continue;
      check_fma<double>(2, chains, rounds);
      check_fma<float>(2, chains, rounds);
    }
  }
}

TEST(CudaLaunch, EveryOperationOfTheTableIsFound) {
  EXPECT_TRUE(has_kernel(RP_OP_NOTHING, RP_F64));
  for (int op = RP_OP_COPY; op <= RP_OP_UPDATE; ++op) {
    EXPECT_EQ(has_kernel(static_cast<rp_op>(op), RP_F64), op != RP_OP_READ);
    EXPECT_EQ(has_kernel(static_cast<rp_op>(op), RP_F32), op != RP_OP_READ);
    EXPECT_EQ(has_kernel(static_cast<rp_op>(op), RP_U64), op == RP_OP_READ);
  }
  for (const rp_op op : {RP_OP_CHASE, RP_OP_RANDOM_UPDATE, RP_OP_MARCH}) EXPECT_TRUE(has_kernel(op, RP_U64));
  EXPECT_TRUE(has_kernel(RP_OP_FMA, RP_F32));
  EXPECT_FALSE(has_kernel(RP_OP_FMA, RP_F16));
  EXPECT_FALSE(has_kernel(RP_OP_GEMM, RP_F32));
  EXPECT_FALSE(has_kernel(RP_OP_GPT_MATMUL, RP_F32));
}

TEST(CudaLaunch, TheTableLeadsToTheKernel) {
  const HostAddresses addresses;
  const Launch launch{addresses, 2, nullptr};
  EXPECT_EQ(launch_kernel(RP_OP_NOTHING, RP_F64, nullptr, launch), 0);
  const Array<float> a(3, 0), b(std::vector<float>{1, 2, 3}, 0);
  const rp_stream_params scale{a.memory(), b.memory(), {}, 3, 0.5, RP_STORES_REGULAR, 0};
  EXPECT_EQ(launch_kernel(RP_OP_SCALE, RP_F32, &scale, launch), 0);
  EXPECT_EQ(a.values(), (std::vector<float>{0.5, 1, 1.5}));
  const rp_fma_params fma{a.memory(), 0x80000000u, 256, 0, 1, 1};
  EXPECT_EQ(launch_kernel(RP_OP_FMA, RP_F32, &fma, launch), 9) << "a grid that no device takes";
}

TEST(CudaGate, AnOpenGateEndsAtOnceAndAClosedOneExpires) {
  std::uint32_t open = 1, expired = 0;
  EXPECT_EQ(launch_gate(&open, &expired, 0, nullptr), 0);
  EXPECT_EQ(expired, 0u);
  open = 0;
  EXPECT_EQ(launch_gate(&open, &expired, 1'000'000, nullptr), 0);
  EXPECT_EQ(expired, 1u);
}

}  // namespace
}  // namespace rackproof::cuda
