#include "suites/device_selftest.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rackproof {

bool is_selftested(const std::string& backend) { return backend != "cpu" && backend != "fault"; }

int require_selftest(const Device& device,
                     const std::function<void(const conformance::KernelResult&)>& report) {
  using conformance::KernelState;
  const Stream stream(device);
  const auto results = conformance::run_selftest({device.table(), device.get(), stream.get()}, report);
  if (const std::string wrong = conformance::first_wrong(results); !wrong.empty()) {
    throw CaseStopped(Status::wrong, Phase::prepare,
                      fmt::format("selftest of {}: {}", printable(device.info().uuid), printable(wrong)));
  }
  return static_cast<int>(
      std::ranges::count(results, KernelState::passed, &conformance::KernelResult::state));
}

}  // namespace rackproof
