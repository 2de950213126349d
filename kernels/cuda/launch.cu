// The kernels by operation and type.
#include "kernels/cuda/launch.hpp"

#include <algorithm>
#include <iterator>

#include "kernels/cuda/kernels.hpp"

namespace rackproof::cuda {
namespace {

struct Row {
  rp_op op;
  rp_dtype dtype;
  int (*launch)(rp_op op, const void* params, const Launch& launch);
};

template <class Params, int (*Function)(const Params&, const Launch&)>
int with(rp_op, const void* params, const Launch& launch) {
  return Function(*static_cast<const Params*>(params), launch);
}

template <class T>
int stream(rp_op op, const void* params, const Launch& launch) {
  return launch_stream<T>(op, *static_cast<const rp_stream_params*>(params), launch);
}

constexpr Row kRows[] = {
    {RP_OP_COPY, RP_F64, stream<double>},
    {RP_OP_COPY, RP_F32, stream<float>},
    {RP_OP_SCALE, RP_F64, stream<double>},
    {RP_OP_SCALE, RP_F32, stream<float>},
    {RP_OP_ADD, RP_F64, stream<double>},
    {RP_OP_ADD, RP_F32, stream<float>},
    {RP_OP_TRIAD, RP_F64, stream<double>},
    {RP_OP_TRIAD, RP_F32, stream<float>},
    {RP_OP_DOT, RP_F64, stream<double>},
    {RP_OP_DOT, RP_F32, stream<float>},
    {RP_OP_NSTREAM, RP_F64, stream<double>},
    {RP_OP_NSTREAM, RP_F32, stream<float>},
    {RP_OP_READ, RP_U64, stream<std::uint64_t>},
    {RP_OP_WRITE, RP_F64, stream<double>},
    {RP_OP_WRITE, RP_F32, stream<float>},
    {RP_OP_UPDATE, RP_F64, stream<double>},
    {RP_OP_UPDATE, RP_F32, stream<float>},
    {RP_OP_FMA, RP_F64, with<rp_fma_params, launch_fma<double>>},
    {RP_OP_FMA, RP_F32, with<rp_fma_params, launch_fma<float>>},
    {RP_OP_CHASE, RP_U64, with<rp_chase_params, launch_chase>},
    {RP_OP_RANDOM_UPDATE, RP_U64, with<rp_random_update_params, launch_random_update>},
    {RP_OP_MARCH, RP_U64, with<rp_march_params, launch_march>},
    {RP_OP_GPT_COLUMN_SUM, RP_F64, with<rp_gpt_column_sum_params, launch_gpt_column_sum<double>>},
    {RP_OP_GPT_COLUMN_SUM, RP_F32, with<rp_gpt_column_sum_params, launch_gpt_column_sum<float>>},
    {RP_OP_GPT_LAYER_NORM, RP_F64, with<rp_gpt_layer_norm_params, launch_gpt_layer_norm<double>>},
    {RP_OP_GPT_LAYER_NORM, RP_F32, with<rp_gpt_layer_norm_params, launch_gpt_layer_norm<float>>},
    {RP_OP_GPT_LAYER_NORM_BACKWARD, RP_F64,
     with<rp_gpt_layer_norm_backward_params, launch_gpt_layer_norm_backward<double>>},
    {RP_OP_GPT_LAYER_NORM_BACKWARD, RP_F32,
     with<rp_gpt_layer_norm_backward_params, launch_gpt_layer_norm_backward<float>>},
    {RP_OP_GPT_ATTENTION, RP_F64, with<rp_gpt_attention_params, launch_gpt_attention<double>>},
    {RP_OP_GPT_ATTENTION, RP_F32, with<rp_gpt_attention_params, launch_gpt_attention<float>>},
    {RP_OP_GPT_ATTENTION_BACKWARD, RP_F64,
     with<rp_gpt_attention_backward_params, launch_gpt_attention_backward<double>>},
    {RP_OP_GPT_ATTENTION_BACKWARD, RP_F32,
     with<rp_gpt_attention_backward_params, launch_gpt_attention_backward<float>>},
    {RP_OP_GPT_GELU, RP_F64, with<rp_gpt_gelu_params, launch_gpt_gelu<double>>},
    {RP_OP_GPT_GELU, RP_F32, with<rp_gpt_gelu_params, launch_gpt_gelu<float>>},
    {RP_OP_GPT_GELU_BACKWARD, RP_F64, with<rp_gpt_gelu_backward_params, launch_gpt_gelu_backward<double>>},
    {RP_OP_GPT_GELU_BACKWARD, RP_F32, with<rp_gpt_gelu_backward_params, launch_gpt_gelu_backward<float>>},
    {RP_OP_GPT_EMBED, RP_F64, with<rp_gpt_embed_params, launch_gpt_embed<double>>},
    {RP_OP_GPT_EMBED, RP_F32, with<rp_gpt_embed_params, launch_gpt_embed<float>>},
    {RP_OP_GPT_EMBED_BACKWARD, RP_F64, with<rp_gpt_embed_backward_params, launch_gpt_embed_backward<double>>},
    {RP_OP_GPT_EMBED_BACKWARD, RP_F32, with<rp_gpt_embed_backward_params, launch_gpt_embed_backward<float>>},
    {RP_OP_GPT_ADD, RP_F64, with<rp_gpt_add_params, launch_gpt_add<double>>},
    {RP_OP_GPT_ADD, RP_F32, with<rp_gpt_add_params, launch_gpt_add<float>>},
    {RP_OP_GPT_CROSS_ENTROPY, RP_F64, with<rp_gpt_cross_entropy_params, launch_gpt_cross_entropy<double>>},
    {RP_OP_GPT_CROSS_ENTROPY, RP_F32, with<rp_gpt_cross_entropy_params, launch_gpt_cross_entropy<float>>},
    {RP_OP_GPT_ADAMW, RP_F64, with<rp_gpt_adamw_params, launch_gpt_adamw<double>>},
    {RP_OP_GPT_ADAMW, RP_F32, with<rp_gpt_adamw_params, launch_gpt_adamw<float>>},
    {RP_OP_GPT_COLUMN_SUM, RP_BF16, with<rp_gpt_column_sum_params, launch_gpt_column_sum<kernels::Bf16>>},
    {RP_OP_GPT_LAYER_NORM, RP_BF16, with<rp_gpt_layer_norm_params, launch_gpt_layer_norm<kernels::Bf16>>},
    {RP_OP_GPT_LAYER_NORM_BACKWARD, RP_BF16,
     with<rp_gpt_layer_norm_backward_params, launch_gpt_layer_norm_backward<kernels::Bf16>>},
    {RP_OP_GPT_ATTENTION, RP_BF16, with<rp_gpt_attention_params, launch_gpt_attention<kernels::Bf16>>},
    {RP_OP_GPT_ATTENTION_BACKWARD, RP_BF16,
     with<rp_gpt_attention_backward_params, launch_gpt_attention_backward<kernels::Bf16>>},
    {RP_OP_GPT_GELU, RP_BF16, with<rp_gpt_gelu_params, launch_gpt_gelu<kernels::Bf16>>},
    {RP_OP_GPT_GELU_BACKWARD, RP_BF16,
     with<rp_gpt_gelu_backward_params, launch_gpt_gelu_backward<kernels::Bf16>>},
    {RP_OP_GPT_EMBED, RP_BF16, with<rp_gpt_embed_params, launch_gpt_embed<kernels::Bf16>>},
    {RP_OP_GPT_EMBED_BACKWARD, RP_BF16,
     with<rp_gpt_embed_backward_params, launch_gpt_embed_backward<kernels::Bf16>>},
    {RP_OP_GPT_ADD, RP_BF16, with<rp_gpt_add_params, launch_gpt_add<kernels::Bf16>>},
    {RP_OP_GPT_CROSS_ENTROPY, RP_BF16,
     with<rp_gpt_cross_entropy_params, launch_gpt_cross_entropy<kernels::Bf16>>},
    {RP_OP_GPT_ADAMW, RP_BF16, with<rp_gpt_adamw_params, launch_gpt_adamw<kernels::Bf16>>},
};

const Row* row_of(rp_op op, rp_dtype dtype) {
  const Row* const row = std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& candidate) {
    return candidate.op == op && candidate.dtype == dtype;
  });
  return row == std::end(kRows) ? nullptr : row;
}

}  // namespace

bool has_kernel(rp_op op, rp_dtype dtype) { return op == RP_OP_NOTHING || row_of(op, dtype) != nullptr; }

int launch_kernel(rp_op op, rp_dtype dtype, const void* params, const Launch& launch) {
  return op == RP_OP_NOTHING ? launch_nothing(launch) : row_of(op, dtype)->launch(op, params, launch);
}

}  // namespace rackproof::cuda
