// The ranks that measure together: one process alone, or all ranks of a launch through the message-passing
// module.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "kernels/message_passing.h"

namespace rackproof {

class Group {
 public:
  /// One process alone: every collective is a no-op.
  Group() = default;
  /// `messages` is open and outlives the group.
  explicit Group(const rp_message_passing* messages) : messages_(messages) {}

  int rank() const { return messages_ ? messages_->rank() : 0; }
  int size() const { return messages_ ? messages_->size() : 1; }
  /// nullptr when alone.
  const rp_message_passing* messages() const { return messages_; }

  void barrier() const;
  /// Element-wise maximum over ranks, in place, on all.
  void maximum(std::span<std::int64_t> values) const;
  /// The value of rank 0 on all.
  std::int64_t from_root(std::int64_t value) const;
  /// A text of rank 0 on all.
  std::string text_from_root(std::string text) const;
  /// One text per rank, in rank order, on rank 0; empty elsewhere. Cut at 64 KiB each.
  std::vector<std::string> gather_texts(const std::string& text) const;

 private:
  void expect(rp_result result, const char* what) const;
  const rp_message_passing* messages_ = nullptr;
};

}  // namespace rackproof
