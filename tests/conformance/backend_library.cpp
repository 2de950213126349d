#include "tests/conformance/backend_library.hpp"

#include <cstdlib>
#include <map>

#include "harness/measure/backend.hpp"

namespace rackproof::conformance {

const rp_backend& load_backend(const std::string& name) {
  // As the worker does: OpenBLAS reads these when it is loaded, and they choose other kernels.
  for (const char* variable : {"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS"})
    unsetenv(variable);
  static std::map<std::string, rp_backend> tables;
  const auto known = tables.find(name);
  if (known != tables.end()) return known->second;
  const std::string path = std::string(RACKPROOF_BINARY_DIR) + "/lib/rackproof/librackproof-" + name + ".so";
  const auto entry = reinterpret_cast<rp_backend_entry>(open_library(path, RP_BACKEND_SYMBOL));
  return tables.emplace(name, adopt_table(*entry(), path)).first->second;
}

rp_result open_backend(const rp_backend& backend, const std::string& options) {
  if (backend.open != nullptr) return backend.open(options.c_str());
  return options.empty() ? RP_OK : RP_UNSUPPORTED;
}

Device::Device(const rp_backend& backend, const std::string& options, std::uint32_t index)
    : TestedDevice(backend, nullptr, nullptr) {
  require_ok(backend, open_backend(backend, options), "open");
  info_.struct_size = sizeof info_;
  require_ok(backend, backend.device_info(index, &info_), "device_info");
  require_ok(backend, backend.device_open(info_.uuid, &device_), "device_open");
  require_ok(backend, backend.stream_create(device_, &stream_), "stream_create");
}

Device::~Device() {
  if (backend_.stream_destroy != nullptr) backend_.stream_destroy(stream_);
  if (backend_.device_close != nullptr) backend_.device_close(device_);
}

}  // namespace rackproof::conformance
