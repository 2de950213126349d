// The blocks of a grid one after the other, or some at a time, and the entries that kernels call.
#include <algorithm>
#include <chrono>
#include <memory>
#include <numeric>
#include <random>
#include <thread>
#include <vector>

#include "tests/cuda/emulation/block.hpp"
#include "tests/cuda/emulation/sanitizers.hpp"

namespace rackproof {
namespace emulation {
namespace {

thread_local Schedule thread_schedule;
thread_local std::uint64_t thread_streaming_stores = 0;

std::vector<std::uint32_t> block_order(std::uint32_t blocks, const Schedule& schedule) {
  std::vector<std::uint32_t> order(blocks);
  std::iota(order.begin(), order.end(), 0u);
  std::mt19937_64 random(schedule.seed);
  if (schedule.order == Order::reversed) std::ranges::reverse(order);
  if (schedule.order == Order::random) std::shuffle(order.begin(), order.end(), random);
  return order;
}

/// Stacks of this thread, kept for the next grid.
std::vector<Stack>& stacks(std::size_t count) {
  thread_local std::vector<Stack> kept;
  while (kept.size() < count) kept.emplace_back();
  return kept;
}

}  // namespace

ScheduleScope::ScheduleScope(Schedule schedule) : before_(thread_schedule) { thread_schedule = schedule; }
ScheduleScope::~ScheduleScope() { thread_schedule = before_; }

std::uint64_t streaming_stores() { return thread_streaming_stores; }

}  // namespace emulation

namespace simt {

using emulation::Block;
using emulation::WarpOperation;

void run_grid(std::uint32_t blocks, std::uint32_t threads, const std::function<void()>& kernel) {
  emulation::Home home;
  // Heap memory that nobody used before: an order that an earlier grid left there would hide a race.
  const auto ended = std::make_unique<char>();
  const emulation::Schedule schedule = emulation::thread_schedule;
  const auto order = emulation::block_order(blocks, schedule);
  // Blocks of one grid are not ordered, so for the thread sanitizer each has memory and stacks of its own.
  const std::size_t places = emulation::kFindsRaces ? blocks : std::min(blocks, schedule.together);
  const auto& stacks = emulation::stacks(places * threads);
  std::vector<std::unique_ptr<Block>> block(places);
  std::vector<std::size_t> running, free(places);
  std::iota(free.rbegin(), free.rend(), std::size_t{0});
  std::mt19937_64 random(schedule.seed);
  for (auto next = order.begin(); next != order.end() || !running.empty();) {
    while (next != order.end() && running.size() < schedule.together) {
      const std::size_t place = free.back();
      free.pop_back();
      block[place] = std::make_unique<Block>(*next++, blocks, threads, kernel, home,
                                             stacks.data() + place * threads, *ended);
      running.push_back(place);
    }
    const std::size_t turn = running.size() == 1 ? 0 : random() % running.size();
    if (block[running[turn]]->step(schedule)) continue;
    if (!emulation::kFindsRaces) free.push_back(running[turn]);
    running.erase(running.begin() + static_cast<std::ptrdiff_t>(turn));
  }
  emulation::acquire(ended.get());
}

const Lane& lane() { return Block::current().lane(); }

bool block_barrier(bool value, std::source_location place) { return Block::current().barrier(value, place); }

std::uint64_t exchange(std::uint32_t mask, std::uint64_t value, std::uint32_t source,
                       std::source_location place) {
  return Block::current().warp(WarpOperation::exchange, mask, value, source, place);
}

std::uint32_t ballot(std::uint32_t mask, bool value, std::source_location place) {
  return static_cast<std::uint32_t>(
      Block::current().warp(WarpOperation::ballot, mask, value ? 1 : 0, 0, place));
}

void warp_barrier(std::uint32_t mask, std::source_location place) {
  Block::current().warp(WarpOperation::barrier, mask, 0, 0, place);
}

void* shared_memory(const void* key, std::size_t bytes, std::size_t alignment) {
  return Block::current().shared_memory(key, bytes, alignment);
}

void pause() {
  std::this_thread::yield();
  Block::current().pause();
}

void note_streaming_store() { ++emulation::thread_streaming_stores; }

std::uint64_t nanoseconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

}  // namespace simt
}  // namespace rackproof
