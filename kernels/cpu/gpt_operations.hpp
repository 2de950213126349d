// The training operations of the CPU backend (kernels/gpt.h): their rows.
#pragma once

#include <span>

#include "kernels/cpu/operations.hpp"

namespace rackproof::cpu {

/// One row per operation and data type (f32, f64).
std::span<const Operation> gpt_operations();

/// c = op(a) · op(b) + bias by OpenBLAS. Throws kernels::Failure(RP_INVALID).
template <class T>
Job prepare_gpt_matmul(const DeviceMemory& memory, const void* params);

}  // namespace rackproof::cpu
