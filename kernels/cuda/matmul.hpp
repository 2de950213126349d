// Matrix products on cuBLASLt: which algorithm, found by trying.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "kernels/cuda/cublaslt.hpp"
#include "kernels/cuda/product.hpp"
#include "kernels/cuda/stream.hpp"

namespace rackproof::cuda {

/// The products of one device. The first product of a shape runs up to kCandidates algorithms that cuBLASLt proposes, each
/// kRuns times after a first one, and the fastest is used from then on: the same budget of search for every type and shape.
class Products {
 public:
  static constexpr int kCandidates = 16;
  static constexpr int kRuns = 3;

  /// On the current device. Throws kernels::Failure.
  Products() : handle_(make_lt_handle()) {}

  /// Throws kernels::Failure(RP_UNSUPPORTED) when cuBLASLt proposes no algorithm for this product of aligned matrices.
  void require(const ProductTypes& types, const ProductShape& shape);
  /// Whether the algorithm of this product is found. What is not waits for the stream, and may make the device load code.
  bool searched(const ProductTypes& types, const ProductShape& shape, const ProductOperands& operands) const;
  /// Throws kernels::Failure.
  void enqueue(const ProductTypes& types, const ProductShape& shape, const ProductOperands& operands,
               Stream& stream);
  /// How the algorithm is or will be chosen.
  std::string detail(const ProductTypes& types, const ProductShape& shape) const;

 private:
  /// The alignments of the operands in bytes, at most 256.
  using Alignments = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;
  struct Key {
    ProductTypes types;
    ProductShape shape;
    Alignments alignments;
    auto operator<=>(const Key&) const = default;
  };
  struct Plan {
    LtProduct product;
    LtLayout first, second, out;
    std::vector<cublasLtMatmulHeuristicResult_t> proposals;
    int tried = 0;  ///< 0: the algorithm is not chosen yet
    cublasLtMatmulAlgo_t algorithm{};
  };

  static Key key_of(const ProductTypes& types, const ProductShape& shape, const ProductOperands& operands);
  Plan make_plan(const Key& key);
  void search(const ProductTypes& types, Plan& plan, const ProductOperands& operands, Stream& stream);
  cublasStatus_t start(const ProductTypes& types, const Plan& plan, const cublasLtMatmulAlgo_t& algorithm,
                       const ProductOperands& operands, Stream& stream);

  LtHandle handle_;
  std::map<Key, Plan> plans_;
};

}  // namespace rackproof::cuda
