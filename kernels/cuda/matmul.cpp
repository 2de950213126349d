#include "kernels/cuda/matmul.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "kernels/cuda/error.hpp"
#include "kernels/cuda/event.hpp"
#include "kernels/edge.h"

namespace rackproof::cuda {
namespace {

using kernels::Failure;

/// 1 or 0 in the type of the scale factors.
class Scale {
 public:
  Scale(cudaDataType_t type, int value) {
    if (type == CUDA_R_64F) real64_ = value;
    if (type == CUDA_R_32F) real32_ = static_cast<float>(value);
    if (type == CUDA_R_32I) integer_ = value;
  }
  const void* get() const { return this; }

 private:
  union {
    double real64_ = 0;
    float real32_;
    std::int32_t integer_;
  };
};

}  // namespace

bool Products::searched(const Product& product) const {
  const auto found = plans_.find(product);
  return found != plans_.end() && found->second.tried != 0;
}

Products::Plan& Products::plan_of(const Product& product) {
  auto found = plans_.find(product);
  if (found == plans_.end()) found = plans_.emplace(product, make_plan(product)).first;
  return found->second;
}

Products::Plan Products::make_plan(const Product& product) const {
  const auto& [types, shape, alignments] = product;
  Plan plan;
  plan.product = make_lt_product(types.compute, types.scale);
  const auto operation = [](bool transpose) {
    return static_cast<std::int32_t>(transpose ? CUBLAS_OP_T : CUBLAS_OP_N);
  };
  set(plan.product, CUBLASLT_MATMUL_DESC_TRANSA, operation(shape.transpose_first));
  set(plan.product, CUBLASLT_MATMUL_DESC_TRANSB, operation(shape.transpose_second));
  // Sums of 8-bit products in fewer bits than the type that is asked for.
  set(plan.product, CUBLASLT_MATMUL_DESC_FAST_ACCUM, std::int8_t{0});
  if (shape.bias) {
    set(plan.product, CUBLASLT_MATMUL_DESC_EPILOGUE, static_cast<std::uint32_t>(CUBLASLT_EPILOGUE_BIAS));
    // The proposals depend on how it is aligned. Nobody reads there: each start sets the bias of its own.
    set(plan.product, CUBLASLT_MATMUL_DESC_BIAS_POINTER, std::uintptr_t{alignments.bias});
  }
  const auto layout = [&](cudaDataType_t type, std::uint64_t rows, std::uint64_t columns, bool transposed) {
    return transposed ? make_lt_layout(type, columns, rows, shape.batch)
                      : make_lt_layout(type, rows, columns, shape.batch);
  };
  plan.first = layout(types.input, shape.rows, shape.depth, shape.transpose_first);
  plan.second = layout(types.input, shape.depth, shape.columns, shape.transpose_second);
  plan.out = layout(types.output, shape.rows, shape.columns, false);
  plan.proposals = propose(product, plan);
  return plan;
}

std::vector<Products::Algorithm> Products::propose(const Product& product, const Plan& plan) const {
  const auto& [types, shape, alignments] = product;
  const LtPreference preference = make_lt_preference();
  set(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, Stream::kWorkspace);
  set(preference, CUBLASLT_MATMUL_PREF_IMPL_MASK, ~types.excluded);
  // Parts of a sum meet in the type of the sum, not in that of the output, which may be narrower.
  set(preference, CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK,
      static_cast<std::uint32_t>(CUBLASLT_REDUCTION_SCHEME_NONE | CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE));
  set(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, alignments.first);
  set(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, alignments.second);
  set(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, alignments.out);
  set(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, alignments.out);
  cublasLtMatmulHeuristicResult_t results[kCandidates];
  int found = 0;
  check(cublasLtMatmulAlgoGetHeuristic(handle_.get(), plan.product.get(), plan.first.get(), plan.second.get(),
                                       plan.out.get(), plan.out.get(), preference.get(), kCandidates, results,
                                       &found),
        "cublasLtMatmulAlgoGetHeuristic", "the algorithms for a product");
  std::vector<Algorithm> proposals;
  for (int i = 0; i < found; ++i) {
    if (results[i].state != CUBLAS_STATUS_SUCCESS) continue;
    const Algorithm algorithm{results[i].algo, config_id_of(results[i].algo), results[i].workspaceSize,
                              numerics_of(results[i].algo)};
    if ((algorithm.numerics & types.excluded) == 0) proposals.push_back(algorithm);
  }
  if (proposals.empty())
    throw Failure(RP_UNSUPPORTED,
                  "cublasLtMatmulAlgoGetHeuristic: cuBLASLt has no algorithm for this "
                  "product of these types on this device");
  return proposals;
}

cublasStatus_t Products::start(const ProductTypes& types, const Plan& plan, const Algorithm& algorithm,
                               const ProductOperands& operands, Stream& stream) {
  if (operands.bias != nullptr) set(plan.product, CUBLASLT_MATMUL_DESC_BIAS_POINTER, operands.bias);
  const Scale one(types.scale, 1), zero(types.scale, 0);
  return cublasLtMatmul(handle_.get(), plan.product.get(), one.get(), operands.first, plan.first.get(),
                        operands.second, plan.second.get(), zero.get(), operands.out, plan.out.get(),
                        operands.out, plan.out.get(), &algorithm.handle, stream.workspace(),
                        Stream::kWorkspace, stream.get());
}

void Products::search(const ProductTypes& types, Plan& plan, const ProductOperands& operands,
                      Stream& stream) {
  Event begin, end;
  double best = std::numeric_limits<double>::infinity();
  cublasStatus_t refusal = CUBLAS_STATUS_SUCCESS;
  int tried = 0;
  for (const auto& proposal : plan.proposals) {
    cublasStatus_t status = start(types, plan, proposal, operands, stream);  // its code is loaded
    if (status == CUBLAS_STATUS_SUCCESS) {
      begin.record(stream.get());
      for (int run = 0; run < kRuns && status == CUBLAS_STATUS_SUCCESS; ++run)
        status = start(types, plan, proposal, operands, stream);
      end.record(stream.get());
      stream.sync();
    }
    if (status == CUBLAS_STATUS_NOT_SUPPORTED || status == CUBLAS_STATUS_ARCH_MISMATCH) {
      refusal = status;  // a proposal that this device does not take after all
      continue;
    }
    check(status, "cublasLtMatmul", "a run of an algorithm that may become the one used");
    ++tried;
    const auto ns = static_cast<double>(elapsed(begin, end).ns);
    if (ns < best || tried == 1) {
      best = ns;
      plan.chosen = proposal;
    }
  }
  if (tried == 0) check(refusal, "cublasLtMatmul", "every algorithm that cuBLASLt proposed");
  plan.tried = tried;
}

void Products::enqueue(const Product& product, const ProductOperands& operands, Stream& stream) {
  Plan& plan = plan_of(product);
  if (plan.tried == 0) search(product.types, plan, operands, stream);
  check(start(product.types, plan, plan.chosen, operands, stream), "cublasLtMatmul", "a matrix product");
}

std::string Products::detail(const Product& product) const {
  std::string how = "up to " + std::to_string(kCandidates) + " algorithms timed";
  if (searched(product)) {
    const Plan& plan = plans_.at(product);
    char numerics[24];
    std::snprintf(numerics, sizeof numerics, "%#llx", static_cast<unsigned long long>(plan.chosen.numerics));
    how = "algorithm " + std::to_string(plan.chosen.id) + ", workspace " +
          std::to_string(plan.chosen.workspace) + " B, numerics " + numerics + ", fastest of " +
          std::to_string(plan.tried);
  }
  return "cuBLASLt " + std::to_string(cublasLtGetVersion()) + ", " + how + " in " + std::to_string(kRuns) +
         " runs; no emulation" + (product.types.compute == CUBLAS_COMPUTE_32F_FAST_TF32 ? "" : ", no TF32");
}

}  // namespace rackproof::cuda
