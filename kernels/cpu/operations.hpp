// The operations of the CPU backend: one row each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "kernels/abi.h"
#include "kernels/cpu/memory.hpp"
#include "kernels/cpu/thread_pool.hpp"

namespace rackproof::cpu {

/// What is left to do once all arguments are checked and translated. Runs later, in the executor's thread.
using Job = std::function<void(ThreadPool& pool)>;

struct Operation {
  rp_op op;
  rp_dtype dtype;
  std::size_t params_size;
  /// Copies and checks the params and translates every memory region; touches no device memory itself.
  /// `params` has params_size bytes and any alignment. Throws kernels::Failure(RP_INVALID).
  Job (*prepare)(const DeviceMemory& memory, const void* params);
  /// Device memory in bytes that the caller must provide in the params; nullptr: none.
  std::uint64_t (*scratch)(const void* params) = nullptr;
  /// For op_query: throws kernels::Failure(RP_UNSUPPORTED) for what prepare would refuse so; nullptr: nothing.
  void (*accept)(const void* params) = nullptr;
};

/// The row, or nullptr: not supported. RP_OP_NOTHING has no type.
const Operation* find_operation(rp_op op, rp_dtype dtype);

}  // namespace rackproof::cpu
