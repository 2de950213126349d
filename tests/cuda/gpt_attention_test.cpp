// kernels/cuda/gpt_attention.cu against kernels/gpt.h.
#include "kernels/cuda/kernels.hpp"
#include "tests/cuda/gpt_fixture.hpp"

namespace rackproof::cuda {
namespace {

template <class T>
using CudaAttention = Gpt<T>;
TYPED_TEST_SUITE(CudaAttention, GptTypes);

/// One token, one head; heads of one channel; more tokens than threads of a block (128); heads wider than a block.
std::vector<reference::AttentionShape> shapes() {
  // Each thread of each block has memory of the sanitizer's.
  if (kThreadSanitizer) return {{1, 3, 6, 2}, {1, 24, 1, 1}};
  return {{1, 1, 1, 1},   {2, 5, 6, 2},   {1, 33, 12, 3}, {1, 131, 4, 2},
          {1, 259, 2, 1}, {1, 4, 150, 1}, {2, 3, 4, 4}};
}

TYPED_TEST(CudaAttention, IsThatOfTheContract) {
  for (const reference::AttentionShape& shape : shapes()) {
    SCOPED_TRACE(testing::Message() << shape.batch << " x " << shape.context << " tokens, " << shape.channels
                                    << " channels, " << shape.heads << " heads");
    const auto b = static_cast<std::uint32_t>(shape.batch), t = static_cast<std::uint32_t>(shape.context),
               c = static_cast<std::uint32_t>(shape.channels), h = static_cast<std::uint32_t>(shape.heads);
    const auto inputs = normal<TypeParam>(shape.rows() * 3 * shape.channels, 1);
    const auto gradients = normal<TypeParam>(shape.rows() * shape.channels, 2);
    const auto expected = reference::attention(in_double(inputs), shape);
    std::vector<TypeParam> probabilities(expected.probabilities.size());
    for (std::size_t i = 0; i < probabilities.size(); ++i)
      probabilities[i] = static_cast<TypeParam>(expected.probabilities[i]);
    const auto slopes = reference::attention_backward(in_double(gradients), in_double(inputs),
                                                      in_double(probabilities), shape);
    for_all_schedules(2, [&](const Launch& launch) {
      const Array<TypeParam> qkv(inputs, 1), out(gradients.size(), 2), p(probabilities.size(), 3);
      EXPECT_EQ(launch_gpt_attention<TypeParam>({qkv.memory(), out.memory(), p.memory(), b, t, c, h}, launch),
                0);
      expect_close(p.values(), expected.probabilities, {30, 2.01});
      expect_close(out.values(), expected.out, bounds::kAttention);
      const Array<TypeParam> dout(gradients, 1), given(probabilities, 0), dqkv(inputs.size(), 3);
      EXPECT_EQ(launch_gpt_attention_backward<TypeParam>(
                    {dout.memory(), qkv.memory(), given.memory(), dqkv.memory(), b, t, c, h}, launch),
                0);
      expect_close(dqkv.values(), slopes, bounds::attention_backward(shape.channels));
      EXPECT_TRUE(out.guards_untouched() && p.guards_untouched() && dqkv.guards_untouched());
      EXPECT_EQ(bytes_of(qkv.values()), bytes_of(inputs));
      return bytes_of(out.values(), p.values(), dqkv.values());
    });
  }
}

TYPED_TEST(CudaAttention, LargeScoresDoNotOverflow) {
  auto inputs = normal<TypeParam>(4 * 6, 1);
  scale(inputs, 1000);
  for_all_schedules(1, [&](const Launch& launch) {
    const Array<TypeParam> qkv(inputs, 0), out(8, 0), p(16, 0);
    EXPECT_EQ(launch_gpt_attention<TypeParam>({qkv.memory(), out.memory(), p.memory(), 1, 4, 2, 1}, launch),
              0);
    for (const TypeParam x : out.values()) EXPECT_TRUE(std::isfinite(static_cast<double>(x)));
    return bytes_of(out.values(), p.values());
  });
}

}  // namespace
}  // namespace rackproof::cuda
