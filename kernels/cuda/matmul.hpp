// Matrix products on cuBLASLt: which algorithm, found by trying.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "kernels/cuda/cublaslt.hpp"
#include "kernels/cuda/product.hpp"
#include "kernels/cuda/stream.hpp"

namespace rackproof::cuda {

/// The products of one device. The first one of a kind runs up to kCandidates algorithms that cuBLASLt proposes, each kRuns
/// times after a first one, and the fastest is used from then on: the same budget of search for every type and shape.
class Products {
 public:
  static constexpr int kCandidates = 16;
  static constexpr int kRuns = 3;

  /// On the current device. Throws kernels::Failure.
  Products() : handle_(make_lt_handle()) {}

  /// Throws kernels::Failure(RP_UNSUPPORTED) when cuBLASLt proposes no algorithm for this product.
  void require(const Product& product) { plan_of(product); }
  /// Whether the algorithm of this product is found. What is not waits for the stream, and may make the device load code.
  bool searched(const Product& product) const;
  /// Throws kernels::Failure.
  void enqueue(const Product& product, const ProductOperands& operands, Stream& stream);
  /// How the algorithm is or will be chosen.
  std::string detail(const Product& product) const;

 private:
  struct Algorithm {
    cublasLtMatmulAlgo_t handle{};
    std::int32_t id = 0;
    std::uint64_t workspace = 0;
    std::uint64_t numerics = 0;  ///< CUBLASLT_NUMERICAL_IMPL_FLAGS_…
  };
  struct Plan {
    LtProduct product;
    LtLayout first, second, out;
    std::vector<Algorithm> proposals;
    int tried = 0;  ///< 0: the algorithm is not chosen yet
    Algorithm chosen;
  };

  Plan& plan_of(const Product& product);
  Plan make_plan(const Product& product) const;
  std::vector<Algorithm> propose(const Product& product, const Plan& plan) const;
  void search(const ProductTypes& types, Plan& plan, const ProductOperands& operands, Stream& stream);
  cublasStatus_t start(const ProductTypes& types, const Plan& plan, const Algorithm& algorithm,
                       const ProductOperands& operands, Stream& stream);

  LtHandle handle_;
  std::map<Product, Plan> plans_;
};

}  // namespace rackproof::cuda
