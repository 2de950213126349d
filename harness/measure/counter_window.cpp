#include "harness/measure/counter_window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/machine/host_counters.hpp"
#include "harness/measure/device_counters.hpp"

namespace rackproof {

namespace {

constexpr std::array<std::string_view, 5> kStates{"pcie_generation", "pcie_width", "remap_pending",
                                                  "remap_failed", "ecc_pending"};
constexpr std::array<std::string_view, 3> kCountedUnits{"1", "B", "J"};

bool is_count(std::string_view name, std::string_view unit) {
  return std::ranges::find(kCountedUnits, unit) != kCountedUnits.end() &&
         std::ranges::find(kStates, name) == kStates.end() && !name.ends_with("_lifetime") &&
         !name.ends_with("_active");
}

CounterDeltas recorded(const Counters& deltas) {
  CounterDeltas out;
  for (const auto& [name, counter] : deltas) {
    out[name] = counter.value ? CounterDelta{counter.unit, *counter.value, ""}
                              : CounterDelta{counter.unit, std::nullopt, counter.value.why()};
  }
  return out;
}

}  // namespace

Counters read_device_counters(std::span<const Device> devices) {
  Counters counters;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    if (devices[i].table().counters == nullptr) continue;
    const std::string device = fmt::format("device{}", i);
    const auto told = read_counters(devices[i]);
    if (!told) {
      counters.insert_or_assign(device, Counter{"1", Reading<double>::unavailable(told.why())});
      continue;
    }
    for (const DeviceCounter& counter : *told) {
      if (is_count(counter.name, counter.unit))
        counters.insert_or_assign(device + "/" + counter.name,
                                  Counter{counter.unit, Reading<double>(counter.value)});
    }
  }
  return counters;
}

CounterWindow::CounterWindow(const SystemRoot& system, std::span<const Device> devices, bool of_host)
    : system_(system), devices_(devices), of_host_(of_host) {
  if (of_host_) log_.emplace(system);
  before_ = now();
}

Counters CounterWindow::now() const {
  Counters counters = read_device_counters(devices_);
  if (of_host_) counters.merge(read_host_counters(system_));
  return counters;
}

CounterDeltas CounterWindow::close() const {
  Counters deltas = counter_deltas(before_, now());
  if (log_) deltas.merge(log_->events());
  return recorded(worth_keeping(std::move(deltas)));
}

CounterDeltas united_counters(const std::vector<CounterDeltas>& of_ranks, std::size_t machines) {
  if (of_ranks.size() == 1) return of_ranks.front();
  struct Said {
    std::size_t ranks = 0;
    bool alike = true;
    CounterDelta first;
  };
  std::map<std::string, Said> said;  // by name, of what is no number of bytes
  CounterDeltas all;
  const auto is_bytes = [](const CounterDelta& counter) { return counter.delta && counter.unit == "B"; };
  for (const CounterDeltas& counters : of_ranks) {
    for (const auto& [name, counter] : counters) {
      if (is_bytes(counter)) {
        CounterDelta& sum = all[name];
        sum = {"B", sum.delta.value_or(0) + *counter.delta, ""};
        continue;
      }
      Said& one = said[name];
      if (one.ranks++ == 0) one.first = counter;
      one.alike = one.alike && one.first == counter;
    }
  }
  for (std::size_t rank = 0; rank < of_ranks.size(); ++rank) {
    for (const auto& [name, counter] : of_ranks[rank]) {
      if (is_bytes(counter)) continue;
      const Said& one = said.at(name);
      const bool of_all = one.alike && (one.ranks == machines || one.ranks == of_ranks.size());
      // What all of them lack is said once; what they counted, even the same number, is of each.
      if (of_all && !counter.delta) {
        all.try_emplace(name, counter);
      } else {
        all.emplace(fmt::format("rank{}:{}", rank, name), counter);
      }
    }
  }
  return all;
}

}  // namespace rackproof
