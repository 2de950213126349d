#include "suites/backend_description.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "harness/measure/backend.hpp"
#include "kernels/message_passing.h"

namespace rackproof {

namespace {

using nlohmann::json;

json groups_of(const rp_backend& table) {
  json names = json::array();
  for (const auto& [name, is_there] : {std::pair{"event clock", table.event_create != nullptr},
                                       {"digest", table.memory_digest != nullptr},
                                       {"telemetry", table.telemetry != nullptr},
                                       {"present devices", table.present_count != nullptr},
                                       {"telemetry of present devices", table.present_telemetry != nullptr},
                                       {"device facts", table.device_facts != nullptr},
                                       {"counters", table.counters != nullptr},
                                       {"peers", table.peer_open != nullptr},
                                       {"links", table.link != nullptr},
                                       {"pinned memory", table.host_allocate != nullptr},
                                       {"copies", table.enqueue_copy != nullptr},
                                       {"held streams", table.stream_hold != nullptr},
                                       {"collectives", table.communicator_create != nullptr}}) {
    if (is_there) names.push_back(name);
  }
  return names;
}

void describe_devices(const Backend& backend, json& out) {
  out["devices"] = json::array();
  for (const rp_device_info& info : backend.devices()) {
    out["devices"].push_back({{"uuid", printable(info.uuid)},
                              {"pci_address", printable(info.pci_address)},
                              {"model", printable(info.model)},
                              {"memory_bytes", info.memory_bytes}});
  }
  if (!out["devices"].empty()) return;
  const std::string reason = printable(backend.table().last_error());
  out["reason"] = reason.empty() ? "no device" : "no device: " + reason;
}

bool is_message_passing(const std::filesystem::path& library, json& out) {
  try {
    const auto entry =
        reinterpret_cast<rp_message_passing_entry>(open_library(library, RP_MESSAGE_PASSING_SYMBOL));
    const rp_message_passing* const table = entry();
    if (table == nullptr || table->major != RP_MESSAGE_PASSING_MAJOR) return false;
    out["kind"] = "message passing";
    out["name"] = printable(table->name);
    out["version"] = printable(table->version);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

json describe_backend(const std::filesystem::path& library) {
  json out{{"library", library.string()}};
  try {
    if (is_message_passing(library, out)) return out;
    const Backend backend(library, "");
    const rp_backend& table = backend.table();
    out["kind"] = "backend";
    out["name"] = printable(table.name);
    out["version"] = printable(table.version);
    out["abi"] = fmt::format("{}.{}", table.abi_major, table.abi_minor);
    out["implementation"] = printable(table.implementation);
    if (table.pci_vendor != 0) out["pci_vendor"] = fmt::format("{:04x}", table.pci_vendor);
    out["optional"] = groups_of(table);
    describe_devices(backend, out);
  } catch (const std::exception& error) {
    out["refused"] = printable(error.what());
  }
  return out;
}

}  // namespace rackproof
