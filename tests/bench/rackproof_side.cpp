// bench-rackproof op=triad|gemm|chase …: the side that is compared with the peers.
#include <fmt/format.h>

#include "tests/bench/process_state.hpp"
#include "tests/bench/rackproof_device.hpp"

namespace rackproof::bench {

std::string RackproofDevice::about() const {
  const rp_device_info& info = device_.info();
  const BackendIdentity& identity = backend_.identity();
  return fmt::format("rackproof {} ({}); code path: {}; {}; {}", identity.version,
                     device_.table().implementation,
                     info.instruction_set[0] != '\0' ? info.instruction_set : "not told", describe_threads(),
                     describe_pages());
}

namespace {

std::unique_ptr<Side> make(const Arguments& arguments) {
  const std::string& op = arguments.text("op");
  try {
    if (op == "triad") return make_triad(arguments);
    if (op == "gemm") return make_gemm(arguments);
    if (op == "chase") return make_chase(arguments);
  } catch (const CaseStopped& stopped) {
    if (stopped.outcome().status == Status::unsupported) throw Unsupported(stopped.what());
    throw;
  }
  throw std::invalid_argument("no such op: " + op);
}

}  // namespace

}  // namespace rackproof::bench

int main(int argc, char** argv) { return rackproof::bench::serve(argc, argv, rackproof::bench::make); }
