#include "kernels/cuda/matmul.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/cuda/error.hpp"
#include "kernels/cuda/event.hpp"
#include "kernels/edge.h"

namespace rackproof::cuda {
namespace {

using kernels::Failure;

std::uint32_t alignment_of(const void* address) {
  const auto bits = reinterpret_cast<std::uintptr_t>(address);
  return static_cast<std::uint32_t>(std::min<std::uintptr_t>(256, bits & (~bits + 1)));
}

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

Products::Key Products::key_of(const ProductTypes& types, const ProductShape& shape,
                               const ProductOperands& operands) {
  return {types,
          shape,
          {alignment_of(operands.first), alignment_of(operands.second), alignment_of(operands.out)}};
}

bool Products::searched(const ProductTypes& types, const ProductShape& shape,
                        const ProductOperands& operands) const {
  const auto found = plans_.find(key_of(types, shape, operands));
  return found != plans_.end() && found->second.tried != 0;
}

Products::Plan Products::make_plan(const Key& key) {
  const auto& [types, shape, alignments] = key;
  Plan plan;
  plan.product = make_lt_product(types.compute, types.scale);
  const auto operation = [](bool transpose) {
    return static_cast<std::int32_t>(transpose ? CUBLAS_OP_T : CUBLAS_OP_N);
  };
  set(plan.product, CUBLASLT_MATMUL_DESC_TRANSA, operation(shape.transpose_first));
  set(plan.product, CUBLASLT_MATMUL_DESC_TRANSB, operation(shape.transpose_second));
  if (shape.bias)
    set(plan.product, CUBLASLT_MATMUL_DESC_EPILOGUE, static_cast<std::uint32_t>(CUBLASLT_EPILOGUE_BIAS));
  const auto layout = [&](cudaDataType_t type, std::uint64_t rows, std::uint64_t columns, bool transposed) {
    return transposed ? make_lt_layout(type, columns, rows, shape.batch)
                      : make_lt_layout(type, rows, columns, shape.batch);
  };
  plan.first = layout(types.input, shape.rows, shape.depth, shape.transpose_first);
  plan.second = layout(types.input, shape.depth, shape.columns, shape.transpose_second);
  plan.out = layout(types.output, shape.rows, shape.columns, false);

  const LtPreference preference = make_lt_preference();
  set(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, Stream::kWorkspace);
  set(preference, CUBLASLT_MATMUL_PREF_IMPL_MASK, ~types.excluded);
  set(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, std::get<0>(alignments));
  set(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, std::get<1>(alignments));
  set(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, std::get<2>(alignments));
  set(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, std::get<2>(alignments));
  plan.proposals.resize(kCandidates);
  int found = 0;
  check(cublasLtMatmulAlgoGetHeuristic(handle_.get(), plan.product.get(), plan.first.get(), plan.second.get(),
                                       plan.out.get(), plan.out.get(), preference.get(), kCandidates,
                                       plan.proposals.data(), &found),
        "cublasLtMatmulAlgoGetHeuristic", "the algorithms for a product");
  plan.proposals.resize(static_cast<std::size_t>(found));
  std::erase_if(plan.proposals, [](const auto& proposal) { return proposal.state != CUBLAS_STATUS_SUCCESS; });
  if (plan.proposals.empty())
    throw Failure(RP_UNSUPPORTED,
                  "cublasLtMatmulAlgoGetHeuristic: cuBLASLt has no algorithm for this "
                  "product of these types on this device");
  return plan;
}

cublasStatus_t Products::start(const ProductTypes& types, const Plan& plan,
                               const cublasLtMatmulAlgo_t& algorithm, const ProductOperands& operands,
                               Stream& stream) {
  if (operands.bias != nullptr) set(plan.product, CUBLASLT_MATMUL_DESC_BIAS_POINTER, operands.bias);
  const Scale one(types.scale, 1), zero(types.scale, 0);
  return cublasLtMatmul(handle_.get(), plan.product.get(), one.get(), operands.first, plan.first.get(),
                        operands.second, plan.second.get(), zero.get(), operands.out, plan.out.get(),
                        operands.out, plan.out.get(), &algorithm, stream.workspace(), Stream::kWorkspace,
                        stream.get());
}

void Products::search(const ProductTypes& types, Plan& plan, const ProductOperands& operands,
                      Stream& stream) {
  Event begin, end;
  double best = std::numeric_limits<double>::infinity();
  cublasStatus_t refusal = CUBLAS_STATUS_SUCCESS;
  int tried = 0;
  for (const auto& proposal : plan.proposals) {
    cublasStatus_t status = start(types, plan, proposal.algo, operands, stream);  // its code is loaded
    if (status == CUBLAS_STATUS_SUCCESS) {
      begin.record(stream.get());
      for (int run = 0; run < kRuns && status == CUBLAS_STATUS_SUCCESS; ++run)
        status = start(types, plan, proposal.algo, operands, stream);
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
      plan.algorithm = proposal.algo;
    }
  }
  if (tried == 0) check(refusal, "cublasLtMatmul", "every algorithm that cuBLASLt proposed");
  plan.tried = tried;
}

void Products::require(const ProductTypes& types, const ProductShape& shape) {
  const Key key{types, shape, {256, 256, 256}};
  if (!plans_.contains(key)) plans_.emplace(key, make_plan(key));
}

void Products::enqueue(const ProductTypes& types, const ProductShape& shape, const ProductOperands& operands,
                       Stream& stream) {
  const Key key = key_of(types, shape, operands);
  auto found = plans_.find(key);
  if (found == plans_.end()) found = plans_.emplace(key, make_plan(key)).first;
  Plan& plan = found->second;
  if (plan.tried == 0) search(types, plan, operands, stream);
  check(start(types, plan, plan.algorithm, operands, stream), "cublasLtMatmul", "a matrix product");
}

std::string Products::detail(const ProductTypes& types, const ProductShape& shape) const {
  std::string how = "up to " + std::to_string(kCandidates) + " algorithms timed";
  const auto found = plans_.find({types, shape, {256, 256, 256}});
  if (found != plans_.end() && found->second.tried != 0)
    how = "fastest of " + std::to_string(found->second.tried) + " algorithms";
  return "cuBLASLt " + std::to_string(cublasLtGetVersion()) + ", " + how + " in " + std::to_string(kRuns) +
         " runs; dense, no emulation" + (types.compute == CUBLAS_COMPUTE_32F_FAST_TF32 ? "" : ", no TF32");
}

}  // namespace rackproof::cuda
