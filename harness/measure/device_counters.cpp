#include "harness/measure/device_counters.hpp"

#include <algorithm>

namespace rackproof {

namespace {

constexpr std::uint32_t kMostly = 512;  // more than devices have, so that one call does
constexpr std::uint32_t kMost = 4096;

}  // namespace

Reading<std::vector<DeviceCounter>> read_counters(const Device& device) {
  using Result = Reading<std::vector<DeviceCounter>>;
  const rp_backend& table = device.table();
  if (table.counters == nullptr) return Result::unavailable("the backend has no counters");
  std::vector<rp_counter> told(kMostly);
  std::uint32_t there = 0;
  const auto read = [&] {
    return table.counters(device.get(), told.data(), static_cast<std::uint32_t>(told.size()), &there) ==
           RP_OK;
  };
  bool is_read = read();
  if (is_read && there > told.size()) {
    told.resize(std::min(there, kMost));
    is_read = read();
  }
  if (!is_read) {
    const std::string why = printable(table.last_error());
    return Result::unavailable(why.empty() ? "the backend says nothing" : why);
  }
  told.resize(std::min<std::size_t>(there, told.size()));
  std::vector<DeviceCounter> counters;
  for (const rp_counter& counter : told)
    counters.push_back({printable(abi_text(counter.name)), printable(abi_text(counter.unit)), counter.value});
  return counters;
}

}  // namespace rackproof
