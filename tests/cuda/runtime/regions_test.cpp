// What the operations of training read and write: sizes straight from kernels/gpt.h.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "kernels/gpt_regions.h"

namespace rackproof::cuda {
namespace {

constexpr std::uint64_t kRows = 6, kColumns = 5;
constexpr std::uint32_t kBatch = 2, kContext = 3, kChannels = 8, kHeads = 4, kVocabulary = 11;

rp_memory at(std::uint64_t handle) { return {handle, 0}; }

/// "w1:240 r2:40": how, handle, bytes.
template <class Params>
std::string regions(rp_op op, const Params& params, rp_dtype dtype = RP_F64) {
  EXPECT_EQ(kernels::gpt_params_size(op), sizeof params);
  std::string text;
  for (const kernels::Region& region : kernels::gpt_regions(op, dtype, &params)) {
    text += (text.empty() ? "" : " ") + std::string(region.written ? "w" : "r") +
            std::to_string(region.memory.handle) + ":" + std::to_string(region.bytes);
  }
  return text;
}

template <class Params>
rp_result refusal(rp_op op, const Params& params) {
  try {
    kernels::gpt_regions(op, RP_F64, &params);
  } catch (const kernels::Failure& failure) {
    return failure.result();
  }
  return RP_OK;
}

TEST(GptRegions, OfMatrices) {
  const rp_gpt_matmul_params matmul{at(1), at(2), at(3), at(4), 2, 3, 4, 0, 1};
  EXPECT_EQ(regions(RP_OP_GPT_MATMUL, matmul), "w3:48 r1:64 r2:96 r4:24");
  EXPECT_EQ(regions(RP_OP_GPT_MATMUL, matmul, RP_F32), "w3:24 r1:32 r2:48 r4:12");
  const rp_gpt_column_sum_params sum{at(1), at(2), kRows, kColumns};
  EXPECT_EQ(regions(RP_OP_GPT_COLUMN_SUM, sum), "w2:40 r1:240");
}

TEST(GptRegions, OfNormalisation) {
  const rp_gpt_layer_norm_params forward{at(1), at(2), at(3), at(4), at(5), at(6), kRows, kColumns};
  EXPECT_EQ(regions(RP_OP_GPT_LAYER_NORM, forward), "w4:240 r1:240 w5:48 w6:48 r2:40 r3:40");
  EXPECT_EQ(regions(RP_OP_GPT_LAYER_NORM, forward, RP_BF16), "w4:60 r1:60 w5:24 w6:24 r2:10 r3:10");
  const rp_gpt_layer_norm_backward_params backward{at(1), at(2), at(3), at(4), at(5),
                                                   at(6), at(7), at(8), kRows, kColumns};
  EXPECT_EQ(regions(RP_OP_GPT_LAYER_NORM_BACKWARD, backward),
            "w6:240 w7:40 w8:40 r1:240 r2:240 r3:40 r4:48 r5:48");
}

TEST(GptRegions, OfAttention) {
  const rp_gpt_attention_params forward{at(1), at(2), at(3), kBatch, kContext, kChannels, kHeads};
  EXPECT_EQ(regions(RP_OP_GPT_ATTENTION, forward), "w2:384 w3:576 r1:1152");
  const rp_gpt_attention_backward_params backward{at(1),  at(2),    at(3),     at(4),
                                                  kBatch, kContext, kChannels, kHeads};
  EXPECT_EQ(regions(RP_OP_GPT_ATTENTION_BACKWARD, backward), "w4:1152 r1:384 r2:1152 r3:576");
  for (const std::uint32_t heads : {0u, 3u}) {
    rp_gpt_attention_params wrong = forward;
    wrong.heads = heads;
    EXPECT_EQ(refusal(RP_OP_GPT_ATTENTION, wrong), RP_INVALID) << heads;
  }
}

TEST(GptRegions, OfElements) {
  EXPECT_EQ(regions(RP_OP_GPT_GELU, rp_gpt_gelu_params{at(1), at(2), 7}), "w2:56 r1:56");
  EXPECT_EQ(regions(RP_OP_GPT_GELU_BACKWARD, rp_gpt_gelu_backward_params{at(1), at(2), at(3), 7}),
            "w3:56 r1:56 r2:56");
  EXPECT_EQ(regions(RP_OP_GPT_ADD, rp_gpt_add_params{at(1), at(2), at(3), 7}), "w3:56 r1:56 r2:56");
  rp_gpt_adamw_params adamw{at(1), at(2), at(3), at(4), 7, 1, 1, 1, 1, 1, 1, 1, {}};
  EXPECT_EQ(regions(RP_OP_GPT_ADAMW, adamw), "w1:56 w2:56 w3:56 r4:56");
  adamw.step = 0;
  EXPECT_EQ(refusal(RP_OP_GPT_ADAMW, adamw), RP_INVALID);
  adamw.step = 1;
  adamw.master = at(5);
  EXPECT_EQ(refusal(RP_OP_GPT_ADAMW, adamw), RP_INVALID) << "only bf16 has master weights";
  EXPECT_EQ(regions(RP_OP_GPT_ADAMW, adamw, RP_BF16), "w1:14 w2:28 w3:28 w5:28 r4:14");
}

TEST(GptRegions, OfTokensAreFourBytesInEveryType) {
  const rp_gpt_embed_params forward{at(1), at(2), at(3), at(4), kBatch, kContext, kChannels, kVocabulary};
  EXPECT_EQ(regions(RP_OP_GPT_EMBED, forward), "w4:384 r1:24 r2:704 r3:192");
  EXPECT_EQ(regions(RP_OP_GPT_EMBED, forward, RP_F32), "w4:192 r1:24 r2:352 r3:96");
  const rp_gpt_embed_backward_params backward{at(1),    at(2),     at(3),       at(4), kBatch,
                                              kContext, kChannels, kVocabulary, 1};
  EXPECT_EQ(regions(RP_OP_GPT_EMBED_BACKWARD, backward), "w3:704 w4:192 r1:384 r2:24");
  rp_gpt_cross_entropy_params loss{at(1), at(2), at(3), at(4), kRows, kVocabulary};
  EXPECT_EQ(regions(RP_OP_GPT_CROSS_ENTROPY, loss), "w3:48 w4:528 r1:528 r2:24");
  EXPECT_EQ(regions(RP_OP_GPT_CROSS_ENTROPY, loss, RP_BF16), "w3:24 w4:132 r1:132 r2:24");
  loss.vocabulary = 0;
  EXPECT_EQ(refusal(RP_OP_GPT_CROSS_ENTROPY, loss), RP_INVALID);
}

TEST(GptRegions, SizesThatDoNotFitAreRefused) {
  EXPECT_EQ(refusal(RP_OP_GPT_GELU, rp_gpt_gelu_params{at(1), at(2), ~std::uint64_t{0}}), RP_INVALID);
  const std::uint32_t most = 0xffffffffu;
  EXPECT_EQ(refusal(RP_OP_GPT_ATTENTION, rp_gpt_attention_params{at(1), at(2), at(3), most, most, most, 1}),
            RP_INVALID);
  EXPECT_EQ(kernels::gpt_params_size(RP_OP_GEMM), 0u) << "no operation of training";
}

}  // namespace
}  // namespace rackproof::cuda
