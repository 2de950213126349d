// What the cases of the interconnect suite share: work of several ranks through the message-passing module.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "suites/run/case_context.hpp"

namespace rackproof {

/// A workload of several ranks whose buffers are made ready for one iteration at a time.
class MessageWorkload : public Workload {
 public:
  explicit MessageWorkload(const rp_message_passing& messages) : messages_(messages) {}

  void before(std::int64_t iteration) final { prepare(iteration); }

  /// A rank that stopped goes on taking part without before(): it still has to send right data, or the others
  /// would find its old data wrong and hide who was first. In a sound run this is one comparison.
  void timed(std::int64_t iteration) final {
    if (prepared_ != iteration) prepare(iteration);
    exchange();
    moved_bytes_ += exchanged_bytes();
  }

  void after(std::int64_t iteration) final { checked_ += check(iteration); }

  /// after() checked every element of every iteration. Returns how many since the last call.
  std::int64_t verify() final { return std::exchange(checked_, 0); }

  /// That this rank sent and received in all iterations so far, warm-up too; of a collective no more than any algorithm needs.
  std::uint64_t moved_bytes() const { return moved_bytes_; }

 protected:
  /// Input written, receiving memory poisoned.
  virtual void make_ready(std::int64_t iteration) = 0;
  virtual void exchange() = 0;
  /// By this rank in one exchange(), between hosts; 0 where others carry the data, such as libraries of devices.
  virtual std::uint64_t exchanged_bytes() const { return 0; }
  /// Returns elements checked on this rank. Throws CaseStopped (wrong).
  virtual std::int64_t check(std::int64_t iteration) = 0;

  void expect(rp_result result, const char* what) const {
    if (result == RP_OK) return;
    throw CaseStopped(Status::failed, Phase::measure,
                      fmt::format("{}: {}", what, printable(messages_.last_error())));
  }

  const rp_message_passing& messages_;

 private:
  void prepare(std::int64_t iteration) {
    make_ready(iteration);
    prepared_ = iteration;
  }

  std::optional<std::int64_t> prepared_;
  std::int64_t checked_ = 0;
  std::uint64_t moved_bytes_ = 0;
};

/// The module of a group of `fewest` to `most` ranks; unsupported on every rank otherwise.
inline const rp_message_passing& messages_between(const Group& group, int fewest, int most) {
  if (group.messages() == nullptr || group.size() < fewest || group.size() > most) {
    throw AgreedStop(Status::unsupported, Phase::prepare,
                     fmt::format("needs {} to {} ranks, has {}", fewest, most, group.size()));
  }
  return *group.messages();
}

/// What all cases of the suite report.
inline void fill_interconnect(const CaseContext& context, const Sampled& sampled,
                              const MessageWorkload& workload, const rp_message_passing& messages,
                              CaseEnd& end) {
  if (context.message_bytes != nullptr) *context.message_bytes += workload.moved_bytes();
  end.exact["wrong_elements"] = 0;
  end.text["transport"] = messages.transport();
  note_sampling(end, sampled);
  end.implementation = "vendor library";
}

}  // namespace rackproof
