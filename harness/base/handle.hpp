// Ownership of a C handle.
#pragma once

#include <utility>

namespace rackproof {

/// Move-only owner. Traits: `using Type`, `static Type null()`, `static void close(Type) noexcept`.
template <class Traits>
class UniqueHandle {
 public:
  using Type = typename Traits::Type;
  UniqueHandle() = default;
  explicit UniqueHandle(Type value) : value_(value) {}
  UniqueHandle(UniqueHandle&& other) noexcept : value_(other.release()) {}
  UniqueHandle& operator=(UniqueHandle&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~UniqueHandle() { reset(); }

  Type get() const { return value_; }
  explicit operator bool() const { return value_ != Traits::null(); }
  Type release() { return std::exchange(value_, Traits::null()); }
  void reset(Type value = Traits::null()) {
    if (value_ != Traits::null()) Traits::close(value_);
    value_ = value;
  }

 private:
  Type value_ = Traits::null();
};

}  // namespace rackproof
