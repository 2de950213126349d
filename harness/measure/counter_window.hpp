// The counters of a machine and of devices around the window of a case.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "harness/machine/counter.hpp"
#include "harness/machine/kernel_log.hpp"
#include "harness/measure/backend.hpp"
#include "harness/record/counter_delta.hpp"

namespace rackproof {

/// Of each device, in their order, what its backend counts: "device0/ecc_uncorrected". Left out are states that are no counts
/// (limits, clocks, temperatures, widths, what is pending) and what counts the same over another time ("…_lifetime"). A device
/// that does not answer has "device0" only, unavailable. Nothing for a backend that has no counters.
Counters read_device_counters(std::span<const Device> devices);

class CounterWindow {
 public:
  /// Begins the window. Both outlive it. `of_host`: whether the host's counters and the kernel's log are read, too: one of
  /// several ranks on a machine does.
  CounterWindow(const SystemRoot& system, std::span<const Device> devices, bool of_host = true);
  /// What was added since then and is worth keeping.
  CounterDeltas close() const;

 private:
  Counters now() const;

  const SystemRoot& system_;
  std::span<const Device> devices_;
  bool of_host_;
  std::optional<KernelLogWindow> log_;
  Counters before_;
};

/// Counters of all ranks as one (CounterDeltas says how). `machines`: how many of the ranks read a host's.
CounterDeltas united_counters(const std::vector<CounterDeltas>& of_ranks, std::size_t machines);

}  // namespace rackproof
