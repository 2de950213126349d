#include "suites/run/case_context.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "harness/base/statistics.hpp"
#include "harness/measure/machine_state.hpp"
#include "suites/run/compute.hpp"
#include "suites/run/gpt_train.hpp"
#include "suites/run/interconnect.hpp"
#include "suites/run/inventory.hpp"
#include "suites/run/memory.hpp"

namespace rackproof {

namespace {

constexpr CaseRunner kRunners[]{
    {"memory/copy:", run_stream},
    {"memory/scale:", run_stream},
    {"memory/add:", run_stream},
    {"memory/triad:", run_stream},
    {"memory/nstream:", run_stream},
    {"memory/update:", run_stream},
    {"memory/write:", run_stream},
    {"memory/dot:", run_stream},
    {"memory/read:", run_stream},
    {"memory/latency:", run_latency},
    {"memory/random_update:", run_random_update},
    {"memory/march:", run_march},
    {"compute/gemm:", run_gemm},
    {"compute/fma:", run_fma},
    {"interconnect/pt2pt:latency", run_pt2pt_latency},
    {"interconnect/pt2pt:bandwidth", run_pt2pt_bandwidth},
    {"interconnect/allreduce:", run_allreduce},
    {"interconnect/allgather:", run_device_collective},
    {"interconnect/reduce_scatter:", run_device_collective},
    {"interconnect/all_to_all:", run_device_collective},
    {"interconnect/broadcast:", run_device_collective},
    {"interconnect/h2d:", run_transfer},
    {"interconnect/d2h:", run_transfer},
    {"interconnect/both:", run_transfer},
    {"interconnect/all:", run_transfer},
    {"interconnect/p2p:", run_transfer},
    {"ai/train:", run_gpt_train},
    {"inventory/system", run_inventory_system},
    {"inventory/cpu", run_inventory_cpu},
    {"inventory/memory", run_inventory_memory},
    {"inventory/network", run_inventory_network},
    {"inventory/pci", run_inventory_pci},
    {"inventory/identity", run_inventory_identity},
    {"inventory/topology", run_inventory_topology},
};

/// Of the samples that count, whatever quantity they become.
constexpr std::pair<const char*, double> kQuantiles[]{
    {"sample_p5_s", 0.05}, {"sample_p50_s", 0.5}, {"sample_p95_s", 0.95}, {"sample_p99_s", 0.99}};

}  // namespace

std::span<const CaseRunner> case_runners() { return kRunners; }

RunCase find_runner(std::string_view case_id) {
  const auto suite = case_id.find('/');
  const auto operation = case_id.rfind('/');
  if (suite == std::string_view::npos || operation == suite) return nullptr;
  const std::string without_subject =
      std::string(case_id.substr(0, suite)) + std::string(case_id.substr(operation));
  const auto found = std::ranges::find_if(
      kRunners, [&](const CaseRunner& runner) { return without_subject.starts_with(runner.operation); });
  return found == std::end(kRunners) ? nullptr : found->run;
}

void note_vendor_library(CaseEnd& end) {
  if (division_of(end.implementation) == "closed") end.implementation = "vendor library";
}

void note_sampling(CaseEnd& end, const Sampled& sampled) {
  fold_extremes(end.after, sampled.extremes);
  end.stop = sampled.stop;
  end.iterations = sampled.iterations;
  end.elements_checked = sampled.elements_checked;
  end.resolution_s = sampled.resolution_s;
  if (std::isfinite(sampled.runqueue_delay)) end.after["runqueue_delay"] = sampled.runqueue_delay;
  if (std::isfinite(sampled.steal_share)) end.after["steal_share"] = sampled.steal_share;
  if (std::isfinite(sampled.drift)) end.after["drift"] = sampled.drift;
  end.after["whole_checks"] = sampled.whole_checks ? 1 : 0;
  end.after["busy"] = sampled.busy;
  const std::vector<double> ns(sampled.host_ns.begin(), sampled.host_ns.end());
  for (const auto& [key, share] : kQuantiles) end.after[key] = quantile(ns, share) * 1e-9;
  end.after["overhead"] = sampled.overhead;
  end.after["loop_overhead_s"] = sampled.loop_overhead_s;
  end.after["operation_overhead_s"] = sampled.workload_overhead_s;
  end.after["repeats"] = static_cast<double>(sampled.repeats);
}

}  // namespace rackproof
