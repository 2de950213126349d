// The matrices of a product: their values on the host, and their copies on a device.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "harness/measure/backend.hpp"
#include "kernels/gemm.h"
#include "suites/run/gemm_shape.hpp"

namespace rackproof {

/// Elements of array `array` (kernels::gemm_value in the type), as f64.
std::vector<double> matrix_values(rp_dtype type, std::uint64_t key, std::uint64_t array, std::uint64_t count);
/// Random integers in [−largest, largest].
std::vector<double> integer_values(std::uint64_t key, std::uint64_t array, std::uint64_t count,
                                   double largest);
/// The elements in their type; each value must be exact in it.
std::vector<std::byte> encoded(rp_dtype type, std::span<const double> values);

/// Inputs and outputs of one device. Copy s of B, counted from 0, is B with its columns rotated to the left by s, so
/// that every copy has another product.
class GemmMatrices {
 public:
  /// Room for the inputs and one output. Throws CaseStopped: unsupported with the backend's reason; failed when the
  /// copies that a cold B needs do not fit into the device.
  GemmMatrices(const Device& device, const GemmShape& shape);

  std::uint64_t copies() const { return copies_; }
  /// Throws CaseStopped (failed) when the matrices do not lie on the device (placement.hpp).
  void note_pages(MachineState& state) const;
  /// Encoded inputs. B is written as copy 0; write_copies makes the others of it.
  void write(std::span<const std::byte> a, std::span<const std::byte> b) const;
  void write_a(std::span<const std::byte> a) const;
  void write_copies(std::span<const std::byte> b) const;
  /// Inputs of zeros of their own, from the first call on.
  void make_zeros();

  /// So many outputs from now on.
  void set_outputs(std::uint64_t outputs);
  void poison() const { c_->poison(); }
  /// Part of all outputs, one after the other: `offset` and `bytes` in bytes.
  void poison(std::uint64_t offset, std::uint64_t bytes) const { c_->poison(offset, bytes); }
  void read(std::uint64_t offset, std::span<std::byte> into) const { c_->read(into, offset); }
  void read_output(std::uint64_t output, std::span<std::byte> into) const;

  void enqueue(std::uint64_t copy, std::uint64_t output) const;
  void enqueue_zeros(std::uint64_t output) const;
  void sync() const { stream_.sync(); }
  /// What the backend says about the product.
  /// As the backend tells them now: how a product is computed may be found out by the first one.
  rp_op_facts facts() const;

 private:
  rp_gemm_params params(rp_memory a, rp_memory b, std::uint64_t output) const;
  /// B as k × n, stored as the shape says.
  void write_b(std::span<const std::byte> b, std::uint64_t copy) const;

  const Device& device_;
  GemmShape shape_;
  std::uint64_t copies_;
  Buffer a_, b_;
  std::unique_ptr<Buffer> c_, zero_a_, zero_b_;
  Stream stream_;
};

}  // namespace rackproof
