#include "harness/measure/group.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "harness/measure/case_stopped.hpp"

namespace rackproof {

void Group::expect(rp_result result, const char* what) const {
  if (result != RP_OK) {
    throw CaseStopped(Status::failed, Phase::measure,
                      fmt::format("{}: {}", what, printable(messages_->last_error())));
  }
}

void Group::barrier() const {
  if (messages_) expect(messages_->barrier(), "barrier");
}

void Group::maximum(std::span<std::int64_t> values) const {
  if (messages_) expect(messages_->maximum_i64(values.data(), values.size()), "maximum over ranks");
}

std::int64_t Group::from_root(std::int64_t value) const {
  if (messages_) expect(messages_->broadcast(&value, sizeof value, 0), "broadcast");
  return value;
}

std::string Group::text_from_root(std::string text) const {
  if (!messages_) return text;
  text.resize(static_cast<std::size_t>(from_root(static_cast<std::int64_t>(text.size()))));
  expect(messages_->broadcast(text.data(), text.size(), 0), "broadcast");
  return text;
}

std::vector<std::string> Group::gather_texts(const std::string& text) const {
  if (!messages_) return {text};
  constexpr std::int64_t kLongest = 64 << 10;
  std::int64_t longest = std::min(static_cast<std::int64_t>(text.size()), kLongest);
  maximum({&longest, 1});
  const auto width = static_cast<std::size_t>(longest) + 1;
  std::vector<char> mine(width, '\0');
  std::memcpy(mine.data(), text.data(), std::min(text.size(), width - 1));
  std::vector<char> all(rank() == 0 ? width * static_cast<std::size_t>(size()) : 0);
  expect(messages_->gather(mine.data(), width, all.data(), 0), "gather");
  std::vector<std::string> texts;
  for (std::size_t at = 0; at < all.size(); at += width) texts.emplace_back(all.data() + at);
  return texts;
}

}  // namespace rackproof
