// The kernels by contract: what the table of launches calls. All return 0 or the cudaError_t of the launch; params are
// checked before (kernels/regions.h).
#pragma once

#include "kernels/chase.h"
#include "kernels/cuda/launch.hpp"
#include "kernels/fma.h"
#include "kernels/gpt.h"
#include "kernels/march.h"
#include "kernels/random_update.h"
#include "kernels/stream.h"

namespace rackproof::cuda {

/// The region's elements on the device.
template <class T>
T* elements(const Launch& launch, rp_memory memory) {
  return static_cast<T*>(launch.addresses.of(memory));
}

int launch_nothing(const Launch& launch);
/// T: double or float; uint64_t for read.
template <class T>
int launch_stream(rp_op op, const rp_stream_params& params, const Launch& launch);
/// T: double or float.
template <class T>
int launch_fma(const rp_fma_params& params, const Launch& launch);
int launch_chase(const rp_chase_params& params, const Launch& launch);
int launch_random_update(const rp_random_update_params& params, const Launch& launch);
int launch_march(const rp_march_params& params, const Launch& launch);

// kernels/gpt.h. T: double, float or kernels::Bf16.
template <class T>
int launch_gpt_column_sum(const rp_gpt_column_sum_params& params, const Launch& launch);
template <class T>
int launch_gpt_layer_norm(const rp_gpt_layer_norm_params& params, const Launch& launch);
template <class T>
int launch_gpt_layer_norm_backward(const rp_gpt_layer_norm_backward_params& params, const Launch& launch);
template <class T>
int launch_gpt_attention(const rp_gpt_attention_params& params, const Launch& launch);
template <class T>
int launch_gpt_attention_backward(const rp_gpt_attention_backward_params& params, const Launch& launch);
template <class T>
int launch_gpt_gelu(const rp_gpt_gelu_params& params, const Launch& launch);
template <class T>
int launch_gpt_gelu_backward(const rp_gpt_gelu_backward_params& params, const Launch& launch);
template <class T>
int launch_gpt_embed(const rp_gpt_embed_params& params, const Launch& launch);
template <class T>
int launch_gpt_embed_backward(const rp_gpt_embed_backward_params& params, const Launch& launch);
template <class T>
int launch_gpt_add(const rp_gpt_add_params& params, const Launch& launch);
template <class T>
int launch_gpt_cross_entropy(const rp_gpt_cross_entropy_params& params, const Launch& launch);
template <class T>
int launch_gpt_adamw(const rp_gpt_adamw_params& params, const Launch& launch);

}  // namespace rackproof::cuda
