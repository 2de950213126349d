// Which algorithm of cuBLASLt runs a product: those that are asked for, the fastest of them.
#include <cublasLt.h>
#include <cuda_runtime_api.h>

#include "kernels/cuda/stream.hpp"
#include "kernels/gemm.h"
#include "tests/cuda/runtime/opened.hpp"

namespace rackproof::fake {
namespace {

class Search : public OpenedTest {
 protected:
  /// Offsets of A, B and C in bytes.
  void prepare(std::uint64_t a = 0, std::uint64_t right = 0, std::uint64_t c = 0) {
    const std::vector<double> ones(256, 1.0);
    params_ = kernels::gemm_params(filled(ones, a), filled(ones, right), {allocate(2048 + c).handle, c}, 16,
                                   16, 16, RP_F64);
  }
  rp_result product() { return b.op_enqueue(stream, RP_OP_GEMM, RP_F64, &params_, sizeof params_); }
  std::string detail() {
    auto facts = sized<rp_op_facts>();
    EXPECT_EQ(b.op_query(device, RP_OP_GEMM, RP_F64, &params_, sizeof params_, &facts), RP_OK) << last_text();
    EXPECT_STREQ(facts.implementation, "vendor library");
    EXPECT_EQ(facts.scratch_bytes, cuda::Stream::kWorkspace);
    return facts.detail;
  }
  std::uint64_t runs() const { return calls().contains("cublasLtMatmul") ? calls().at("cublasLtMatmul") : 0; }

  rp_gemm_params params_{};
};

TEST_F(Search, TheFastestAlgorithmIsUsedFromThenOn) {
  for (const int fastest : {0, 1, 2}) {
    Configuration configuration;
    configuration.fastest_algorithm = fastest;
    open(configuration);
    prepare();
    EXPECT_NE(detail().find("up to 16 algorithms timed"), std::string::npos);
    ASSERT_EQ(product(), RP_OK) << last_text();
    ASSERT_EQ(sync(), RP_OK);
    EXPECT_EQ(last_algorithm(), fastest);
    EXPECT_EQ(runs(), 3u * (1 + 3) + 1) << "one and three of each, then the product";
    ASSERT_EQ(product(), RP_OK);
    EXPECT_EQ(runs(), 3u * (1 + 3) + 2);
    EXPECT_NE(detail().find("fastest of 3 in 3 runs; no emulation, no TF32"), std::string::npos) << detail();
    ASSERT_EQ(sync(), RP_OK);
  }
}

TEST_F(Search, AProposalThatTheDeviceDoesNotTakeIsPassedOver) {
  Configuration configuration;
  configuration.faults = {{"cublasLtMatmul", 5, 1, CUBLAS_STATUS_NOT_SUPPORTED, false}};
  open(configuration);
  prepare();
  ASSERT_EQ(product(), RP_OK) << last_text();
  ASSERT_EQ(sync(), RP_OK);
  EXPECT_NE(last_algorithm(), 1) << "the second one was refused";
  EXPECT_NE(detail().find("fastest of 2 in"), std::string::npos) << detail();
  configuration.faults = {{"cublasLtMatmul", 1, 100, CUBLAS_STATUS_ARCH_MISMATCH, false}};
  open(configuration);
  prepare();
  EXPECT_EQ(product(), RP_UNSUPPORTED);
  EXPECT_NE(last_text().find("cublasLtMatmul"), std::string::npos) << last_text();
}

TEST_F(Search, PlacesOfOtherAlignmentAreSearchedAnew) {
  prepare();
  ASSERT_EQ(product(), RP_OK);
  const std::uint64_t before = runs();
  params_.m = 8;  // so that there is room
  params_.c.offset = 8;
  ASSERT_EQ(product(), RP_OK);
  EXPECT_EQ(runs(), before + 13);
  ASSERT_EQ(sync(), RP_OK);
}

TEST_F(Search, AFailureOfADeviceThatIsStillThereIsOne) {
  Configuration configuration;
  configuration.faults = {{"cublasLtMatmul", 1, 1, CUBLAS_STATUS_INTERNAL_ERROR, false},
                          {"cudaStreamQuery", 1, 1, cudaErrorNotReady, false}};
  open(configuration);
  prepare();
  EXPECT_EQ(product(), RP_FAILED);
  EXPECT_NE(last_text().find("cublasLtMatmul: CUBLAS_STATUS_INTERNAL_ERROR"), std::string::npos)
      << last_text();
  EXPECT_EQ(faults_hit(), 2u);
  EXPECT_EQ(last_error(), 0) << "the question left an error behind";
  EXPECT_EQ(product(), RP_OK) << last_text();
  EXPECT_EQ(sync(), RP_OK);
}

TEST_F(Search, OnlyWhatWasAskedForIsUsed) {
  // The fastest algorithm may not be used; the others may.
  const auto expect_passed_over = [&](const Algorithm& unwanted, const char* what) {
    SCOPED_TRACE(what);
    Configuration configuration;
    configuration.algorithms[1] = unwanted;
    open(configuration);
    prepare();
    ASSERT_EQ(product(), RP_OK) << last_text();
    ASSERT_EQ(sync(), RP_OK);
    EXPECT_NE(last_algorithm(), 1);
    EXPECT_NE(detail().find("fastest of 2 in"), std::string::npos) << detail();
  };
  expect_passed_over({.workspace = cuda::Stream::kWorkspace + 1}, "more workspace than there is");
  for (const std::uint32_t scheme :
       {CUBLASLT_REDUCTION_SCHEME_INPLACE, CUBLASLT_REDUCTION_SCHEME_OUTPUT_TYPE})
    expect_passed_over({.reduction = scheme}, "parts of a sum meet in another type");
  expect_passed_over({.numerics = CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_8I}, "f64 as slices of integers");
  expect_passed_over({.numerics = CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_8I, .unmasked = true},
                     "the same, proposed although it was not wanted");
}

TEST_F(Search, WhatIsNotWantedTakesNoRoomAmongTheProposals) {
  Configuration configuration;
  configuration.algorithms.assign(16, {.numerics = CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_8I});
  configuration.algorithms.push_back({});
  open(configuration);
  prepare();
  ASSERT_EQ(product(), RP_OK) << last_text();
  ASSERT_EQ(sync(), RP_OK);
  EXPECT_EQ(last_algorithm(), 16);
}

TEST_F(Search, AllOfWhatWasAskedForIsUsed) {
  const auto expect_used = [&](const Algorithm& wanted, const char* what) {
    SCOPED_TRACE(what);
    Configuration configuration;
    configuration.algorithms[1] = wanted;
    open(configuration);
    prepare();
    ASSERT_EQ(product(), RP_OK) << last_text();
    ASSERT_EQ(sync(), RP_OK);
    EXPECT_EQ(last_algorithm(), 1);
  };
  expect_used({.workspace = cuda::Stream::kWorkspace}, "all of the workspace");
  expect_used({.alignments = {256, 256, 256, 256}}, "places as aligned as can be");
  expect_used({.reduction = CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE}, "parts of a sum in its type");
}

TEST_F(Search, EveryOperandsPlaceIsAskedFor) {
  for (const std::size_t operand : {0, 1, 2, 3}) {
    SCOPED_TRACE(operand);
    Configuration configuration;
    configuration.algorithms[1].alignments[operand] = 16;
    open(configuration);
    prepare(operand == 1 ? 8 : 0, operand == 0 ? 8 : 0, operand >= 2 ? 8 : 0);
    const std::string before = detail();
    ASSERT_EQ(product(), RP_OK) << last_text();
    ASSERT_EQ(sync(), RP_OK);
    EXPECT_NE(last_algorithm(), 1);
    EXPECT_NE(detail(), before) << "a query is about the places that are given";
  }
}

TEST_F(Search, AQueryRefusesWhatTheGivenPlacesCannotHave) {
  Configuration configuration;
  for (Algorithm& algorithm : configuration.algorithms) algorithm.alignments = {16, 16, 16, 16};
  open(configuration);
  prepare(0, 8, 0);
  EXPECT_EQ(b.op_query(device, RP_OP_GEMM, RP_F64, &params_, sizeof params_, nullptr), RP_UNSUPPORTED);
  EXPECT_EQ(product(), RP_UNSUPPORTED);
  prepare();
  EXPECT_EQ(b.op_query(device, RP_OP_GEMM, RP_F64, &params_, sizeof params_, nullptr), RP_OK) << last_text();
  EXPECT_EQ(product(), RP_OK) << last_text();
  EXPECT_EQ(sync(), RP_OK);
}

TEST_F(Search, TheChosenAlgorithmIsNamed) {
  Configuration configuration;
  configuration.algorithms.assign(16, {.numerics = 0x100100408, .workspace = cuda::Stream::kWorkspace});
  open(configuration);
  prepare();
  ASSERT_EQ(product(), RP_OK) << last_text();
  ASSERT_EQ(sync(), RP_OK);
  EXPECT_NE(detail().find(", algorithm 61, workspace 33554432 B, numerics 0x100100408, fastest of 16 in 3 "
                          "runs; no emulation, no TF32"),
            std::string::npos)
      << detail();
}

}  // namespace
}  // namespace rackproof::fake
