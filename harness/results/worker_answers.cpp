#include "harness/results/worker_answers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/results/device_facts.hpp"
#include "harness/results/preflight_facts.hpp"
#include "harness/results/unavailable.hpp"

namespace rackproof {

namespace {

/// Variables as every node has them.
template <class Variables>
void note_variables(Variables& known, const Variables& here) {
  for (const auto& [variable, value] : here) {
    const auto [place, added] = known.emplace(variable, value);
    if (!added && place->second != value) place->second = "differs between nodes";
  }
}

}  // namespace

WorkerAnswers::WorkerAnswers(Results& results) : results_(results) {
  for (std::uint32_t i = 0; i < results.targets.size(); ++i) {
    promise_fact(i, "identity/model", results.targets[i].model);
    promise_fact(i, "identity/serial", results.targets[i].serial);
  }
}

void WorkerAnswers::greet(std::uint32_t target, std::span<const std::uint32_t> ranks, const Hello& hello) {
  for (std::size_t i = 0; i < std::min(ranks.size(), hello.ranks.size()); ++i)
    identify(ranks[i], hello.ranks[i]);
  for (const auto& device : hello.devices) greet(target, device);
  for (const auto& device : hello.missing) note_missing(target, device);
  note_environment(hello);
}

void WorkerAnswers::note_environment(const Hello& hello) {
  Provenance& provenance = results_.provenance;
  for (const auto& backend : hello.backends) {
    const bool known = std::ranges::any_of(provenance.backends, [&](const BackendIdentity& other) {
      return other.name == backend.name && other.version == backend.version && other.path == backend.path &&
             other.sha256 == backend.sha256;
    });
    if (!known) provenance.backends.push_back(backend);
  }
  note_variables(provenance.removed_environment, hello.removed_environment);
  note_variables(provenance.setup_environment, hello.setup_environment);
  if (!hello.hwloc_xml.empty() && !hello.ranks.empty())
    provenance.hwloc_xml.emplace(hello.ranks.front().boot_id, hello.hwloc_xml);
}

void WorkerAnswers::greet(std::uint32_t row, const DeviceIdentity& device) {
  const TargetRow& target = results_.targets[row];
  if (target.placement == Placement::device) {
    for (FactRow& fact : device_facts(row, device)) add_fact(std::move(fact));
  }
  for (auto& notice : device_notices(target, device)) {
    if (known_notices_.emplace(notice.kind, target.name, notice.evidence).second)
      results_.notices.push_back(std::move(notice));
  }
}

/// Of a pair or group it says nothing: that is about the link or the collective.
void WorkerAnswers::note_missing(std::uint32_t row, const MissingDevice& device) {
  const Placement placement = results_.targets[row].placement;
  if (placement == Placement::device || placement == Placement::node)
    add_fact({row, std::string(kMissingDevice), "", device.evidence, "told by the backend and the bus"});
}

/// Of the devices of a step, what was found is the device's where the step has one, else its node's.
void WorkerAnswers::take(std::uint32_t target, std::span<const std::uint32_t> ranks,
                         const Preflight& preflight) {
  if (preflight.rank < 0 || static_cast<std::size_t>(preflight.rank) >= ranks.size()) {
    results_.notices.push_back(
        {"protocol",
         {results_.targets[target].name},
         fmt::format("a preflight of rank {}, which its step does not have", preflight.rank)});
    return;
  }
  const std::uint32_t node = ranks[static_cast<std::size_t>(preflight.rank)];
  const bool one_device = results_.targets[target].placement == Placement::device;
  for (FactRow& fact : preflight_facts(preflight, node, one_device ? target : node))
    add_fact(std::move(fact));
}

void WorkerAnswers::identify(std::uint32_t row, const Identity& identity) {
  TargetRow& node = results_.targets[row];
  if (!node.boot_id.empty() && node.boot_id != identity.boot_id) {
    results_.notices.push_back(
        {"boot", {node.name}, fmt::format("boot id {}, later {}", node.boot_id, identity.boot_id)});
  }
  node.hostname = identity.hostname;
  node.boot_id = identity.boot_id;
  node.machine_id = identity.machine_id;
  const auto add = [&](const char* key, const std::string& found) {
    add_fact({row, key, "", found, "answered by the node"});
  };
  add("identity/hostname", identity.hostname);
  add("identity/boot_id", identity.boot_id);
  add("identity/cpu_model", identity.cpu_model);
  add("identity/kernel", identity.kernel);
  add("identity/cpus", std::to_string(identity.cpus));
  add("identity/memory_bytes", std::to_string(identity.memory_bytes));
}

void WorkerAnswers::promise_fact(std::uint32_t target, const char* key, const std::string& promised) {
  const Placement placement = results_.targets[target].placement;
  if (promised.empty() || (placement != Placement::node && placement != Placement::device)) return;
  add_fact({target, key, promised, "", "site"});
}

void WorkerAnswers::add_fact(FactRow fact) {
  if (known_facts_.emplace(fact.target, fact.key, fact.found).second)
    results_.facts.push_back(std::move(fact));
}

}  // namespace rackproof
