// Which regions of device memory an operation of kernels/gpt.h reads and writes.
#pragma once

#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <utility>
#include <vector>

#include "kernels/gpt.h"
#include "kernels/regions.h"

namespace rackproof::kernels {
namespace gpt_regions_of {

inline void require(bool condition, const char* message) {
  if (!condition) throw Failure(RP_INVALID, message);
}

/// Collects the regions of one operation.
class Regions {
 public:
  explicit Regions(rp_dtype dtype)
      : element_(element_bytes(dtype)), wide_(dtype == RP_BF16 ? element_bytes(RP_F32) : element_) {}

  /// Whether numbers are computed in a wider type, which some of them are also kept in.
  bool is_narrow() const { return wide_ != element_; }

  void read(rp_memory memory, std::initializer_list<std::uint64_t> factors) {
    add(memory, factors, element_, false);
  }
  void write(rp_memory memory, std::initializer_list<std::uint64_t> factors) {
    add(memory, factors, element_, true);
  }
  void read_wide(rp_memory memory, std::initializer_list<std::uint64_t> factors) {
    add(memory, factors, wide_, false);
  }
  void write_wide(rp_memory memory, std::initializer_list<std::uint64_t> factors) {
    add(memory, factors, wide_, true);
  }
  void tokens(rp_memory memory, std::initializer_list<std::uint64_t> factors) {
    add(memory, factors, 4, false);
  }
  std::vector<Region> take() { return std::move(regions_); }

 private:
  void add(rp_memory memory, std::initializer_list<std::uint64_t> factors, std::uint64_t element,
           bool written) {
    std::uint64_t count = 1;
    for (const std::uint64_t factor : factors)
      require(!__builtin_mul_overflow(count, factor, &count), "an operand is larger than 2^64 bytes");
    regions_.push_back(region_of(memory, count, 1, element, written));
  }

  std::uint64_t element_, wide_;
  std::vector<Region> regions_;
};

inline void list(Regions& all, const rp_gpt_matmul_params& p) {
  constexpr std::uint32_t kMost = std::numeric_limits<std::int32_t>::max();
  for (const std::uint32_t dimension : {p.m, p.n, p.k})
    require(dimension >= 1 && dimension <= kMost, "matmul: a dimension is 0 or above 2^31 - 1");
  require(p.transpose_a <= 1 && p.transpose_b <= 1, "matmul: a flag is neither 0 nor 1");
  all.write(p.c, {p.m, p.n});
  all.read(p.a, {p.m, p.k});
  all.read(p.b, {p.k, p.n});
  if (p.bias.handle != 0) all.read(p.bias, {p.n});
}

inline void list(Regions& all, const rp_gpt_column_sum_params& p) {
  all.write(p.out, {p.columns});
  all.read(p.in, {p.rows, p.columns});
}

inline void list(Regions& all, const rp_gpt_layer_norm_params& p) {
  all.write(p.y, {p.rows, p.columns});
  all.read(p.x, {p.rows, p.columns});
  for (const rp_memory memory : {p.mean, p.rstd}) all.write_wide(memory, {p.rows});
  for (const rp_memory memory : {p.weight, p.bias}) all.read(memory, {p.columns});
}

inline void list(Regions& all, const rp_gpt_layer_norm_backward_params& p) {
  all.write(p.dx, {p.rows, p.columns});
  for (const rp_memory memory : {p.dweight, p.dbias}) all.write(memory, {p.columns});
  for (const rp_memory memory : {p.dy, p.x}) all.read(memory, {p.rows, p.columns});
  all.read(p.weight, {p.columns});
  for (const rp_memory memory : {p.mean, p.rstd}) all.read_wide(memory, {p.rows});
}

inline void require_heads(std::uint32_t channels, std::uint32_t heads) {
  require(heads != 0 && channels % heads == 0, "attention: the channels are not a multiple of the heads");
}

inline void list(Regions& all, const rp_gpt_attention_params& p) {
  require_heads(p.channels, p.heads);
  all.write(p.out, {p.batch, p.context, p.channels});
  all.write(p.probabilities, {p.batch, p.heads, p.context, p.context});
  all.read(p.qkv, {p.batch, p.context, 3, p.channels});
}

inline void list(Regions& all, const rp_gpt_attention_backward_params& p) {
  require_heads(p.channels, p.heads);
  all.write(p.dqkv, {p.batch, p.context, 3, p.channels});
  all.read(p.dout, {p.batch, p.context, p.channels});
  all.read(p.qkv, {p.batch, p.context, 3, p.channels});
  all.read(p.probabilities, {p.batch, p.heads, p.context, p.context});
}

inline void list(Regions& all, const rp_gpt_gelu_params& p) {
  all.write(p.y, {p.count});
  all.read(p.x, {p.count});
}

inline void list(Regions& all, const rp_gpt_gelu_backward_params& p) {
  all.write(p.dx, {p.count});
  all.read(p.dy, {p.count});
  all.read(p.x, {p.count});
}

inline void list(Regions& all, const rp_gpt_embed_params& p) {
  all.write(p.x, {p.batch, p.context, p.channels});
  all.tokens(p.tokens, {p.batch, p.context});
  all.read(p.token_table, {p.vocabulary, p.channels});
  all.read(p.position_table, {p.context, p.channels});
}

inline void list(Regions& all, const rp_gpt_embed_backward_params& p) {
  all.write(p.dtoken_table, {p.vocabulary, p.channels});
  all.write(p.dposition_table, {p.context, p.channels});
  all.read(p.dx, {p.batch, p.context, p.channels});
  all.tokens(p.tokens, {p.batch, p.context});
}

inline void list(Regions& all, const rp_gpt_add_params& p) {
  all.write(p.c, {p.count});
  all.read(p.a, {p.count});
  all.read(p.b, {p.count});
}

inline void list(Regions& all, const rp_gpt_cross_entropy_params& p) {
  require(p.vocabulary != 0, "cross entropy: an empty vocabulary");
  all.write_wide(p.losses, {p.rows});
  all.write(p.dlogits, {p.rows, p.vocabulary});
  all.read(p.logits, {p.rows, p.vocabulary});
  all.tokens(p.targets, {p.rows});
}

inline void list(Regions& all, const rp_gpt_adamw_params& p) {
  require(p.step != 0, "AdamW: steps count from 1");
  require((p.master.handle != 0) == all.is_narrow(), "AdamW: master weights are for bf16, and for bf16 only");
  all.write(p.weights, {p.count});
  for (const rp_memory memory : {p.m, p.v}) all.write_wide(memory, {p.count});
  if (all.is_narrow()) all.write_wide(p.master, {p.count});
  all.read(p.gradients, {p.count});
}

struct Row {
  rp_op op;
  std::size_t size;
  void (*list)(Regions&, const void*);
};

template <class Params>
constexpr Row row(rp_op op) {
  return {op, sizeof(Params), [](Regions& all, const void* bytes) {
            Params params;
            std::memcpy(&params, bytes, sizeof params);
            list(all, params);
          }};
}

inline constexpr Row kRows[] = {
    row<rp_gpt_matmul_params>(RP_OP_GPT_MATMUL),
    row<rp_gpt_column_sum_params>(RP_OP_GPT_COLUMN_SUM),
    row<rp_gpt_layer_norm_params>(RP_OP_GPT_LAYER_NORM),
    row<rp_gpt_layer_norm_backward_params>(RP_OP_GPT_LAYER_NORM_BACKWARD),
    row<rp_gpt_attention_params>(RP_OP_GPT_ATTENTION),
    row<rp_gpt_attention_backward_params>(RP_OP_GPT_ATTENTION_BACKWARD),
    row<rp_gpt_gelu_params>(RP_OP_GPT_GELU),
    row<rp_gpt_gelu_backward_params>(RP_OP_GPT_GELU_BACKWARD),
    row<rp_gpt_embed_params>(RP_OP_GPT_EMBED),
    row<rp_gpt_embed_backward_params>(RP_OP_GPT_EMBED_BACKWARD),
    row<rp_gpt_add_params>(RP_OP_GPT_ADD),
    row<rp_gpt_cross_entropy_params>(RP_OP_GPT_CROSS_ENTROPY),
    row<rp_gpt_adamw_params>(RP_OP_GPT_ADAMW),
};

inline const Row* find(rp_op op) {
  for (const Row& each : kRows) {
    if (each.op == op) return &each;
  }
  return nullptr;
}

}  // namespace gpt_regions_of

/// Bytes of the operation's params; 0: no such operation.
inline std::size_t gpt_params_size(rp_op op) {
  const auto* const found = gpt_regions_of::find(op);
  return found == nullptr ? 0 : found->size;
}

/// `params`: gpt_params_size(op) bytes at any alignment. A memory that is "none" has no region.
/// Throws Failure(RP_INVALID) for shapes that the operation does not have, and for outputs that overlap.
inline std::vector<Region> gpt_regions(rp_op op, rp_dtype dtype, const void* params) {
  gpt_regions_of::Regions all(dtype);
  gpt_regions_of::find(op)->list(all, params);
  std::vector<Region> regions = all.take();
  // These two may write over an input (kernels/gpt.h).
  if (op != RP_OP_GPT_ADD && op != RP_OP_GPT_GELU_BACKWARD) refuse_overlap(regions);
  return regions;
}

}  // namespace rackproof::kernels
