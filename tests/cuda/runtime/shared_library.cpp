// In place of kernels/cuda/shared_library.cpp: libraries that are linked with the fake.
#include "kernels/cuda/shared_library.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "tests/cuda/runtime/fake.hpp"
#include "tests/cuda/runtime/libraries.hpp"

namespace rackproof::cuda {
namespace {

bool is_missing(const char* name) {
  return std::ranges::find(fake::missing(), name) != fake::missing().end();
}

const std::span<const fake::Symbol>* library_of(const char* name) {
  static const std::span<const fake::Symbol> nvml = fake::nvml_symbols(), nccl = fake::nccl_symbols();
  if (is_missing(name)) return nullptr;
  if (std::strcmp(name, "libnvidia-ml.so.1") == 0) return &nvml;
  if (std::strcmp(name, "libnccl.so.2") == 0) return &nccl;
  return nullptr;
}

}  // namespace

SharedLibrary::SharedLibrary(const char* name)
    : handle_(const_cast<std::span<const fake::Symbol>*>(library_of(name))) {}

void* SharedLibrary::symbol(const char* name) const {
  if (handle_ == nullptr || is_missing(name)) return nullptr;
  fake::looked_up().insert(name);
  for (const fake::Symbol& symbol : *static_cast<const std::span<const fake::Symbol>*>(handle_)) {
    if (std::strcmp(symbol.name, name) == 0) return symbol.function;
  }
  return nullptr;
}

}  // namespace rackproof::cuda
