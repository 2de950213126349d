// Runs the device kernels on the emulation: memory with guard zones, all schedules.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <iterator>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "kernels/cuda/launch.hpp"
#include "tests/cuda/emulation/emulation.hpp"

namespace rackproof::cuda {

/// A sanitizer slows an emulated kernel down by a factor of 10 to 1000: fewer shapes.
inline constexpr bool kThreadSanitizer = std::string_view(RACKPROOF_SANITIZE) == "thread";

inline constexpr bool kAddressSanitizer = std::string_view(RACKPROOF_SANITIZE).starts_with("address");

/// `count` elements, NaN until they are written, that begin `shift` elements behind a place aligned to 256 bytes, with 256
/// bytes in front and behind that nobody may change; with the address sanitizer the allocation ends behind the last
/// element, so that a read there is seen, too.
template <class T>
class Array {
 public:
  Array(std::size_t count, std::size_t shift)
      : count_(count),
        begin_(kGuard + shift * sizeof(T)),
        bytes_(begin_ + count * sizeof(T) + kGuardBehind),
        memory_(static_cast<std::byte*>(operator new (bytes_, std::align_val_t{256}))) {
    std::memset(memory_, 0xA5, bytes_);
    std::memset(memory_ + begin_, 0xFF, count * sizeof(T));
  }
  Array(const std::vector<T>& values, std::size_t shift) : Array(values.size(), shift) {
    if (count_ != 0) std::memcpy(memory_ + begin_, values.data(), count_ * sizeof(T));
  }
  ~Array() { operator delete (memory_, std::align_val_t{256}); }
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;

  rp_memory memory() const { return {1, reinterpret_cast<std::uintptr_t>(memory_ + begin_)}; }
  std::vector<T> values() const {
    std::vector<T> out(count_);
    if (count_ != 0) std::memcpy(out.data(), memory_ + begin_, count_ * sizeof(T));
    return out;
  }
  bool guards_untouched() const {
    const auto untouched = [](std::byte byte) { return byte == std::byte{0xA5}; };
    return std::all_of(memory_, memory_ + begin_, untouched) &&
           std::all_of(memory_ + bytes_ - kGuardBehind, memory_ + bytes_, untouched);
  }

 private:
  static constexpr std::size_t kGuard = 256;
  static constexpr std::size_t kGuardBehind = kAddressSanitizer ? 0 : kGuard;
  std::size_t count_, begin_, bytes_;
  std::byte* memory_;
};

/// The offset is the address.
class HostAddresses : public Addresses {
 public:
  void* of(rp_memory memory) const override { return reinterpret_cast<void*>(memory.offset); }
};

inline constexpr emulation::Schedule kSchedules[] = {
    {emulation::Order::forward, 1},     {emulation::Order::reversed, 1},    {emulation::Order::random, 2},
    {emulation::Order::greedy_warp, 3}, {emulation::Order::greedy_warp, 4}, {emulation::Order::random, 5, 3}};

/// Under every schedule (under the thread sanitizer, which needs no luck, under two) runs `once` on a device of
/// `compute_units`; what it returns, the bytes of all outputs, must be the same for all.
inline void for_all_schedules(std::uint32_t compute_units,
                              const std::function<std::vector<std::byte>(const Launch&)>& once) {
  const HostAddresses addresses;
  const Launch launch{addresses, compute_units, nullptr};
  std::vector<std::byte> first;
  for (const emulation::Schedule& schedule :
       std::span(kSchedules).first(kThreadSanitizer ? 2 : std::size(kSchedules))) {
    const emulation::ScheduleScope scope(schedule);
    const std::vector<std::byte> outputs = once(launch);
    if (&schedule == kSchedules) first = outputs;
    EXPECT_TRUE(outputs == first) << "another result under schedule " << (&schedule - kSchedules);
  }
}

/// The bytes of several arrays, one after the other.
template <class... T>
std::vector<std::byte> bytes_of(const std::vector<T>&... arrays) {
  std::vector<std::byte> out;
  const auto append = [&](std::span<const std::byte> bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
  };
  (append(std::as_bytes(std::span(arrays))), ...);
  return out;
}

}  // namespace rackproof::cuda
