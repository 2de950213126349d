// The libraries that the backend opens at run time, as the fake has them.
#pragma once

#include <span>

namespace rackproof::fake {

struct Symbol {
  const char* name;
  void* function;
};

std::span<const Symbol> nvml_symbols();
std::span<const Symbol> nccl_symbols();

}  // namespace rackproof::fake
