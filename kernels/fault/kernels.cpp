#include "kernels/fault/kernels.hpp"

#include <cstring>
#include <string>

#include "kernels/edge.h"

namespace rackproof::fault {
namespace {

using kernels::Failure;

template <class T>
T* elements(std::span<std::byte> bytes) {
  return reinterpret_cast<T*>(bytes.data());
}

template <class T>
void compute_stream(const Operation& operation, std::span<const std::span<std::byte>> operands) {
  T* const a = elements<T>(operands[0]);
  const T* const b = elements<T>(operands[1]);
  const T* const c = operands.size() > 2 ? elements<T>(operands[2]) : b;  // not used by copy and scale
  const T q = static_cast<T>(operation.stream.q);
  const auto loop = [&](auto value) {
    for (std::uint64_t i = 0; i < operation.stream.count; ++i) a[i] = value(b[i], c[i]);
  };
  switch (operation.op) {
    case RP_OP_COPY:
      loop([&](T x, T y) { return kernels::stream_expected(RP_OP_COPY, x, y, q); });
      break;
    case RP_OP_SCALE:
      loop([&](T x, T y) { return kernels::stream_expected(RP_OP_SCALE, x, y, q); });
      break;
    case RP_OP_ADD:
      loop([&](T x, T y) { return kernels::stream_expected(RP_OP_ADD, x, y, q); });
      break;
    default:
      loop([&](T x, T y) { return kernels::stream_expected(RP_OP_TRIAD, x, y, q); });
  }
}

template <class T>
void compute_gemm(const Operation& operation, std::span<const std::span<std::byte>> operands) {
  const rp_gemm_params& p = operation.gemm;
  T* const c = elements<T>(operands[0]);
  const T* const a = elements<T>(operands[1]);
  const T* const b = elements<T>(operands[2]);
  std::vector<double> row(p.n);
  for (std::size_t i = 0; i < p.m; ++i) {
    std::fill(row.begin(), row.end(), 0.0);
    for (std::size_t l = 0; l < p.k; ++l) {
      const double ail = static_cast<double>(a[i * p.k + l]);
      for (std::size_t j = 0; j < p.n; ++j) row[j] += ail * static_cast<double>(b[l * p.n + j]);
    }
    for (std::size_t j = 0; j < p.n; ++j) c[i * p.n + j] = static_cast<T>(row[j]);
  }
}

void require_size(std::size_t given, std::size_t expected, const void* params) {
  if (given != expected || (params == nullptr && expected != 0)) {
    throw Failure(RP_INVALID, "params have the wrong size for this operation");
  }
}

}  // namespace

bool implemented(rp_op op, rp_dtype dtype) {
  switch (op) {
    case RP_OP_NOTHING:
      return true;
    case RP_OP_COPY:
    case RP_OP_SCALE:
    case RP_OP_ADD:
    case RP_OP_TRIAD:
    case RP_OP_GEMM:
      return dtype == RP_F32 || dtype == RP_F64;
    default:
      return false;
  }
}

Operation read_operation(rp_op op, rp_dtype dtype, const void* params, std::size_t params_size) {
  if (!implemented(op, dtype)) {
    throw Failure(RP_UNSUPPORTED, "the fault backend has no operation " + std::to_string(op) +
                                      " with data type " + std::to_string(dtype));
  }
  Operation operation;
  operation.op = op;
  operation.dtype = dtype;
  if (op == RP_OP_NOTHING) {
    require_size(params_size, 0, params);
  } else if (op == RP_OP_GEMM) {
    require_size(params_size, sizeof operation.gemm, params);
    std::memcpy(&operation.gemm, params, sizeof operation.gemm);
    operation.regions = kernels::gemm_regions(kernels::element_bytes(dtype), operation.gemm);
  } else {
    require_size(params_size, sizeof operation.stream, params);
    std::memcpy(&operation.stream, params, sizeof operation.stream);
    operation.regions = kernels::stream_regions(op, kernels::element_bytes(dtype), operation.stream);
  }
  return operation;
}

void compute(const Operation& operation, std::span<const std::span<std::byte>> operands) {
  if (operation.op == RP_OP_NOTHING) return;
  const bool wide = operation.dtype == RP_F64;
  if (operation.op == RP_OP_GEMM) {
    wide ? compute_gemm<double>(operation, operands) : compute_gemm<float>(operation, operands);
  } else {
    wide ? compute_stream<double>(operation, operands) : compute_stream<float>(operation, operands);
  }
}

}  // namespace rackproof::fault
