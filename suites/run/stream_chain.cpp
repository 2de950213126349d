#include "suites/run/stream_chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <utility>

#include "kernels/philox.h"
#include "suites/run/clock_rule.hpp"
#include "suites/run/placement.hpp"

namespace rackproof {

namespace {

using kernels::kStreamBlock;

/// Throws CaseStopped (wrong) unless right(i, found[i]) for every element.
template <class Expected, class Right>
void require_all(std::span<const double> found, std::int64_t passes, Expected expected, Right right) {
  std::uint64_t wrong = 0;
  std::uint64_t first = 0;
  for (std::uint64_t i = found.size(); i-- > 0;) {
    if (right(i, found[i])) continue;
    ++wrong;
    first = i;
  }
  if (wrong == 0) return;
  throw CaseStopped(
      Status::wrong, Phase::check,
      fmt::format("{} wrong elements of {}, the first is element {} after {} passes: {:a}, expected {:a}",
                  wrong, found.size(), first, passes, found[first], expected(first)));
}

}  // namespace

StreamChain::StreamChain(const Device& device, rp_op op, std::uint64_t count, std::uint64_t key)
    : op_(op),
      count_(count),
      first_(count),
      c_values_(op == RP_OP_TRIAD ? count : 0),
      even_(device, first_.size() * sizeof(double)),
      odd_(device, op == RP_OP_READ ? kMostPasses * kernels::stream_outputs(op, count) * sizeof(double)
                                    : first_.size() * sizeof(double)),
      c_(device, std::max<std::uint64_t>(c_values_.size(), 1) * sizeof(double)),
      stream_(device) {
  StreamPattern(key, 1).copy(0, first_);
  even_.write(std::span<const double>(first_));
  if (op == RP_OP_TRIAD) {
    StreamPattern(key, 2).copy(0, c_values_);
    c_.write(std::span<const double>(c_values_));
  }
  device.require(op, op == RP_OP_READ ? RP_U64 : RP_F64, params(2));
}

void StreamChain::note_pages(MachineState& state) const {
  for (const Buffer* buffer : {&even_, &odd_}) note_placement(*buffer, state);
}

double StreamChain::counted_bytes_per_pass() const {
  return static_cast<double>(kernels::stream_bytes(op_, count_, sizeof(double)));
}

std::uint64_t StreamChain::working_set() const {
  const std::uint64_t arrays = op_ == RP_OP_READ ? 1 : op_ == RP_OP_COPY ? 2 : 3;
  return arrays * count_ * sizeof(double);
}

void StreamChain::reset(std::int64_t passes) {
  odd_.poison();
  // The first array is written from the second pass on.
  if (op_ != RP_OP_READ && passes > 1) even_.write(std::span<const double>(first_));
}

rp_stream_params StreamChain::params(std::int64_t passes) const {
  return {odd_.at(),
          even_.at(),
          c_.at(),
          count_,
          kernels::stream_pass_factor(0),
          RP_STORES_REGULAR,
          static_cast<std::uint32_t>(passes - 1)};
}

void StreamChain::enqueue(std::int64_t passes) const {
  stream_.enqueue(op_, op_ == RP_OP_READ ? RP_U64 : RP_F64, params(passes));
}

std::int64_t StreamChain::check(std::int64_t passes) const {
  switch (op_) {
    case RP_OP_COPY:
      return check_copy(passes);
    case RP_OP_READ:
      return check_read(passes);
    default:
      return check_triad(passes);
  }
}

std::int64_t StreamChain::check_triad(std::int64_t passes) const {
  std::vector<double> found(count_);
  const double eps = 0x1p-52;
  // The last two passes left their results in the two arrays.
  for (std::int64_t p = passes; p > std::max<std::int64_t>(passes - 2, 0); --p) {
    double factor = 0;
    for (std::int64_t pass = 0; pass < p; ++pass) factor += kernels::stream_pass_factor(pass);
    (p % 2 == 0 ? even_ : odd_).read(std::span(found));
    const auto expected = [&](std::uint64_t i) { return first_[i] + factor * c_values_[i]; };
    // Each pass rounds at most twice, values below 4; factors are exact sums of multiples of 2^-12.
    const double tolerance = 2.0 * static_cast<double>(p + 1) * eps * 4.0;
    require_all(found, p, expected,
                [&](std::uint64_t i, double value) { return std::abs(value - expected(i)) <= tolerance; });
  }
  return static_cast<std::int64_t>(count_) * std::min<std::int64_t>(passes, 2);
}

std::int64_t StreamChain::check_copy(std::int64_t passes) const {
  std::vector<double> found(count_), expected(count_);
  for (std::int64_t p = passes; p > std::max<std::int64_t>(passes - 2, 0); --p) {
    (p % 2 == 0 ? even_ : odd_).read(std::span(found));
    // A single pass moves nothing on.
    const std::uint64_t moved = passes == 1 ? 0 : static_cast<std::uint64_t>(p) * kernels::kStreamShift;
    for (std::uint64_t begin = 0; begin < count_; begin += kStreamBlock) {
      const std::uint64_t length = std::min(kStreamBlock, count_ - begin);
      for (std::uint64_t i = 0; i < length; ++i) expected[begin + (i + moved) % length] = first_[begin + i];
    }
    require_all(
        found, p, [&](std::uint64_t i) { return expected[i]; },
        [&](std::uint64_t i, double value) { return value == expected[i]; });
  }
  return static_cast<std::int64_t>(count_) * std::min<std::int64_t>(passes, 2);
}

std::int64_t StreamChain::check_read(std::int64_t passes) const {
  const std::uint64_t blocks = kernels::stream_outputs(op_, count_);
  std::vector<std::uint64_t> sums(blocks, 0);
  for (std::uint64_t i = 0; i < count_; ++i)
    sums[i / kStreamBlock] += std::bit_cast<std::uint64_t>(first_[i]);
  std::vector<std::uint64_t> found(blocks * static_cast<std::uint64_t>(passes));
  odd_.read(std::span(found));
  for (std::uint64_t i = 0; i < found.size(); ++i) {
    if (found[i] == sums[i % blocks]) continue;
    throw CaseStopped(Status::wrong, Phase::check,
                      fmt::format("the sum of block {} of pass {} is wrong: {:#x}, expected {:#x}",
                                  i % blocks, i / blocks, found[i], sums[i % blocks]));
  }
  return static_cast<std::int64_t>(found.size());
}

double ChainWorkload::counted_bytes_per_pass() const {
  double bytes = 0;
  for (const auto& chain : chains_) bytes += chain->counted_bytes_per_pass();
  return bytes;
}

std::uint64_t ChainWorkload::working_set() const {
  std::uint64_t bytes = 0;
  for (const auto& chain : chains_) bytes += chain->working_set();
  return bytes;
}

void ChainWorkload::note_pages(MachineState& state) const {
  for (const auto& chain : chains_) chain->note_pages(state);
}

double ChainWorkload::pass_s() {
  double shortest = INFINITY;
  for (int i = 0; i < 3; ++i) {  // the first touches what was never touched; a busy host only adds
    before(0);
    const auto begin = std::chrono::steady_clock::now();
    timed(0);
    shortest =
        std::min(shortest, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    after(0);
  }
  return shortest / static_cast<double>(passes_);
}

double ChainWorkload::overhead_s(std::int64_t) { return empty_sample_s(devices_); }

bool ChainWorkload::repeat(std::int64_t repeats) {
  if (repeats > StreamChain::kMostPasses) return false;
  passes_ = repeats;
  return true;
}

void ChainWorkload::before(std::int64_t) {
  for (const auto& chain : chains_) chain->reset(passes_);
}

void ChainWorkload::timed(std::int64_t) {
  if (timer_) timer_->begin(chains_.front()->stream());
  for (const auto& chain : chains_) chain->enqueue(passes_);
  if (timer_) timer_->end(chains_.front()->stream());
  for (const auto& chain : chains_) chain->stream().sync();
}

std::int64_t ChainWorkload::event_ns() { return timer_ ? timer_->elapsed_ns() : -1; }

void ChainWorkload::after(std::int64_t) {
  for (const auto& chain : chains_) checked_ += chain->check(passes_);
}

std::int64_t ChainWorkload::verify() { return std::exchange(checked_, 0); }

}  // namespace rackproof
