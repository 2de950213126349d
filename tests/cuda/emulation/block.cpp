#include "tests/cuda/emulation/block.hpp"

#include <algorithm>
#include <bit>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <utility>

#include "tests/cuda/emulation/sanitizers.hpp"

namespace rackproof::emulation {
namespace {

constexpr std::size_t kSharedBytes = 48 * 1024;  // static, on every device
constexpr std::size_t kGap = 64;                 // between arrays

thread_local Block* current_block = nullptr;

bool same_place(const std::source_location& x, const std::source_location& y) {
  return x.line() == y.line() && x.column() == y.column() && std::strcmp(x.file_name(), y.file_name()) == 0;
}

}  // namespace

void report(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  std::fputs("emulation: ", stderr);
  std::vfprintf(stderr, format, arguments);
  std::fputc('\n', stderr);
  va_end(arguments);
  std::abort();
}

Block::Block(std::uint32_t index, std::uint32_t blocks, std::uint32_t threads,
             const std::function<void()>& kernel, Home& home, const Stack* stacks, char& ended)
    : threads_(threads),
      kernel_(kernel),
      lanes_(new LaneState[threads]),
      warps_((threads + 31) / 32),
      ended_(ended),
      // Made and filled here: what a lane did to it would look like a race.
      shared_(new std::byte[kSharedBytes + 16 * kGap]) {
  std::memset(shared_.get(), 0xFF, kSharedBytes + 16 * kGap);
  forbid(shared_.get(), kSharedBytes + 16 * kGap);
  arrays_.reserve(64);
  for (std::uint32_t i = 0; i < threads; ++i) {
    LaneState& lane = lanes_[i];
    lane.thread.x = i;
    lane.block.x = index;
    lane.block_size.x = threads;
    lane.grid_size.x = blocks;
    lane.owner = this;
    warps_[i / 32].live |= 1u << (i % 32);
    lane.fiber.prepare(home, stacks[i], lane_main, &lane);
  }
}

Block& Block::current() { return *current_block; }

void Block::lane_main(void* lane_state) {
  LaneState& lane = *static_cast<LaneState*>(lane_state);
  Block& block = *lane.owner;
  acquire(&block.started_);
  block.kernel_();
  release(&block.ended_);
  lane.state = State::ended;
  block.warps_[lane.thread.x / 32].live &= ~(1u << (lane.thread.x % 32));
  ++block.ended_lanes_;
  lane.fiber.suspend(true);
}

void Block::resume(LaneState& lane) {
  running_ = &lane;
  lane.fiber.resume();
}

bool Block::round(const std::vector<std::uint32_t>& order) {
  bool moved = false;
  for (const std::uint32_t i : order) {
    if (lanes_[i].state != State::ready) continue;
    moved = true;
    resume(lanes_[i]);
  }
  return moved;
}

bool Block::greedy_round(std::mt19937_64& random) {
  std::vector<std::uint32_t> order(warps_.size());
  std::iota(order.begin(), order.end(), 0u);
  std::shuffle(order.begin(), order.end(), random);
  bool moved = false;
  for (const std::uint32_t warp : order) {
    std::vector<std::uint32_t> lanes(std::min(threads_ - 32 * warp, 32u));
    std::iota(lanes.begin(), lanes.end(), 32 * warp);
    paused_ = false;
    while (!paused_ && round(lanes)) moved = true;
  }
  return moved;
}

bool Block::step(const Schedule& schedule) {
  Block* const outer = std::exchange(current_block, this);
  if (lane_order_.empty()) {  // the first step
    release(&started_);
    random_.seed(schedule.seed * 0x9E3779B97F4A7C15u + lanes_[0].block.x);
    lane_order_.resize(threads_);
    std::iota(lane_order_.begin(), lane_order_.end(), 0u);
    if (schedule.order == Order::reversed) std::ranges::reverse(lane_order_);
  }
  if (schedule.order == Order::random) std::shuffle(lane_order_.begin(), lane_order_.end(), random_);
  if (!(schedule.order == Order::greedy_warp ? greedy_round(random_) : round(lane_order_))) report_deadlock();
  current_block = outer;
  if (ended_lanes_ < threads_) return true;
  permit(shared_.get(), kSharedBytes + 16 * kGap);
  return false;
}

void Block::report_deadlock() const {
  const LaneState* const begin = lanes_.get();
  const LaneState* const lane = std::find_if(begin, begin + threads_, [](const LaneState& candidate) {
    return candidate.state == State::at_barrier || candidate.state == State::at_warp;
  });
  report(
      "deadlock in block %u: thread %u waits at %s:%u for %s that others never reach (%u of %u threads have "
      "ended)",
      lane->block.x, lane->thread.x, lane->place.file_name(), lane->place.line(),
      lane->state == State::at_barrier ? "a barrier of the block" : "lanes of its warp", ended_lanes_,
      threads_);
}

bool Block::barrier(bool value, std::source_location place) {
  LaneState& self = *running_;
  self.place = place;
  if (waiting_ > 0) {
    for (std::uint32_t i = 0; i < threads_; ++i) {
      const LaneState& other = lanes_[i];
      if (other.state != State::at_barrier) continue;
      if (!same_place(place, other.place))
        report("divergent barrier in block %u: thread %u at %s:%u, thread %u at %s:%u", self.block.x,
               self.thread.x, place.file_name(), place.line(), i, other.place.file_name(),
               other.place.line());
      break;
    }
  }
  char* const order =
      &order_[barriers_ % 2];  // a late lane still reads of this one when others are at the next
  any_ = waiting_ > 0 ? any_ || value : value;
  release(order);
  if (++waiting_ < threads_) {
    self.state = State::at_barrier;
  } else {
    waiting_ = 0;
    ++barriers_;
    for (std::uint32_t i = 0; i < threads_; ++i) {
      lanes_[i].result = any_ ? 1 : 0;
      lanes_[i].state = State::ready;
    }
  }
  self.fiber.suspend();  // the last one too: who goes on first is the schedule's choice
  acquire(order);
  return self.result != 0;
}

std::uint64_t Block::warp(WarpOperation operation, std::uint32_t mask, std::uint64_t value,
                          std::uint32_t source, std::source_location place) {
  LaneState& self = *running_;
  self.place = place;
  const std::uint32_t lane = self.thread.x % 32;
  Warp& warp = warps_[self.thread.x / 32];
  if ((mask >> lane & 1u) == 0)
    report("%s:%u: lane %u is not in its own mask %08x", place.file_name(), place.line(), lane, mask);
  if ((mask & ~warp.live) != 0)
    report("%s:%u: mask %08x names lanes that do not exist or have ended (there are %08x)", place.file_name(),
           place.line(), mask, warp.live);
  if (warp.arrived == 0) {
    warp.mask = mask;
    warp.operation = operation;
    warp.place = place;
  } else if (warp.mask != mask || warp.operation != operation || !same_place(warp.place, place)) {
    report("divergent warp: lane %u at %s:%u with mask %08x, others at %s:%u with mask %08x", lane,
           place.file_name(), place.line(), mask, warp.place.file_name(), warp.place.line(), warp.mask);
  }
  char* const order = &warp.order[warp.operations % 2];
  if (operation == WarpOperation::barrier) release(order);
  warp.values[lane] = value;
  warp.sources[lane] = source;
  warp.arrived |= 1u << lane;
  self.state = State::at_warp;
  if (warp.arrived == mask) complete(warp, self.thread.x - lane);
  self.fiber.suspend();
  if (operation == WarpOperation::barrier) acquire(order);
  return self.result;
}

void Block::complete(Warp& warp, std::uint32_t base) {
  std::uint64_t bits = 0;
  for (std::uint32_t i = 0; i < 32; ++i) {
    if ((warp.mask >> i & 1u) != 0 && warp.values[i] != 0) bits |= std::uint64_t{1} << i;
  }
  for (std::uint32_t i = 0; i < 32; ++i) {
    if ((warp.mask >> i & 1u) == 0) continue;
    LaneState& lane = lanes_[base + i];
    if (warp.operation == WarpOperation::exchange) {
      const std::uint32_t source = warp.sources[i];
      if (source > 31 || (warp.mask >> source & 1u) == 0)
        report("%s:%u: lane %u reads lane %u, outside mask %08x", warp.place.file_name(), warp.place.line(),
               i, source, warp.mask);
      lane.result = warp.values[source];
    } else {
      lane.result = bits;
    }
    lane.state = State::ready;
  }
  warp.arrived = 0;
  ++warp.operations;
}

void* Block::shared_memory(const void* key, std::size_t bytes, std::size_t alignment) {
  for (const SharedArray& array : arrays_) {
    if (array.key == key) return array.memory;
  }
  const auto start = reinterpret_cast<std::uintptr_t>(shared_.get());
  const auto end_of_gap = start + shared_used_ + kGap * (arrays_.size() + 1);
  const auto at = (end_of_gap + alignment - 1) / alignment * alignment;
  shared_used_ += bytes + (at - end_of_gap);
  if (shared_used_ > kSharedBytes || arrays_.size() == 15)
    report("more than %zu bytes or 15 arrays of shared memory", kSharedBytes);
  auto* const memory = reinterpret_cast<std::byte*>(at);
  permit(memory, bytes);
  arrays_.push_back({key, memory});
  return memory;
}

void Block::pause() {
  paused_ = true;
  running_->fiber.suspend();
}

}  // namespace rackproof::emulation
