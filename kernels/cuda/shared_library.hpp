// Libraries that are there or not when the process runs.
#pragma once

namespace rackproof::cuda {

/// A library that is never unloaded.
class SharedLibrary {
 public:
  /// `name`: as the dynamic linker looks for it, "libnccl.so.2".
  explicit SharedLibrary(const char* name);

  bool found() const { return handle_ != nullptr; }
  /// The function, or nullptr when the library does not have it.
  void* symbol(const char* name) const;

 private:
  void* handle_;
};

}  // namespace rackproof::cuda
