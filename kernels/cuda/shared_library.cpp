#include "kernels/cuda/shared_library.hpp"

#include <dlfcn.h>

namespace rackproof::cuda {

SharedLibrary::SharedLibrary(const char* name) : handle_(dlopen(name, RTLD_NOW | RTLD_LOCAL)) {}

void* SharedLibrary::symbol(const char* name) const {
  return handle_ == nullptr ? nullptr : dlsym(handle_, name);
}

}  // namespace rackproof::cuda
