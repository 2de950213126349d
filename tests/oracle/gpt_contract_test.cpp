// The training contract (kernels/gpt.h): the text, the counts, and the operations' refusal of bad calls.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "kernels/gpt.h"
#include "suites/run/gpt_layout.hpp"
#include "tests/suites/ai/cpu_device.hpp"

namespace rackproof {
namespace {

using kernels::GptShape;
using kernels::MarkovSource;

std::vector<std::int32_t> sequence(std::uint64_t key, std::uint64_t step, std::uint64_t row,
                                   std::size_t tokens) {
  std::vector<std::int32_t> text(tokens);
  MarkovSource(key, 127).fill(step, row, text);
  return text;
}

TEST(MarkovSource, MeasuredEntropyIsTheStatedOne) {
  // Conditional entropy from counts of pairs: nothing of the source's own bookkeeping is used.
  std::map<std::pair<int, int>, double> pairs;
  std::map<int, double> firsts;
  constexpr double kTokens = 400'000;
  const auto text = sequence(11, 0, 0, static_cast<std::size_t>(kTokens) + 1);
  for (std::size_t t = 0; t + 1 < text.size(); ++t) {
    pairs[{text[t], text[t + 1]}] += 1;
    firsts[text[t]] += 1;
  }
  double entropy = 0;
  for (const auto& [pair, count] : pairs) entropy -= count / kTokens * std::log(count / firsts[pair.first]);
  EXPECT_EQ(pairs.size(), 4u * 127u) << "four distinct successors of every token";
  EXPECT_NEAR(entropy, 1.75 * std::log(2.0), 0.005);
  EXPECT_NEAR(entropy, MarkovSource::entropy(), 0.005);
  for (const auto& [token, count] : firsts) EXPECT_NEAR(count, kTokens / 127, 0.1 * kTokens / 127) << token;
}

TEST(MarkovSource, SurprisalIsThatOfThePairs) {
  std::vector<std::int32_t> text(4001);
  const double surprisal = MarkovSource(3, 127).fill(5, 2, text);
  EXPECT_NEAR(surprisal / 4000, MarkovSource::entropy(), 5 * 0.575 / std::sqrt(4000.0));
}

TEST(MarkovSource, EverySequenceIsItsOwn) {
  std::set<std::vector<std::int32_t>> seen;
  for (std::uint64_t step = 0; step < 50; ++step) {
    for (std::uint64_t row = 0; row < 16; ++row) seen.insert(sequence(1, step, row, 33));
  }
  EXPECT_EQ(seen.size(), 800u);
  EXPECT_EQ(sequence(1, 4, 9, 33), sequence(1, 4, 9, 33));
  EXPECT_NE(sequence(1, 4, 9, 33), sequence(2, 4, 9, 33));
}

TEST(GptCounts, ParametersAreThoseOfTheLayout) {
  for (const bool tie : {true, false}) {
    const GptShape shape{3, 48, 4, 20, 101, tie};
    EXPECT_EQ(kernels::gpt_parameters(shape) + 20 * 48, GptLayout(shape).count());
  }
  EXPECT_THROW(GptLayout(GptShape{}).offset("block2.qkv.weight"), Error);
}

TEST(GptCounts, FlopsPerTokenByHand) {
  // One block of width 2, one head, 3 tokens, 5 words: N = 12·4 + 13·2 + 2·2 + 5·2 = 88.
  EXPECT_EQ(kernels::gpt_parameters({1, 2, 1, 3, 5, true}), 88u);
  EXPECT_EQ(kernels::gpt_train_flops_per_token({1, 2, 1, 3, 5, true}), 6.0 * 88 + 6.0 * 1 * 2 * 3);
}

class GptOperations : public ::testing::Test {
 protected:
  template <class Params>
  rp_result call(rp_op op, const Params& params, rp_dtype dtype = RP_F32) {
    const rp_result result =
        cpu_device().table().op_enqueue(stream_.get(), op, dtype, &params, sizeof params);
    stream_.sync();
    return result;
  }
  Stream stream_{cpu_device()};
  Buffer buffer_{cpu_device(), 64 * sizeof(float)};
};

TEST_F(GptOperations, MatmulTransposes) {
  // a is 2 × 3, b is 3 × 2, each stored both ways.
  const std::vector<float> host{1,
                                2,
                                3,
                                4,
                                5,
                                6,
                                /* aᵀ at 6 */ 1,
                                4,
                                2,
                                5,
                                3,
                                6,
                                /* b at 12 */ 1,
                                0,
                                2,
                                1,
                                0,
                                3,
                                /* bᵀ at 18 */ 1,
                                2,
                                0,
                                0,
                                1,
                                3,
                                /* bias at 24 */ 10,
                                20};
  const std::vector<float> expected{1 + 4 + 0 + 10, 0 + 2 + 9 + 20, 4 + 10 + 0 + 10, 0 + 5 + 18 + 20};
  buffer_.write(std::span<const float>(host));
  const auto at = [&](std::uint64_t element) { return buffer_.at(element * sizeof(float)); };
  for (const std::uint32_t ta : {0u, 1u}) {
    for (const std::uint32_t tb : {0u, 1u}) {
      const rp_gpt_matmul_params params{at(ta ? 6 : 0), at(tb ? 18 : 12), at(32), at(24), 2, 2, 3, ta, tb};
      ASSERT_EQ(call(RP_OP_GPT_MATMUL, params), RP_OK);
      std::vector<float> found(4);
      buffer_.read(std::span<float>(found), 32);
      EXPECT_EQ(found, expected) << ta << tb;
    }
  }
}

TEST_F(GptOperations, RegionsOutsideAreRefused) {
  const auto all = buffer_.at();
  EXPECT_EQ(call(RP_OP_GPT_MATMUL, rp_gpt_matmul_params{all, all, all, {}, 8, 8, 9, 0, 0}), RP_INVALID);
  EXPECT_EQ(call(RP_OP_GPT_MATMUL, rp_gpt_matmul_params{all, all, all, {}, 0, 8, 8, 0, 0}), RP_INVALID);
  EXPECT_EQ(call(RP_OP_GPT_MATMUL, rp_gpt_matmul_params{all, all, all, {}, 1, 1, 1, 2, 0}), RP_INVALID);
  EXPECT_EQ(call(RP_OP_GPT_ADD, rp_gpt_add_params{all, all, all, 65}), RP_INVALID);
  EXPECT_EQ(call(RP_OP_GPT_ADD, rp_gpt_add_params{all, all, all, std::uint64_t{1} << 62}), RP_INVALID);
  EXPECT_EQ(call(RP_OP_GPT_GELU, rp_gpt_gelu_params{{999, 0}, all, 4}), RP_INVALID);
  EXPECT_EQ(call(RP_OP_GPT_GELU, rp_gpt_gelu_params{buffer_.at(2), all, 4}), RP_INVALID);
  EXPECT_EQ(call(RP_OP_GPT_ATTENTION, rp_gpt_attention_params{all, all, all, 1, 2, 5, 2}), RP_INVALID);
  EXPECT_EQ(call(RP_OP_GPT_ATTENTION, rp_gpt_attention_params{all, all, all, 1, 2, 4, 0}), RP_INVALID);
  EXPECT_EQ(call(RP_OP_GPT_CROSS_ENTROPY, rp_gpt_cross_entropy_params{all, all, all, all, 4, 0}), RP_INVALID);
  EXPECT_EQ(
      call(RP_OP_GPT_ADAMW, rp_gpt_adamw_params{all, all, all, all, 4, 1, 0.1, 0.9, 0.9, 1e-8, 0, 0, {}}),
      RP_INVALID);
}

TEST_F(GptOperations, OtherTypesAreUnsupported) {
  EXPECT_EQ(call(RP_OP_GPT_ADD, rp_gpt_add_params{buffer_.at(), buffer_.at(), buffer_.at(), 4}, RP_BF16),
            RP_UNSUPPORTED);
  EXPECT_EQ(call(RP_OP_GPT_LAST, rp_gpt_add_params{}), RP_UNSUPPORTED);
}

}  // namespace
}  // namespace rackproof
