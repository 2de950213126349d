#include "suites/run/gpt_layout.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/error.hpp"

namespace rackproof {

GptLayout::GptLayout(const kernels::GptShape& shape) {
  const std::uint64_t c = shape.channels;
  append("embedding.token", shape.vocabulary * c, GptInit::normal);
  append("embedding.position", shape.context * c, GptInit::normal);
  if (!shape.tie) append("head.weight", shape.vocabulary * c, GptInit::normal);
  for (std::uint32_t l = 0; l < shape.layers; ++l) {
    append(fmt::format("block{}.qkv.weight", l), 3 * c * c, GptInit::normal);
    append(fmt::format("block{}.proj.weight", l), c * c, GptInit::residual);
    append(fmt::format("block{}.fc.weight", l), 4 * c * c, GptInit::normal);
    append(fmt::format("block{}.out.weight", l), 4 * c * c, GptInit::residual);
  }
  matrices_ = count_;
  for (std::uint32_t l = 0; l < shape.layers; ++l) {
    append(fmt::format("block{}.norm1.weight", l), c, GptInit::one);
    append(fmt::format("block{}.norm1.bias", l), c, GptInit::zero);
    append(fmt::format("block{}.qkv.bias", l), 3 * c, GptInit::zero);
    append(fmt::format("block{}.proj.bias", l), c, GptInit::zero);
    append(fmt::format("block{}.norm2.weight", l), c, GptInit::one);
    append(fmt::format("block{}.norm2.bias", l), c, GptInit::zero);
    append(fmt::format("block{}.fc.bias", l), 4 * c, GptInit::zero);
    append(fmt::format("block{}.out.bias", l), c, GptInit::zero);
  }
  append("final.weight", c, GptInit::one);
  append("final.bias", c, GptInit::zero);
}

void GptLayout::append(std::string name, std::uint64_t count, GptInit init) {
  tensors_.push_back({std::move(name), count_, count, init});
  count_ += count;
}

std::uint64_t GptLayout::offset(const std::string& name) const {
  const auto found = std::ranges::find(tensors_, name, &GptTensor::name);
  if (found == tensors_.end()) throw Error(fmt::format("the model has no tensor {}", name));
  return found->offset;
}

}  // namespace rackproof
