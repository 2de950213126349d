// Matrix products and fused multiply-add of every built backend against the oracle.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "kernels/fma.h"
#include "kernels/gemm.h"
#include "suites/selftest/kernel_check.hpp"
#include "tests/conformance/backend_library.hpp"
#include "tests/conformance/code_path.hpp"
#include "tests/conformance/optional_backends.hpp"

namespace rackproof::conformance {
namespace {

using Which = std::tuple<const char*, rp_dtype>;

const char* name_of_type(rp_dtype dtype) {
  switch (dtype) {
    case RP_F64:
      return "f64";
    case RP_F32:
      return "f32";
    case RP_BF16:
      return "bf16";
    case RP_F16:
      return "f16";
    case RP_TF32:
      return "tf32";
    case RP_F8E4M3:
      return "f8e4m3";
    case RP_F8E5M2:
      return "f8e5m2";
    default:
      return "i8";
  }
}

std::string name_of_product(const testing::TestParamInfo<Which>& info) {
  return std::string(std::get<0>(info.param)) + "_" + name_of_type(std::get<1>(info.param));
}

rp_gemm_params no_such_memory(rp_dtype wide) {
  return kernels::gemm_params({1, 0}, {2, 0}, {3, 0}, 8, 8, 8, wide);
}

/// As on a host with several NUMA nodes, where BLAS must not bring threads of its own.
TEST(CpuProducts, AreRightThreadByThread) {
  const Device device(load_backend("cpu"), "products=by_thread");
  std::int64_t iteration = 0;
  for (const rp_dtype type : {RP_F64, RP_F32}) {
    for (const auto& [m, n, k] : std::vector<std::array<std::uint32_t, 3>>{{1, 1, 1},
                                                                           {1, 300, 70},
                                                                           {300, 1, 70},
                                                                           {100, 40, 30},
                                                                           {40, 100, 30},
                                                                           {257, 255, 129},
                                                                           {7, 9, 0}}) {
      for (const std::uint32_t batch : {1u, 2u, 5u}) {
        for (const bool transpose_b : {false, true}) {
          ASSERT_EQ(check_gemm(device, {type, m, n, k, 0, batch, transpose_b}, iteration++), "")
              << m << " x " << n << " x " << k << ", batch of " << batch << ", transposed " << transpose_b;
        }
      }
    }
  }
}

class Products : public testing::TestWithParam<Which> {
 protected:
  Products() : device_(load_backend(std::get<0>(GetParam())), "") {}
  rp_dtype dtype() const { return std::get<1>(GetParam()); }

  /// Skips a type that the hardware lacks, whose reason must then be given.
  void SetUp() override {
    const rp_gemm_params params = no_such_memory(dtype() == RP_F64  ? RP_F64
                                                 : dtype() == RP_I8 ? RP_I32
                                                                    : RP_F32);
    const rp_result result =
        device_.backend().op_query(device_.get(), RP_OP_GEMM, dtype(), &params, sizeof params, nullptr);
    if (result == RP_OK) return;
    ASSERT_EQ(result, RP_UNSUPPORTED);
    const std::string reason = device_.backend().last_error();
    ASSERT_NE(reason.find(dtype() == RP_F16 ? "oneDNN 2.6 has no f16" : "the CPU has no"), std::string::npos)
        << reason;
    GTEST_SKIP() << reason;
  }

  Device device_;
  std::int64_t iteration_ = 0;
};

TEST_P(Products, AreRightForOddShapesBatchesAndOffsets) {
  const std::vector<GemmCase> shapes{
      {dtype(), 0, 0, 0, 0},       {dtype(), 0, 5, 3, 0},         {dtype(), 4, 0, 3, 0},
      {dtype(), 3, 5, 0, 1},       {dtype(), 1, 1, 1, 0},         {dtype(), 1, 17, 33, 1},
      {dtype(), 33, 1, 17, 1},     {dtype(), 17, 33, 1, 3},       {dtype(), 64, 64, 64, 0},
      {dtype(), 65, 63, 67, 1},    {dtype(), 128, 96, 257, 3},    {dtype(), 201, 199, 211, 1},
      {dtype(), 1, 1, 1, 1, 2},    {dtype(), 7, 5, 3, 1, 3},      {dtype(), 16, 16, 16, 0, 48},
      {dtype(), 33, 31, 65, 3, 5}, {dtype(), 128, 128, 64, 0, 2}, {dtype(), 5, 4, 0, 0, 3}};
  for (const GemmCase& shape : shapes) {
    for (const bool transpose_b : {false, true}) {
      GemmCase stored = shape;
      stored.transpose_b = transpose_b;
      ASSERT_EQ(check_gemm(device_, stored, iteration_++), "")
          << shape.batch << " x " << shape.m << " x " << shape.n << " x " << shape.k << ", shift "
          << shape.shift << ", transposed " << transpose_b;
    }
  }
}

TEST_P(Products, AnUnknownLayoutIsInvalid) {
  const GuardedBuffer memory(device_, 4096, 0);
  rp_gemm_params params = kernels::gemm_params(memory.memory(), memory.memory(), memory.memory(), 0, 0, 0,
                                               dtype() == RP_F64  ? RP_F64
                                               : dtype() == RP_I8 ? RP_I32
                                                                  : RP_F32);
  params.transpose_b = 2;
  EXPECT_EQ(device_.enqueue(RP_OP_GEMM, dtype(), &params, sizeof params), RP_INVALID);
}

TEST_P(Products, OtherTypesOfSumsAndOutputsAreUnsupported) {
  for (const rp_dtype wide : {RP_F16, RP_BF16, RP_I8, dtype() == RP_F64 ? RP_F32 : RP_F64}) {
    const rp_gemm_params params = no_such_memory(wide);
    EXPECT_EQ(device_.backend().op_query(device_.get(), RP_OP_GEMM, dtype(), &params, sizeof params, nullptr),
              RP_UNSUPPORTED)
        << wide;
    EXPECT_EQ(device_.enqueue(RP_OP_GEMM, dtype(), &params, sizeof params), RP_UNSUPPORTED) << wide;
  }
}

INSTANTIATE_TEST_SUITE_P(Backends, Products,
                         testing::Combine(testing::Values("cpu", "fault"),
                                          testing::Values(RP_F64, RP_F32, RP_BF16, RP_F16, RP_I8)),
                         name_of_product);
INSTANTIATE_TEST_SUITE_P(TypesOfAccelerators, Products,
                         testing::Combine(testing::Values("fault"),
                                          testing::Values(RP_TF32, RP_F8E4M3, RP_F8E5M2)),
                         name_of_product);

INSTANTIATE_TEST_SUITE_P(OfThisBuild, Products,
                         testing::Combine(testing::ValuesIn(optional_backends()),
                                          testing::Values(RP_F64, RP_F32, RP_TF32, RP_BF16, RP_F16)));

/// The types of 8 bits, of which products exist with B transposed and in multiples of 16 only.
class EightBitProducts : public testing::TestWithParam<const char*> {};

TEST_P(EightBitProducts, AreRightTransposedAndInMultiplesOf16) {
  const Device device(load_backend(GetParam()), "");
  std::int64_t iteration = 0;
  for (const rp_dtype dtype : {RP_F8E4M3, RP_I8}) {
    for (const GemmCase& shape :
         {GemmCase{dtype, 16, 16, 16, 0, 1, true}, GemmCase{dtype, 64, 48, 80, 0, 1, true},
          GemmCase{dtype, 128, 96, 256, 0, 3, true}, GemmCase{dtype, 32, 160, 96, 0, 2, true, true}}) {
      EXPECT_EQ(check_gemm(device, shape, iteration++), "")
          << dtype << ' ' << shape.m << ' ' << shape.n << ' ' << shape.k;
    }
    EXPECT_THROW(check_gemm(device, {dtype, 16, 16, 16}, 1), Unsupported);
    EXPECT_THROW(check_gemm(device, {dtype, 17, 16, 16, 0, 1, true}, 1), Unsupported);
  }
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(EightBitProducts);
INSTANTIATE_TEST_SUITE_P(OfThisBuild, EightBitProducts, testing::ValuesIn(optional_backends()));

TEST(Products, InF16AreUnsupportedWithTheReason) {
  const Device device(load_backend("cpu"), "");
  const rp_gemm_params params = no_such_memory(RP_F32);
  EXPECT_EQ(device.backend().op_query(device.get(), RP_OP_GEMM, RP_F16, &params, sizeof params, nullptr),
            RP_UNSUPPORTED);
  EXPECT_STREQ(device.backend().last_error(), "oneDNN 2.6 has no f16 product for CPUs");
}

using PathAndType = std::tuple<CodePath, rp_dtype>;

/// With every code path that the machine has. One without the instruction must say so; its arithmetic is tested in
/// cpu_fma_test.cpp.
class MultiplyAdd : public testing::TestWithParam<PathAndType> {
 protected:
  void SetUp() override {
    const auto& [path, type] = GetParam();
    const rp_backend& backend = load_backend(path.backend);
    if (backend.open(path.options) == RP_UNSUPPORTED) GTEST_SKIP() << backend.last_error();
    device_ = std::make_unique<Device>(backend, path.options);
    const rp_fma_params params{{1, 0}, 1, 256, 1, 1, 1};
    const rp_result result =
        backend.op_query(device_->get(), RP_OP_FMA, type, &params, sizeof params, nullptr);
    if (result == RP_OK) return;
    ASSERT_EQ(result, RP_UNSUPPORTED);
    ASSERT_EQ(std::string(path.name), "portable");
    const std::string reason = backend.last_error();
    ASSERT_NE(reason.find("no fused multiply-add"), std::string::npos) << reason;
    const GuardedBuffer values(*device_, 256 * 8, 0);
    const rp_fma_params real{values.memory(), 1, 256, 1, 1, 1};
    ASSERT_EQ(device_->enqueue(RP_OP_FMA, type, &real, sizeof real), RP_UNSUPPORTED);
    GTEST_SKIP() << reason;
  }
  rp_dtype dtype() const { return std::get<1>(GetParam()); }
  std::unique_ptr<Device> device_;
};

TEST_P(MultiplyAdd, IsRightToTheLastBit) {
  std::int64_t iteration = 0;
  for (std::uint32_t units = 1; units <= device_->info().compute_units; ++units) {
    for (const std::uint32_t chains : {256u, 768u}) {
      for (const std::uint64_t rounds : {0u, 1u, 2u, 1001u}) {
        for (const std::uint64_t shift : {0u, 1u}) {
          ASSERT_EQ(check_fma(*device_, {dtype(), units, chains, rounds, shift}, iteration++), "")
              << units << " units, " << chains << " chains, " << rounds << " rounds, shift " << shift;
        }
      }
    }
    if (units == 2) units = std::max(units, device_->info().compute_units - 1);  // then all of them
  }
}

INSTANTIATE_TEST_SUITE_P(
    CodePaths, MultiplyAdd,
    testing::Combine(testing::Values(CodePath{"portable", "cpu", "instruction_set=portable"},
                                     CodePath{"avx2", "cpu", "instruction_set=avx2"},
                                     CodePath{"avx512", "cpu", "instruction_set=avx512"},
                                     CodePath{"fault", "fault", ""}),
                     testing::Values(RP_F64, RP_F32)),
    [](const auto& which) {
      return std::string(std::get<0>(which.param).name) + "_" + name_of_type(std::get<1>(which.param));
    });

INSTANTIATE_TEST_SUITE_P(OfThisBuild, MultiplyAdd,
                         testing::Combine(testing::ValuesIn(optional_paths()),
                                          testing::Values(RP_F64, RP_F32)));

}  // namespace
}  // namespace rackproof::conformance
