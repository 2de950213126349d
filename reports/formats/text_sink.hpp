// Text that is handed on in blocks, so that a report of millions of cells never stands in memory as a whole.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace rackproof {

/// Takes the next piece of a text. What it throws ends the report.
using TextSink = std::function<void(std::string_view)>;

class TextBlock {
 public:
  explicit TextBlock(TextSink sink) : sink_(std::move(sink)) {}

  std::string& text() { return text_; }  ///< append here
  /// After each record: hands on what has gathered once it is worth it.
  void record_ends() {
    if (text_.size() >= kBlock) finish();
  }
  /// Hands on the rest. Call last.
  void finish() {
    if (!text_.empty()) sink_(text_);
    text_.clear();
  }

 private:
  static constexpr std::size_t kBlock = std::size_t{1} << 20U;

  TextSink sink_;
  std::string text_;
};

}  // namespace rackproof
