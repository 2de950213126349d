#include "suites/run/message_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "kernels/collective.h"
#include "suites/run/parallel.hpp"

namespace rackproof {

namespace {

constexpr std::uint64_t kWordGrain = std::uint64_t{1} << 16;  // words
constexpr std::uint64_t kWordBytes = sizeof(std::uint64_t);
constexpr std::uint64_t kPoisonWord = ~std::uint64_t{0};

}  // namespace

Messages::Messages(std::uint64_t data_key, std::uint64_t of_one)
    : key(data_key), bytes(of_one), base(of_one / kWordBytes) {
  in_parallel(base.size(), kWordGrain, [&](std::uint64_t begin, std::uint64_t end) {
    for (std::uint64_t i = begin; i < end; ++i) base[i] = kernels::message_base(key, i);
  });
}

MessagePath::MessagePath(const Device* from, const Device* to, HostMemory kind, Messages& messages,
                         std::uint32_t number)
    : from_(from),
      to_(to),
      kind_(kind),
      messages_(&messages),
      number_(number),
      stream_(from != nullptr ? *from : *to) {}

MessagePath MessagePath::from_host(const Device& device, HostMemory kind, Messages& messages,
                                   std::uint32_t number) {
  return {nullptr, &device, kind, messages, number};
}

MessagePath MessagePath::to_host(const Device& device, HostMemory kind, Messages& messages,
                                 std::uint32_t number) {
  return {&device, nullptr, kind, messages, number};
}

MessagePath MessagePath::between(const Device& from, const Device& to, Messages& messages,
                                 std::uint32_t number) {
  from.reach(to);
  return {&from, &to, HostMemory::pageable, messages, number};
}

void MessagePath::resize(std::uint64_t count) {
  const std::uint64_t bytes = count * messages_->bytes;
  host_.reset();
  source_.reset();
  target_.reset();
  if (from_ == nullptr || to_ == nullptr)
    host_ = std::make_unique<HostBuffer>(stream_.device(), kind_, bytes);
  if (from_ != nullptr) source_.emplace(*from_, bytes);
  if (to_ != nullptr) target_.emplace(*to_, bytes);
  messages_->words.resize(bytes / kWordBytes);  // the same for all paths
  count_ = count;
}

std::uint64_t MessagePath::stamp(std::int64_t iteration, std::uint64_t message) const {
  constexpr std::uint32_t kPathBit = 16;  // fewer messages in a sample, and fewer paths
  return kernels::message_stamp(messages_->key, iteration,
                                static_cast<std::uint32_t>(message) | number_ << kPathBit);
}

void MessagePath::write_words(std::int64_t iteration, std::span<std::uint64_t> words) const {
  const auto& base = messages_->base;
  for (std::uint64_t message = 0; message < count_; ++message) {
    const std::uint64_t own = stamp(iteration, message);
    const auto place = words.subspan(message * base.size(), base.size());
    in_parallel(base.size(), kWordGrain, [&](std::uint64_t begin, std::uint64_t end) {
      for (std::uint64_t i = begin; i < end; ++i) place[i] = kernels::message_word(base[i], own);
    });
  }
}

void MessagePath::prepare_host(std::int64_t iteration) {
  if (from_ == nullptr) write_words(iteration, host_->as<std::uint64_t>());
  if (to_ == nullptr) std::ranges::fill(host_->as<std::uint64_t>(), kPoisonWord);
}

void MessagePath::prepare_device(std::int64_t iteration) {
  if (from_ != nullptr) {
    write_words(iteration, messages_->words);
    source_->write(std::span<const std::uint64_t>(messages_->words));
  }
  if (to_ != nullptr) target_->poison();
}

void MessagePath::prepare(std::int64_t iteration) {
  prepare_host(iteration);
  prepare_device(iteration);
}

void MessagePath::enqueue(std::uint64_t message) const {
  const std::uint64_t each = messages_->bytes;
  const std::uint64_t at = message * each;
  if (from_ == nullptr) {
    stream_.write(target_->at(at), host_->data() + at, each);
  } else if (to_ == nullptr) {
    stream_.read(host_->data() + at, source_->at(at), each);
  } else {
    stream_.copy(target_->at(at), source_->at(at), each);
  }
}

void MessagePath::enqueue() const {
  for (std::uint64_t message = 0; message < count_; ++message) enqueue(message);
}

std::int64_t MessagePath::check(std::int64_t iteration) const {
  if (to_ != nullptr) target_->read(std::span(messages_->words));
  const std::span<const std::uint64_t> found =
      to_ == nullptr ? host_->as<std::uint64_t>() : std::span(messages_->words);
  const auto& base = messages_->base;
  for (std::uint64_t message = 0; message < count_; ++message) {
    const std::uint64_t own = stamp(iteration, message);
    const auto place = found.subspan(message * base.size(), base.size());
    in_parallel(base.size(), kWordGrain, [&](std::uint64_t begin, std::uint64_t end) {
      for (std::uint64_t i = begin; i < end; ++i) {
        const std::uint64_t expected = kernels::message_word(base[i], own);
        if (place[i] != expected) wrong_word(i, message, place[i], expected);
      }
    });
  }
  return static_cast<std::int64_t>(found.size());
}

void MessagePath::wrong_word(std::uint64_t word, std::uint64_t message, std::uint64_t found,
                             std::uint64_t expected) const {
  const auto name = [](const Device* end) { return end == nullptr ? "host" : printable(end->info().uuid); };
  throw CaseStopped(Status::wrong, Phase::check,
                    fmt::format("word {} of copy {}, {} to {}: {:#018x}, expected {:#018x}", word, message,
                                name(from_), name(to_), found, expected));
}

}  // namespace rackproof
