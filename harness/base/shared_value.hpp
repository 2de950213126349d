// A value that many hold and few change.
#pragma once

#include <memory>
#include <utility>

namespace rackproof {

/// Copies share one T until one of them is edited. Never empty. The shared T is never written, so threads may read it.
template <class T>
class SharedValue {
 public:
  SharedValue() : value_(std::make_shared<T>()) {}
  explicit SharedValue(T value) : value_(std::make_shared<T>(std::move(value))) {}

  const T& operator*() const { return *value_; }
  const T* operator->() const { return value_.get(); }
  /// This holder's own T, to be changed; nobody else sees the change.
  T& edit() {
    if (value_.use_count() > 1) value_ = std::make_shared<T>(*value_);
    return *value_;
  }

 private:
  std::shared_ptr<T> value_;
};

}  // namespace rackproof
