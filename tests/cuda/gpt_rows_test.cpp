// kernels/cuda/gpt_normalisation.cu and gpt_cross_entropy.cu against kernels/gpt.h.
#include "kernels/cuda/kernels.hpp"
#include "tests/cuda/gpt_fixture.hpp"

namespace rackproof::cuda {
namespace {

template <class T>
using CudaRows = Gpt<T>;
TYPED_TEST_SUITE(CudaRows, GptTypes);

struct RowsShape {
  std::uint32_t rows, columns;
};

/// Around the threads of a block (256), the columns of a block (32) and the rows that it adds at once (8).
std::vector<RowsShape> shapes() {
  if (kThreadSanitizer) return {{9, 33}, {1, 257}};
  return {{1, 1},   {3, 5},   {7, 31},  {8, 32},  {9, 33}, {17, 64},
          {2, 255}, {2, 256}, {3, 257}, {2, 600}, {300, 3}};
}

TYPED_TEST(CudaRows, ColumnSum) {
  for (const auto& [rows, columns] : shapes()) {
    SCOPED_TRACE(testing::Message() << rows << " x " << columns);
    const auto values = normal<TypeParam>(std::size_t{rows} * columns, 0);
    for_all_schedules(2, [&](const Launch& launch) {
      const Array<TypeParam> in(values, 1), out(columns, 2);
      EXPECT_EQ(launch_gpt_column_sum<TypeParam>({in.memory(), out.memory(), rows, columns}, launch), 0);
      expect_close(out.values(), reference::column_sum(in_double(values), columns), once(bounds::sum(rows)));
      EXPECT_TRUE(out.guards_untouched());
      return bytes_of(out.values());
    });
  }
}

TYPED_TEST(CudaRows, LayerNorm) {
  for (const auto& [rows, columns] : shapes()) {
    SCOPED_TRACE(testing::Message() << rows << " x " << columns);
    auto inputs = normal<TypeParam>(std::size_t{rows} * columns, 0);
    scale(inputs, 2, 3);  // a mean and a variance that do not vanish
    const auto weights = normal<TypeParam>(columns, 1), offsets = normal<TypeParam>(columns, 2);
    const auto gradients = normal<TypeParam>(inputs.size(), 3);
    const auto forward =
        reference::layer_norm(in_double(inputs), in_double(weights), in_double(offsets), rows);
    const auto backward = reference::layer_norm_backward(in_double(gradients), in_double(inputs),
                                                         in_double(weights), forward, rows);
    using W = Wide<TypeParam>;
    std::vector<W> means(rows), inverses(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      means[i] = static_cast<W>(forward.mean[i]);
      inverses[i] = static_cast<W>(forward.rstd[i]);
    }
    for_all_schedules(2, [&](const Launch& launch) {
      const Array<TypeParam> x(inputs, 1), weight(weights, 2), bias(offsets, 3), y(inputs.size(), 1);
      const Array<W> mean(rows, 1), rstd(rows, 3);
      EXPECT_EQ(launch_gpt_layer_norm<TypeParam>({x.memory(), weight.memory(), bias.memory(), y.memory(),
                                                  mean.memory(), rstd.memory(), rows, columns},
                                                 launch),
                0);
      expect_close(y.values(), forward.y, once(bounds::layer_norm(columns)));
      expect_close(mean.values(), forward.mean, bounds::kMean);
      expect_close(rstd.values(), forward.rstd, bounds::kRstd);
      const Array<TypeParam> dy(gradients, 3), dx(inputs.size(), 2), dweight(columns, 1), dbias(columns, 2);
      const Array<W> of_mean(means, 0), of_rstd(inverses, 0);
      EXPECT_EQ(launch_gpt_layer_norm_backward<TypeParam>(
                    {dy.memory(), x.memory(), weight.memory(), of_mean.memory(), of_rstd.memory(),
                     dx.memory(), dweight.memory(), dbias.memory(), rows, columns},
                    launch),
                0);
      expect_close(dx.values(), backward.dx, once(bounds::layer_norm_dx(columns)));
      expect_close(dweight.values(), backward.dweight, once(bounds::layer_norm_dweight(rows, columns)));
      expect_close(dbias.values(), backward.dbias, once(bounds::sum(rows)));
      EXPECT_TRUE(y.guards_untouched() && mean.guards_untouched() && rstd.guards_untouched());
      EXPECT_TRUE(dx.guards_untouched() && dweight.guards_untouched() && dbias.guards_untouched());
      return bytes_of(y.values(), mean.values(), rstd.values(), dx.values(), dweight.values(),
                      dbias.values());
    });
  }
}

TYPED_TEST(CudaRows, CrossEntropy) {
  for (const auto& [rows, columns] : shapes()) {
    SCOPED_TRACE(testing::Message() << rows << " x " << columns);
    auto inputs = normal<TypeParam>(std::size_t{rows} * columns, 0);
    scale(inputs, 3, 700);  // e^700 is out of the range of f32
    std::vector<std::int32_t> wanted(rows);
    for (std::uint32_t i = 0; i < rows; ++i) wanted[i] = static_cast<std::int32_t>(i * 7 % columns);
    wanted[0] = static_cast<std::int32_t>(columns) - 1;
    if (rows > 1) wanted[1] = static_cast<std::int32_t>(columns);
    if (rows > 2) wanted[2] = -1;
    const auto expected = reference::cross_entropy(in_double(inputs), wanted, columns);
    for_all_schedules(2, [&](const Launch& launch) {
      const Array<TypeParam> logits(inputs, 1), dlogits(inputs.size(), 3);
      const Array<Wide<TypeParam>> losses(rows, 2);
      const Array<std::int32_t> targets(wanted, 1);
      EXPECT_EQ(
          launch_gpt_cross_entropy<TypeParam>(
              {logits.memory(), targets.memory(), losses.memory(), dlogits.memory(), rows, columns}, launch),
          0);
      expect_close(losses.values(), expected.losses, {1500});  // eps of 700
      expect_close(dlogits.values(), expected.dlogits, {20});
      EXPECT_TRUE(losses.guards_untouched() && dlogits.guards_untouched());
      return bytes_of(losses.values(), dlogits.values());
    });
  }
}

TYPED_TEST(CudaRows, ALogitThatIsNoNumberMakesItsRowNone) {
  for (std::size_t place : {0u, 31u, 40u, 299u}) {
    auto inputs = normal<TypeParam>(600, 0);
    inputs[place] = static_cast<TypeParam>(std::numeric_limits<double>::quiet_NaN());
    for_all_schedules(1, [&](const Launch& launch) {
      const Array<TypeParam> logits(inputs, 0), dlogits(600, 0);
      const Array<Wide<TypeParam>> losses(2, 0);
      const Array<std::int32_t> targets({1, 2}, 0);
      EXPECT_EQ(launch_gpt_cross_entropy<TypeParam>(
                    {logits.memory(), targets.memory(), losses.memory(), dlogits.memory(), 2, 300}, launch),
                0);
      EXPECT_TRUE(std::isnan(losses.values()[0]) && std::isfinite(losses.values()[1]));
      const auto found = dlogits.values();
      for (std::size_t i = 0; i < 600; ++i)
        EXPECT_EQ(std::isnan(static_cast<double>(found[i])), i < 300) << i;
      return std::vector<std::byte>{};
    });
  }
}

}  // namespace
}  // namespace rackproof::cuda
