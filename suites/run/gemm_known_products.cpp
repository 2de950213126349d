#include "suites/run/gemm_known_products.hpp"

#include "kernels/regions.h"
#include "suites/run/gemm_exact.hpp"

namespace rackproof {

namespace {

using Devices = std::span<const std::unique_ptr<GemmMatrices>>;

std::vector<double> repeated(const std::vector<double>& matrix, std::uint32_t times) {
  std::vector<double> all;
  all.reserve(matrix.size() * times);
  for (std::uint32_t i = 0; i < times; ++i) all.insert(all.end(), matrix.begin(), matrix.end());
  return all;
}

/// One product of the inputs on every device; check(found, product of the batch) for each.
template <class F>
void multiply(const GemmShape& shape, Devices devices, std::string_view name, F&& check) {
  const std::uint64_t bytes = shape.size.m * shape.size.n * kernels::element_bytes(shape.output);
  std::vector<std::byte> c(bytes * shape.batch);
  for (const auto& device : devices) {
    device->poison();
    device->enqueue(0, 0);
  }
  for (const auto& device : devices) {
    device->sync();
    device->read_output(0, c);
    for (std::uint64_t product = 0; product < shape.batch; ++product)
      check(FoundProduct{shape.size, shape.output, std::span(c).subspan(product * bytes, bytes), name},
            product);
  }
}

}  // namespace

void multiply_known_products(const GemmShape& shape, Devices devices, std::uint64_t key,
                             std::span<const double> a, std::span<const double> b) {
  const auto [m, n, k] = shape.size;
  const auto a_of = [&](std::uint64_t product) { return a.subspan(product * m * k, m * k); };
  const auto b_of = [&](std::uint64_t product) { return b.subspan(product * k * n, k * n); };
  const auto write = [&](std::span<const std::byte> encoded_a, std::span<const std::byte> encoded_b) {
    for (const auto& device : devices) device->write(encoded_a, encoded_b);
  };
  const auto encoded_a = encoded(shape.input, a);
  for (std::uint64_t first = 0; first < k; first += n) {
    write(encoded_a, encoded(shape.input, repeated(column_selection(shape.size, first), shape.batch)));
    multiply(shape, devices, "selected columns", [&](const FoundProduct& found, std::uint64_t product) {
      check_selected_columns(found, a_of(product), first);
    });
  }
  write(encoded_a, encoded(shape.input, b));
  for (std::uint64_t first = 0; first < k; first += m) {
    const auto selection = encoded(shape.input, repeated(row_selection(shape.size, first), shape.batch));
    for (const auto& device : devices) device->write_a(selection);
    multiply(shape, devices, "selected rows", [&](const FoundProduct& found, std::uint64_t product) {
      check_selected_rows(found, b_of(product), first);
    });
  }
  const double largest = largest_exact(shape.input, shape.accumulate, k);
  const auto integer_a = integer_values(key, 3, shape.a_count(), largest);
  const auto integer_b = integer_values(key, 4, shape.b_count(), largest);
  write(encoded(shape.input, integer_a), encoded(shape.input, integer_b));
  multiply(shape, devices, "integer product", [&](const FoundProduct& found, std::uint64_t product) {
    check_exact(found, std::span(integer_a).subspan(product * m * k, m * k),
                std::span(integer_b).subspan(product * k * n, k * n), key + product);
  });
}

}  // namespace rackproof
