// Where each parameter tensor of a GPT lies in the flat arrays of weights, gradients and moments.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/gpt.h"

namespace rackproof {

enum class GptInit : std::uint8_t {
  normal,    ///< standard deviation 0.02
  residual,  ///< 0.02 / √(2·L): matrices that write into the residual stream
  one,
  zero,
};

struct GptTensor {
  std::string name;      ///< "block0.qkv.weight"
  std::uint64_t offset;  ///< elements from the start of the flat array
  std::uint64_t count;
  GptInit init;
};

/// Matrices stand first: they decay, vectors do not, so that one optimiser call serves each part.
///
/// Names: embedding.token (V × C), embedding.position (T × C), head.weight (V × C, only untied),
/// final.{weight,bias} (C); per block{l}: norm1.{weight,bias}, norm2.{weight,bias} (C), qkv.weight (C × 3C),
/// proj.weight (C × C), fc.weight (C × 4C), out.weight (4C × C), each with .bias. Weights are stored input ×
/// output.
class GptLayout {
 public:
  explicit GptLayout(const kernels::GptShape& shape);

  const std::vector<GptTensor>& tensors() const { return tensors_; }
  /// Offset of a tensor. Throws Error for an unknown name.
  std::uint64_t offset(const std::string& name) const;
  std::uint64_t count() const { return count_; }
  /// Elements of matrices; [0, matrices()) decays.
  std::uint64_t matrices() const { return matrices_; }

 private:
  void append(std::string name, std::uint64_t count, GptInit init);
  std::vector<GptTensor> tensors_;
  std::uint64_t count_ = 0;
  std::uint64_t matrices_ = 0;
};

}  // namespace rackproof
