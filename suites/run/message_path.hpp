// Messages on one way into, out of or between devices: written at one end, copied, checked at the other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "harness/measure/host_buffer.hpp"

namespace rackproof {

/// What the paths of one case have in common.
struct Messages {
  /// `of_one`: bytes of a message, a multiple of 8. `data_key`: kernels::data_key.
  Messages(std::uint64_t data_key, std::uint64_t of_one);

  std::uint64_t key;
  std::uint64_t bytes;
  std::vector<std::uint64_t> base;   ///< the part of the words that is the same in all messages
  std::vector<std::uint64_t> words;  ///< on their way to or from a device, outside of what is timed
};

/// Each message has its place in memory at both ends; its words are those of kernels/collective.h. prepare, enqueue, sync
/// and check are called in that order.
class MessagePath {
 public:
  /// `number` keeps the paths of one sample apart; the messages outlive the path.
  static MessagePath from_host(const Device& device, HostMemory kind, Messages& messages,
                               std::uint32_t number);
  static MessagePath to_host(const Device& device, HostMemory kind, Messages& messages, std::uint32_t number);
  /// By a stream of `from`. Throws CaseStopped (unsupported) when it cannot reach the memory of `to`.
  static MessagePath between(const Device& from, const Device& to, Messages& messages, std::uint32_t number);

  /// Makes room for so many messages in a sample. Throws CaseStopped (failed) when memory is too small.
  void resize(std::uint64_t count);
  std::uint64_t count() const { return count_; }
  /// Writes the words of this iteration at one end and poisons the other: prepare_host and prepare_device, in any order.
  void prepare(std::int64_t iteration);
  void prepare_host(std::int64_t iteration);
  void prepare_device(std::int64_t iteration);
  void enqueue(std::uint64_t message) const;
  void enqueue() const;
  void sync() const { stream_.sync(); }
  const Stream& stream() const { return stream_; }
  /// Every word at the far end. Throws CaseStopped (wrong). Returns how many.
  std::int64_t check(std::int64_t iteration) const;

 private:
  MessagePath(const Device* from, const Device* to, HostMemory kind, Messages& messages,
              std::uint32_t number);
  void write_words(std::int64_t iteration, std::span<std::uint64_t> words) const;
  std::uint64_t stamp(std::int64_t iteration, std::uint64_t message) const;
  [[noreturn]] void wrong_word(std::uint64_t word, std::uint64_t message, std::uint64_t found,
                               std::uint64_t expected) const;

  const Device* from_;  ///< nullptr: the host
  const Device* to_;
  HostMemory kind_;
  Messages* messages_;
  std::uint32_t number_;
  std::uint64_t count_ = 0;
  Stream stream_;
  std::unique_ptr<HostBuffer> host_;
  std::optional<Buffer> source_;
  std::optional<Buffer> target_;
};

}  // namespace rackproof
