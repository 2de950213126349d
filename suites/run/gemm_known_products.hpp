// Products whose answer is known, multiplied before anything is timed.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "suites/run/gemm_matrices.hpp"

namespace rackproof {

/// On every device: selections of every column of A and of every row of B, as many products as that takes; then a product
/// of integers (gemm_exact.hpp). `a` and `b` are the data of all products of the batch. The inputs of the devices are
/// others afterwards. Throws CaseStopped(wrong).
void multiply_known_products(const GemmShape& shape, std::span<const std::unique_ptr<GemmMatrices>> devices,
                             std::uint64_t key, std::span<const double> a, std::span<const double> b);

}  // namespace rackproof
