#include "suites/device_selftest.hpp"

#include <fmt/format.h>

namespace rackproof {

bool is_selftested(const std::string& backend) { return backend != "cpu" && backend != "fault"; }

std::string require_selftest(const Device& device,
                             const std::function<void(const conformance::KernelResult&)>& report) {
  using conformance::KernelState;
  const Stream stream(device);
  const auto results = conformance::run_selftest({device.table(), device.get(), stream.get()}, report);
  const auto stop = [&](Status status, const std::string& reason) {
    throw CaseStopped(status, Phase::prepare,
                      fmt::format("selftest of {}: {}", printable(device.info().uuid), printable(reason)));
  };
  if (const std::string wrong = conformance::first_in(KernelState::wrong, results); !wrong.empty())
    stop(Status::wrong, wrong);
  if (const std::string failed = conformance::first_in(KernelState::failed, results); !failed.empty())
    stop(Status::failed, failed);
  std::string unsupported;
  int passed = 0;
  for (const auto& result : results) {
    if (result.state == KernelState::passed) ++passed;
    if (result.state == KernelState::unsupported)
      unsupported += (unsupported.empty() ? "" : ", ") + result.kernel;
  }
  if (passed == 0) stop(Status::unsupported, "the backend has no kernel that could be checked");
  return fmt::format("{}{} kernels passed{}",
                     device.info().emulated != 0 ? "not verified on hardware: on an emulation " : "", passed,
                     unsupported.empty() ? "" : "; unsupported: " + unsupported);
}

}  // namespace rackproof
