// kernels/cuda/gpt_pointwise.cu and gpt_embedding.cu against kernels/gpt.h.
#include "kernels/cuda/kernels.hpp"
#include "tests/cuda/gpt_fixture.hpp"

namespace rackproof::cuda {
namespace {

template <class T>
using CudaElements = Gpt<T>;
TYPED_TEST_SUITE(CudaElements, GptTypes);

std::vector<std::size_t> counts() {
  if (kThreadSanitizer) return {257};
  return {0, 1, 31, 255, 256, 257, 1000};
}

TYPED_TEST(CudaElements, AddMayWriteOverItsInput) {
  for (const std::size_t count : counts()) {
    const auto left = normal<TypeParam>(count, 0), right = normal<TypeParam>(count, 1);
    std::vector<TypeParam> expected(count);
    for (std::size_t i = 0; i < count; ++i)
      expected[i] = static_cast<TypeParam>(static_cast<Wide<TypeParam>>(left[i]) +
                                           static_cast<Wide<TypeParam>>(right[i]));
    for_all_schedules(2, [&](const Launch& launch) {
      const Array<TypeParam> a(left, 1), b(right, 2), c(count, 3);
      EXPECT_EQ(launch_gpt_add<TypeParam>({a.memory(), b.memory(), c.memory(), count}, launch), 0);
      EXPECT_EQ(launch_gpt_add<TypeParam>({a.memory(), b.memory(), a.memory(), count}, launch), 0);
      EXPECT_EQ(bytes_of(c.values()), bytes_of(expected));
      EXPECT_EQ(bytes_of(a.values()), bytes_of(expected));
      EXPECT_TRUE(a.guards_untouched() && c.guards_untouched());
      return bytes_of(a.values());
    });
  }
}

TYPED_TEST(CudaElements, Gelu) {
  for (const std::size_t count : counts()) {
    auto inputs = normal<TypeParam>(count, 0);
    for (std::size_t i = 0; count > 100 && i < 3; ++i)
      inputs[7 + i] = static_cast<TypeParam>(i == 0 ? 30.0 : i == 1 ? -30.0 : 0.0);
    const auto gradients = normal<TypeParam>(count, 1);
    reference::Numbers values, slopes;
    for (std::size_t i = 0; i < count; ++i) {
      values.push_back(reference::gelu(static_cast<double>(inputs[i])));
      slopes.push_back(static_cast<double>(gradients[i]) *
                       reference::gelu_slope(static_cast<double>(inputs[i])));
    }
    for_all_schedules(2, [&](const Launch& launch) {
      const Array<TypeParam> x(inputs, 1), y(count, 2), dy(gradients, 1), dx(count, 3);
      EXPECT_EQ(launch_gpt_gelu<TypeParam>({x.memory(), y.memory(), count}, launch), 0);
      EXPECT_EQ(launch_gpt_gelu_backward<TypeParam>({dy.memory(), x.memory(), dx.memory(), count}, launch),
                0);
      EXPECT_EQ(launch_gpt_gelu_backward<TypeParam>({dy.memory(), x.memory(), dy.memory(), count}, launch),
                0);
      expect_close(y.values(), values, bounds::kGelu);
      expect_close(dx.values(), slopes, {20});
      EXPECT_EQ(bytes_of(dy.values()), bytes_of(dx.values()));
      EXPECT_TRUE(y.guards_untouched() && dx.guards_untouched());
      return bytes_of(y.values(), dx.values());
    });
  }
}

TYPED_TEST(CudaElements, AdamW) {
  for (const std::size_t count : counts()) {
    for (const std::uint32_t step : {1u, 7u}) {
      using W = Wide<TypeParam>;
      constexpr bool kHasMaster = !std::is_same_v<TypeParam, W>;
      const auto w = normal<W>(count, 0), first = normal<W>(count, 1);
      const auto g = normal<TypeParam>(count, 3);
      auto second = normal<W>(count, 2);
      for (W& x : second) x = x * x;
      rp_gpt_adamw_params params{};
      params.count = count;
      params.gradient_scale = 0.5;
      params.rate = 0.01;
      params.beta1 = 0.9;
      params.beta2 = 0.95;
      params.epsilon = 1e-8;
      params.decay = 0.1;
      params.step = step;
      const auto expected =
          reference::adamw({in_double(w), in_double(first), in_double(second)}, in_double(g), params);
      for_all_schedules(2, [&](const Launch& launch) {
        const Array<TypeParam> rounded(count, 1), gradient(g, 0);
        const Array<W> weight(w, 1), m(first, 2), v(second, 3);
        params.weights = kHasMaster ? rounded.memory() : weight.memory();
        params.master = kHasMaster ? weight.memory() : rp_memory{};
        params.m = m.memory();
        params.v = v.memory();
        params.gradients = gradient.memory();
        EXPECT_EQ(launch_gpt_adamw<TypeParam>(params, launch), 0);
        if (kHasMaster) expect_close(rounded.values(), expected.weights, {20});
        EXPECT_TRUE(rounded.guards_untouched());
        expect_close(weight.values(), expected.weights, {20});
        expect_close(m.values(), expected.m, bounds::kAdamMoments);
        expect_close(v.values(), expected.v, bounds::kAdamMoments);
        EXPECT_TRUE(weight.guards_untouched() && m.guards_untouched() && v.guards_untouched());
        return bytes_of(weight.values(), m.values(), v.values());
      });
    }
  }
}

struct EmbedShape {
  std::uint32_t batch, context, channels, vocabulary;
};

/// Around the threads of a block (128); tokens that come twice, never, and from outside the vocabulary.
std::vector<EmbedShape> embed_shapes() {
  if (kThreadSanitizer) return {{2, 3, 129, 4}};
  return {{1, 1, 1, 1},   {2, 5, 3, 7},   {3, 4, 127, 5}, {2, 3, 128, 4},
          {2, 3, 129, 4}, {1, 2, 300, 3}, {2, 70, 2, 5}};
}

std::vector<std::int32_t> some_tokens(const EmbedShape& shape) {
  std::vector<std::int32_t> tokens(shape.batch * shape.context);
  for (std::size_t i = 0; i < tokens.size(); ++i)
    tokens[i] = static_cast<std::int32_t>((3 * i + i / 4) % shape.vocabulary);
  if (tokens.size() > 4) {
    tokens[2] = static_cast<std::int32_t>(shape.vocabulary);
    tokens[3] = -1;
    tokens[4] = static_cast<std::int32_t>(shape.vocabulary) - 1;
  }
  return tokens;
}

TYPED_TEST(CudaElements, Embedding) {
  for (const EmbedShape& shape : embed_shapes()) {
    const auto [batch, context, channels, vocabulary] = shape;
    SCOPED_TRACE(testing::Message() << batch << " x " << context << " x " << channels << ", " << vocabulary);
    const auto numbers = some_tokens(shape);
    const auto table = normal<TypeParam>(std::size_t{vocabulary} * channels, 0);
    const auto places = normal<TypeParam>(std::size_t{context} * channels, 1);
    const auto gradients = normal<TypeParam>(numbers.size() * channels, 2);
    const auto rows = reference::embed(numbers, in_double(table), in_double(places), context, channels);
    for_all_schedules(2, [&](const Launch& launch) {
      const Array<std::int32_t> tokens(numbers, 1);
      const Array<TypeParam> token_table(table, 1), position_table(places, 2), x(gradients.size(), 3),
          dx(gradients, 1), added(table, 1), fresh(table.size(), 2), dposition(places.size(), 1);
      EXPECT_EQ(launch_gpt_embed<TypeParam>({tokens.memory(), token_table.memory(), position_table.memory(),
                                             x.memory(), batch, context, channels, vocabulary},
                                            launch),
                0);
      expect_close(x.values(), rows, {0.5});  // the nearest
      for (const std::uint32_t accumulate : {0u, 1u}) {
        const auto& out = accumulate == 1 ? added : fresh;
        EXPECT_EQ(launch_gpt_embed_backward<TypeParam>(
                      {dx.memory(), tokens.memory(), out.memory(), dposition.memory(), batch, context,
                       channels, vocabulary, accumulate},
                      launch),
                  0);
        const auto expected = reference::embed_backward(
            in_double(gradients), numbers,
            accumulate == 1 ? in_double(table) : reference::Numbers(table.size()), context, channels);
        expect_close(out.values(), expected.token_table, once(bounds::sum(numbers.size())));
        expect_close(dposition.values(), expected.position_table, once(bounds::sum(batch)));
        EXPECT_TRUE(out.guards_untouched());
      }
      EXPECT_TRUE(x.guards_untouched() && dposition.guards_untouched());
      return bytes_of(x.values(), added.values(), fresh.values(), dposition.values());
    });
  }
}

}  // namespace
}  // namespace rackproof::cuda
