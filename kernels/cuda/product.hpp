// A matrix product as cuBLASLt takes it: column-major, with the transposes and types that it has.
#pragma once

#include <cublasLt.h>

#include <compare>
#include <cstdint>

namespace rackproof::cuda {

/// The types of a product.
struct ProductTypes {
  cudaDataType_t input;
  cudaDataType_t output;
  cublasComputeType_t compute;
  cudaDataType_t scale;
  /// CUBLASLT_NUMERICAL_IMPL_FLAGS_…: what algorithms must not turn the inputs into, even when the environment would let them.
  std::uint64_t excluded;

  auto operator<=>(const ProductTypes&) const = default;
};

/// out (rows × columns) = op(first) · op(second) + bias; bias: a column, the same for all. `batch` such products lie one after
/// the other, packed. All dimensions are at least 1.
struct ProductShape {
  std::uint64_t rows, columns, depth;
  std::int32_t batch;
  bool transpose_first;   ///< it is stored depth × rows
  bool transpose_second;  ///< it is stored columns × depth
  bool bias;

  auto operator<=>(const ProductShape&) const = default;
};

/// Of the operands, in bytes: powers of two, at most 256.
struct ProductAlignments {
  std::uint32_t first, second, out, bias;

  auto operator<=>(const ProductAlignments&) const = default;
};

/// All that the choice of an algorithm depends on.
struct Product {
  ProductTypes types{};
  ProductShape shape{};
  ProductAlignments alignments{};

  auto operator<=>(const Product&) const = default;
};

struct ProductOperands {
  const void* first;
  const void* second;
  void* out;
  const void* bias;
};

}  // namespace rackproof::cuda
