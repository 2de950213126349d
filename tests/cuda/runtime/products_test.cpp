// Matrix products: what the backend asks of cuBLASLt, whose own descriptors say what that means, against sums in f64.
#include <cublasLt.h>
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>

#include <cmath>
#include <cstdint>

#include "kernels/gemm.h"
#include "kernels/gpt.h"
#include "kernels/philox.h"
#include "tests/cuda/runtime/opened.hpp"

namespace rackproof::fake {
namespace {

template <class T>
double number(T value) {
  if constexpr (std::is_arithmetic_v<T>) {
    return static_cast<double>(value);
  } else {
    return static_cast<double>(static_cast<float>(value));
  }
}

/// Small whole numbers: every product and sum is exact in every type.
template <class T>
std::vector<T> whole(std::size_t count, std::uint64_t array) {
  std::vector<T> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    const int value = static_cast<int>(kernels::philox4x32(7, i, array)[0] % 5) - 2;
    values[i] = T(static_cast<float>(value));
  }
  return values;
}

struct Size {
  std::uint32_t m, n, k, batch;
};

/// Row-major C = A · B.
template <class T>
std::vector<double> expected(const std::vector<T>& a, const std::vector<T>& b, const Size& s,
                             bool transpose_a, bool transpose_b) {
  std::vector<double> c(std::size_t{s.m} * s.n * s.batch);
  for (std::size_t p = 0; p < s.batch; ++p) {
    const T* const pa = a.data() + p * s.m * s.k;
    const T* const pb = b.data() + p * s.k * s.n;
    for (std::size_t i = 0; i < s.m; ++i) {
      for (std::size_t j = 0; j < s.n; ++j) {
        double sum = 0;
        for (std::size_t l = 0; l < s.k; ++l)
          sum += number(pa[transpose_a ? l * s.m + i : i * s.k + l]) *
                 number(pb[transpose_b ? j * s.k + l : l * s.n + j]);
        c[(p * s.m + i) * s.n + j] = sum;
      }
    }
  }
  return c;
}

class Gemm : public OpenedTest {
 protected:
  /// Runs one product and holds it against f64.
  template <class T, class Out>
  void run(rp_dtype type, rp_dtype accumulate, rp_dtype output, const Size& s, bool transpose_b,
           std::uint64_t offset = 0) {
    SCOPED_TRACE("type " + std::to_string(type) + ", " + std::to_string(s.m) + " x " + std::to_string(s.n) +
                 " x " + std::to_string(s.k));
    const auto values_a = whole<T>(std::size_t{s.m} * s.k * s.batch, 1);
    const auto values_b = whole<T>(std::size_t{s.k} * s.n * s.batch, 2);
    const rp_memory c = allocate(std::size_t{s.m} * s.n * s.batch * sizeof(Out) + 16);
    rp_gemm_params params = kernels::gemm_params(filled(values_a), filled(values_b, offset), c, s.m, s.n, s.k,
                                                 accumulate, s.batch);
    params.output = static_cast<std::uint32_t>(output);
    params.transpose_b = transpose_b ? 1 : 0;
    ASSERT_EQ(b.op_query(device, RP_OP_GEMM, type, &params, sizeof params, nullptr), RP_OK) << last_text();
    ASSERT_EQ(b.op_enqueue(stream, RP_OP_GEMM, type, &params, sizeof params), RP_OK) << last_text();
    ASSERT_EQ(sync(), RP_OK);
    const auto right = expected(values_a, values_b, s, false, transpose_b);
    const auto found = content<Out>(c, right.size());
    for (std::size_t i = 0; i < right.size(); ++i) ASSERT_EQ(number(found[i]), right[i]) << "element " << i;
  }

  rp_result ask(rp_dtype type, rp_dtype accumulate, rp_dtype output, bool transpose_b,
                const Size& s = {16, 16, 16, 1}) {
    rp_gemm_params params = kernels::gemm_params({1, 0}, {2, 0}, {3, 0}, s.m, s.n, s.k, accumulate, s.batch);
    params.output = static_cast<std::uint32_t>(output);
    params.transpose_b = transpose_b ? 1 : 0;
    return b.op_query(device, RP_OP_GEMM, type, &params, sizeof params, nullptr);
  }
};

TEST_F(Gemm, IsRightInEveryTypeAndOrder) {
  const Size odd{7, 5, 9, 1}, several{4, 6, 3, 3}, sixteen{16, 32, 48, 2};
  for (const bool transposed : {false, true}) {
    for (const Size& size : {odd, several, Size{1, 1, 1, 1}}) {
      run<double, double>(RP_F64, RP_F64, RP_F64, size, transposed, 8);
      run<float, float>(RP_F32, RP_F32, RP_F32, size, transposed, 4);
      run<float, float>(RP_TF32, RP_F32, RP_F32, size, transposed);
      run<__nv_bfloat16, float>(RP_BF16, RP_F32, RP_F32, size, transposed, 2);
      run<__nv_bfloat16, __nv_bfloat16>(RP_BF16, RP_F32, RP_BF16, size, transposed);
      run<__half, float>(RP_F16, RP_F32, RP_F32, size, transposed, 2);
      run<__half, __half>(RP_F16, RP_F32, RP_F16, size, transposed);
    }
  }
  run<__nv_fp8_e4m3, float>(RP_F8E4M3, RP_F32, RP_F32, sixteen, true, 16);
  run<__nv_fp8_e4m3, __nv_bfloat16>(RP_F8E4M3, RP_F32, RP_BF16, sixteen, true);
  run<__nv_fp8_e4m3, __half>(RP_F8E4M3, RP_F32, RP_F16, sixteen, true);
  run<std::int8_t, std::int32_t>(RP_I8, RP_I32, RP_I32, {4, 8, 12, 2}, true, 4);
}

TEST_F(Gemm, SumsOfNothingAreZero) {
  run<double, double>(RP_F64, RP_F64, RP_F64, {3, 4, 0, 2}, false);
  run<float, float>(RP_F32, RP_F32, RP_F32, {0, 4, 2, 1}, false);
}

TEST_F(Gemm, WhatCublasLacksIsUnsupportedWithAReason) {
  const auto unsupported = [&](rp_dtype type, rp_dtype accumulate, rp_dtype output, bool transpose_b,
                               const Size& size = {16, 16, 16, 1}) {
    EXPECT_EQ(ask(type, accumulate, output, transpose_b, size), RP_UNSUPPORTED)
        << type << ", " << accumulate << ", " << output;
    EXPECT_NE(last_text().find("cuBLASLt"), std::string::npos) << last_text();
  };
  unsupported(RP_F64, RP_F32, RP_F64, false);
  unsupported(RP_F64, RP_F64, RP_F32, false);
  unsupported(RP_F32, RP_F64, RP_F32, false);
  unsupported(RP_F32, RP_F32, RP_F64, false);
  unsupported(RP_TF32, RP_F32, RP_BF16, false);
  unsupported(RP_BF16, RP_F32, RP_F16, false);
  unsupported(RP_F16, RP_F16, RP_F16, false);
  unsupported(RP_F16, RP_F32, RP_BF16, false);
  unsupported(RP_F8E4M3, RP_F32, RP_F32, false);
  unsupported(RP_F8E4M3, RP_F32, RP_F32, true, {16, 8, 16, 1});
  unsupported(RP_F8E4M3, RP_F32, RP_F32, true, {16, 16, 8, 1});
  unsupported(RP_F8E5M2, RP_F32, RP_F32, true);
  unsupported(RP_I8, RP_I32, RP_I32, false);
  unsupported(RP_I8, RP_I32, RP_I8, true);
  unsupported(RP_I8, RP_I32, RP_I32, true, {16, 16, 6, 1});
  unsupported(RP_U64, RP_F32, RP_F32, false);
  unsupported(RP_F32, RP_F32, RP_F32, false, {1, 1, 1, 1u << 31});
  EXPECT_EQ(ask(RP_I8, RP_I32, RP_I32, true, {16, 16, 16, 0}), RP_INVALID) << "a batch of nothing";
}

TEST_F(Gemm, EightBitsNeedAlignedPlaces) {
  for (const rp_dtype type : {RP_F8E4M3, RP_I8}) {
    rp_memory a = allocate(1024), right = allocate(1024), c = allocate(4096);
    a.offset = 2;
    rp_gemm_params params = kernels::gemm_params(a, right, c, 16, 16, 16, type == RP_I8 ? RP_I32 : RP_F32);
    params.transpose_b = 1;
    EXPECT_EQ(b.op_query(device, RP_OP_GEMM, type, &params, sizeof params, nullptr), RP_UNSUPPORTED);
    EXPECT_NE(last_text().find("multiples of"), std::string::npos) << last_text();
    EXPECT_EQ(b.op_enqueue(stream, RP_OP_GEMM, type, &params, sizeof params), RP_UNSUPPORTED);
    params.k = 0;
    EXPECT_EQ(b.op_enqueue(stream, RP_OP_GEMM, type, &params, sizeof params), RP_OK)
        << "an empty sum needs no cuBLASLt: " << last_text();
    EXPECT_EQ(sync(), RP_OK);
  }
}

TEST_F(Gemm, NoAlgorithmIsUnsupported) {
  Configuration none;
  none.algorithms.clear();
  open(none);
  EXPECT_EQ(ask(RP_F64, RP_F64, RP_F64, false), RP_UNSUPPORTED);
  EXPECT_NE(last_text().find("no algorithm"), std::string::npos) << last_text();
}

class GptMatmul : public OpenedTest {
 protected:
  template <class T>
  void run(rp_dtype type, bool transpose_a, bool transpose_b, bool bias) {
    SCOPED_TRACE(std::string("type ") + std::to_string(type) + (transpose_a ? ", A transposed" : "") +
                 (transpose_b ? ", B transposed" : "") + (bias ? ", bias" : ""));
    const Size s{5, 7, 6, 1};
    const auto values_a = whole<T>(s.m * s.k, 1), values_b = whole<T>(s.k * s.n, 2),
               values_bias = whole<T>(s.n, 3);
    const rp_memory c = allocate(s.m * s.n * sizeof(T));
    const rp_gpt_matmul_params params{filled(values_a),
                                      filled(values_b),
                                      c,
                                      bias ? filled(values_bias) : rp_memory{},
                                      s.m,
                                      s.n,
                                      s.k,
                                      transpose_a ? 1u : 0u,
                                      transpose_b ? 1u : 0u};
    ASSERT_EQ(b.op_enqueue(stream, RP_OP_GPT_MATMUL, type, &params, sizeof params), RP_OK) << last_text();
    ASSERT_EQ(sync(), RP_OK);
    const auto right = expected(values_a, values_b, s, transpose_a, transpose_b);
    const auto found = content<T>(c, right.size());
    for (std::size_t i = 0; i < right.size(); ++i)
      ASSERT_EQ(number(found[i]), right[i] + (bias ? number(values_bias[i % s.n]) : 0)) << "element " << i;
  }
};

TEST_F(GptMatmul, IsRightInEveryOrderWithAndWithoutBias) {
  for (const bool transpose_a : {false, true}) {
    for (const bool transpose_b : {false, true}) {
      for (const bool bias : {false, true}) {
        run<float>(RP_F32, transpose_a, transpose_b, bias);
        run<double>(RP_F64, transpose_a, transpose_b, bias);
        run<kernels::Bf16>(RP_BF16, transpose_a, transpose_b, bias);
      }
    }
  }
}

TEST_F(GptMatmul, NonsenseIsRefused) {
  const rp_memory a = allocate(4096), c = allocate(4096);
  const auto result_of = [&](std::uint32_t m, std::uint32_t flag, rp_dtype type = RP_F32) {
    const rp_gpt_matmul_params params{a, a, c, {}, m, 4, 4, flag, 0};
    return b.op_query(device, RP_OP_GPT_MATMUL, type, &params, sizeof params, nullptr);
  };
  EXPECT_EQ(result_of(4, 0), RP_OK) << last_text();
  const rp_gpt_matmul_params into_itself{a, c, c, {}, 4, 4, 4, 0, 0};
  EXPECT_EQ(b.op_query(device, RP_OP_GPT_MATMUL, RP_F32, &into_itself, sizeof into_itself, nullptr),
            RP_INVALID);
  EXPECT_EQ(result_of(0, 0), RP_INVALID);
  EXPECT_EQ(result_of(1u << 31, 0), RP_INVALID);
  EXPECT_EQ(result_of(4, 2), RP_INVALID);
  EXPECT_EQ(result_of(4, 0, RP_F16), RP_UNSUPPORTED);
  EXPECT_EQ(b.op_query(device, RP_OP_GPT_MATMUL, RP_F32, nullptr, sizeof(rp_gpt_matmul_params), nullptr),
            RP_INVALID);
  EXPECT_EQ(b.op_query(device, RP_OP_GPT_MATMUL, RP_F32, &a, sizeof a, nullptr), RP_INVALID);
}

}  // namespace
}  // namespace rackproof::fake
