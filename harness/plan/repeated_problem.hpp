// One line for many like problems: a wrong range of 40,000 names is one mistake.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string>

namespace rackproof {

/// Keeps the first message and counts the others.
class RepeatedProblem {
 public:
  /// `message` is a function that returns the text; it is called for the first problem only.
  template <class Message>
  void add(Message&& message) {
    if (count_++ == 0) first_ = message();
  }
  explicit operator bool() const { return count_ > 0; }
  /// "… (and 3 more like it)".
  std::string text() const {
    return count_ > 1 ? fmt::format("{} (and {} more like it)", first_, count_ - 1) : first_;
  }

 private:
  std::string first_;
  std::size_t count_ = 0;
};

}  // namespace rackproof
