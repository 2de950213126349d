// The stream kernels on all CPUs of a device (kernels/stream.h).
#pragma once

#include "kernels/cpu/operations.hpp"

namespace rackproof::cpu {

/// Dtype: RP_F64 or RP_F32; RP_U64 for read. Throws kernels::Failure(RP_INVALID).
template <rp_op Op, rp_dtype Dtype>
Job prepare_stream(const DeviceMemory& memory, const void* params);

/// Throws kernels::Failure(RP_UNSUPPORTED) for streaming stores that the instruction set does not have.
void check_stream(const void* params, InstructionSet set);

}  // namespace rackproof::cpu
