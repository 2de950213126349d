#include "kernels/cpu/gpt_operations.hpp"

#include <cstring>

#include "kernels/cpu/gpt_attention.hpp"
#include "kernels/cpu/gpt_normalisation.hpp"
#include "kernels/cpu/gpt_pointwise.hpp"
#include "kernels/gpt.h"
#include "kernels/regions.h"

namespace rackproof::cpu {
namespace {

/// Params of an operation, and the checked pointers of their regions.
template <class Params>
class Arguments {
 public:
  Arguments(const DeviceMemory& memory, const void* bytes) : memory_(memory) {
    std::memcpy(&params_, bytes, sizeof params_);
  }
  const Params* operator->() const { return &params_; }
  const Params& params() const { return params_; }

  /// A region of Π factors elements. Throws kernels::Failure(RP_INVALID).
  template <class T, class... Factors>
  T* at(const rp_memory& memory, std::uint64_t first, Factors... factors) const {
    std::uint64_t count = first;
    if ((__builtin_mul_overflow(count, static_cast<std::uint64_t>(factors), &count) || ...)) {
      throw kernels::Failure(RP_INVALID, "an operand is larger than 2^64 bytes");
    }
    const kernels::Region region = kernels::region_of(memory, count, 1, sizeof(T), false);
    return reinterpret_cast<T*>(memory_.translate(region.memory, region.bytes));
  }

 private:
  const DeviceMemory& memory_;
  Params params_;
};

template <class T>
Job prepare_column_sum(const DeviceMemory& memory, const void* bytes) {
  const Arguments<rp_gpt_column_sum_params> p(memory, bytes);
  const std::uint64_t rows = p->rows, columns = p->columns;
  return [=, in = p.at<T>(p->in, rows, columns), out = p.at<T>(p->out, columns)](ThreadPool& pool) {
    column_sum<T>(pool, in, out, rows, columns);
  };
}

template <class T>
Job prepare_layer_norm(const DeviceMemory& memory, const void* bytes) {
  const Arguments<rp_gpt_layer_norm_params> p(memory, bytes);
  const std::uint64_t rows = p->rows, columns = p->columns;
  return [=, x = p.at<T>(p->x, rows, columns), weight = p.at<T>(p->weight, columns),
          bias = p.at<T>(p->bias, columns), y = p.at<T>(p->y, rows, columns), mean = p.at<T>(p->mean, rows),
          rstd = p.at<T>(p->rstd, rows)](ThreadPool& pool) {
    layer_norm<T>(pool, x, weight, bias, y, mean, rstd, rows, columns);
  };
}

template <class T>
Job prepare_layer_norm_backward(const DeviceMemory& memory, const void* bytes) {
  const Arguments<rp_gpt_layer_norm_backward_params> p(memory, bytes);
  const std::uint64_t rows = p->rows, columns = p->columns;
  return [=, dy = p.at<T>(p->dy, rows, columns), x = p.at<T>(p->x, rows, columns),
          weight = p.at<T>(p->weight, columns), mean = p.at<T>(p->mean, rows), rstd = p.at<T>(p->rstd, rows),
          dx = p.at<T>(p->dx, rows, columns), dweight = p.at<T>(p->dweight, columns),
          dbias = p.at<T>(p->dbias, columns)](ThreadPool& pool) {
    layer_norm_backward<T>(pool, dy, x, weight, mean, rstd, dx, dweight, dbias, rows, columns);
  };
}

void check_heads(std::uint32_t channels, std::uint32_t heads) {
  if (heads == 0 || channels % heads != 0) {
    throw kernels::Failure(RP_INVALID, "attention: the channels are not a multiple of the heads");
  }
}

template <class T>
Job prepare_attention(const DeviceMemory& memory, const void* bytes) {
  const Arguments<rp_gpt_attention_params> p(memory, bytes);
  check_heads(p->channels, p->heads);
  const std::uint64_t batch = p->batch, context = p->context, channels = p->channels, heads = p->heads;
  const std::uint64_t tokens = batch * context;
  return [=, qkv = p.at<T>(p->qkv, tokens, 3, channels), out = p.at<T>(p->out, tokens, channels),
          probabilities = p.at<T>(p->probabilities, tokens, heads, context)](ThreadPool& pool) {
    attention<T>(pool, qkv, out, probabilities, batch, context, channels, heads);
  };
}

template <class T>
Job prepare_attention_backward(const DeviceMemory& memory, const void* bytes) {
  const Arguments<rp_gpt_attention_backward_params> p(memory, bytes);
  check_heads(p->channels, p->heads);
  const std::uint64_t batch = p->batch, context = p->context, channels = p->channels, heads = p->heads;
  const std::uint64_t tokens = batch * context;
  return [=, dout = p.at<T>(p->dout, tokens, channels), qkv = p.at<T>(p->qkv, tokens, 3, channels),
          probabilities = p.at<T>(p->probabilities, tokens, heads, context),
          dqkv = p.at<T>(p->dqkv, tokens, 3, channels)](ThreadPool& pool) {
    attention_backward<T>(pool, dout, qkv, probabilities, dqkv, batch, context, channels, heads);
  };
}

template <class T>
Job prepare_gelu(const DeviceMemory& memory, const void* bytes) {
  const Arguments<rp_gpt_gelu_params> p(memory, bytes);
  return [count = p->count, x = p.at<T>(p->x, p->count), y = p.at<T>(p->y, p->count)](ThreadPool& pool) {
    gelu<T>(pool, x, y, count);
  };
}

template <class T>
Job prepare_gelu_backward(const DeviceMemory& memory, const void* bytes) {
  const Arguments<rp_gpt_gelu_backward_params> p(memory, bytes);
  return [count = p->count, dy = p.at<T>(p->dy, p->count), x = p.at<T>(p->x, p->count),
          dx = p.at<T>(p->dx, p->count)](ThreadPool& pool) { gelu_backward<T>(pool, dy, x, dx, count); };
}

template <class T>
Job prepare_embed(const DeviceMemory& memory, const void* bytes) {
  const Arguments<rp_gpt_embed_params> p(memory, bytes);
  const std::uint64_t batch = p->batch, context = p->context, channels = p->channels,
                      vocabulary = p->vocabulary;
  return [=, tokens = p.at<std::int32_t>(p->tokens, batch, context),
          token_table = p.at<T>(p->token_table, vocabulary, channels),
          position_table = p.at<T>(p->position_table, context, channels),
          x = p.at<T>(p->x, batch, context, channels)](ThreadPool& pool) {
    embed<T>(pool, tokens, token_table, position_table, x, batch, context, channels, vocabulary);
  };
}

template <class T>
Job prepare_embed_backward(const DeviceMemory& memory, const void* bytes) {
  const Arguments<rp_gpt_embed_backward_params> p(memory, bytes);
  const std::uint64_t batch = p->batch, context = p->context, channels = p->channels,
                      vocabulary = p->vocabulary;
  return [=, accumulate = p->accumulate != 0, dx = p.at<T>(p->dx, batch, context, channels),
          tokens = p.at<std::int32_t>(p->tokens, batch, context),
          dtoken_table = p.at<T>(p->dtoken_table, vocabulary, channels),
          dposition_table = p.at<T>(p->dposition_table, context, channels)](ThreadPool& pool) {
    embed_backward<T>(pool, dx, tokens, dtoken_table, dposition_table, batch, context, channels, vocabulary,
                      accumulate);
  };
}

template <class T>
Job prepare_add(const DeviceMemory& memory, const void* bytes) {
  const Arguments<rp_gpt_add_params> p(memory, bytes);
  return [count = p->count, a = p.at<T>(p->a, p->count), b = p.at<T>(p->b, p->count),
          c = p.at<T>(p->c, p->count)](ThreadPool& pool) { add<T>(pool, a, b, c, count); };
}

template <class T>
Job prepare_cross_entropy(const DeviceMemory& memory, const void* bytes) {
  const Arguments<rp_gpt_cross_entropy_params> p(memory, bytes);
  const std::uint64_t rows = p->rows, vocabulary = p->vocabulary;
  if (vocabulary == 0) throw kernels::Failure(RP_INVALID, "cross entropy: an empty vocabulary");
  return
      [=, logits = p.at<T>(p->logits, rows, vocabulary), targets = p.at<std::int32_t>(p->targets, rows),
       losses = p.at<T>(p->losses, rows), dlogits = p.at<T>(p->dlogits, rows, vocabulary)](ThreadPool& pool) {
        cross_entropy<T>(pool, logits, targets, losses, dlogits, rows, vocabulary);
      };
}

template <class T>
Job prepare_adamw(const DeviceMemory& memory, const void* bytes) {
  const Arguments<rp_gpt_adamw_params> p(memory, bytes);
  if (p->step == 0) throw kernels::Failure(RP_INVALID, "AdamW: steps count from 1");
  if (p->master.handle != 0) throw kernels::Failure(RP_INVALID, "AdamW: master weights are for bf16 only");
  return [params = p.params(), weights = p.at<T>(p->weights, p->count), m = p.at<T>(p->m, p->count),
          v = p.at<T>(p->v, p->count), gradients = p.at<T>(p->gradients, p->count)](ThreadPool& pool) {
    adamw<T>(pool, weights, m, v, gradients, params);
  };
}

#define RP_GPT_ROWS(op, params, prepare)                             \
  Operation{op, RP_F32, sizeof(params), prepare<float>}, Operation { \
    op, RP_F64, sizeof(params), prepare<double>                      \
  }

constexpr Operation kOperations[] = {
    RP_GPT_ROWS(RP_OP_GPT_MATMUL, rp_gpt_matmul_params, prepare_gpt_matmul),
    RP_GPT_ROWS(RP_OP_GPT_COLUMN_SUM, rp_gpt_column_sum_params, prepare_column_sum),
    RP_GPT_ROWS(RP_OP_GPT_LAYER_NORM, rp_gpt_layer_norm_params, prepare_layer_norm),
    RP_GPT_ROWS(RP_OP_GPT_LAYER_NORM_BACKWARD, rp_gpt_layer_norm_backward_params,
                prepare_layer_norm_backward),
    RP_GPT_ROWS(RP_OP_GPT_ATTENTION, rp_gpt_attention_params, prepare_attention),
    RP_GPT_ROWS(RP_OP_GPT_ATTENTION_BACKWARD, rp_gpt_attention_backward_params, prepare_attention_backward),
    RP_GPT_ROWS(RP_OP_GPT_GELU, rp_gpt_gelu_params, prepare_gelu),
    RP_GPT_ROWS(RP_OP_GPT_GELU_BACKWARD, rp_gpt_gelu_backward_params, prepare_gelu_backward),
    RP_GPT_ROWS(RP_OP_GPT_EMBED, rp_gpt_embed_params, prepare_embed),
    RP_GPT_ROWS(RP_OP_GPT_EMBED_BACKWARD, rp_gpt_embed_backward_params, prepare_embed_backward),
    RP_GPT_ROWS(RP_OP_GPT_ADD, rp_gpt_add_params, prepare_add),
    RP_GPT_ROWS(RP_OP_GPT_CROSS_ENTROPY, rp_gpt_cross_entropy_params, prepare_cross_entropy),
    RP_GPT_ROWS(RP_OP_GPT_ADAMW, rp_gpt_adamw_params, prepare_adamw),
};
#undef RP_GPT_ROWS

}  // namespace

std::span<const Operation> gpt_operations() { return kOperations; }

}  // namespace rackproof::cpu
