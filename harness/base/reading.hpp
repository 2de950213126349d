// What was read of a machine, or why it could not be: "not readable" is a state, never 0 and never "".
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace rackproof {

template <class T>
class Reading {
 public:
  Reading(T value) : value_(std::move(value)) {}
  /// `why`: one line for people, such as "needs root" or "no such file: /sys/…".
  static Reading unavailable(std::string why) {
    Reading reading;
    reading.why_ = std::move(why);
    return reading;
  }

  explicit operator bool() const { return value_.has_value(); }
  /// Only when there is one.
  const T& operator*() const { return value_.value(); }
  const T* operator->() const { return &value_.value(); }
  T value_or(T other) const { return value_.value_or(std::move(other)); }
  /// Why there is no value; empty when there is one.
  const std::string& why() const { return why_; }

 private:
  Reading() = default;
  std::optional<T> value_;
  std::string why_;
};

}  // namespace rackproof
