#include "suites/run/case_context.hpp"

#include <algorithm>
#include <cmath>

#include "harness/measure/machine_state.hpp"
#include "suites/run/compute.hpp"
#include "suites/run/gpt_train.hpp"
#include "suites/run/interconnect.hpp"
#include "suites/run/memory.hpp"

namespace rackproof {

namespace {

constexpr CaseRunner kRunners[]{
    {"memory/host/copy:f64,cold", run_copy},
    {"memory/host/scale:f64,cold", run_scale},
    {"memory/host/add:f64,cold", run_add},
    {"memory/host/triad:f64,cold", run_triad},
    {"memory/device/triad:f64,cold", run_triad},
    {"memory/device/triad:f64,cold,event", run_triad},
    {"compute/host/gemm:f64,sustained", run_gemm_f64_1024},
    {"compute/host/gemm:f32,sustained", run_gemm_f32_1024},
    {"compute/device/gemm:f64,n=256,sustained", run_gemm_f64_256},
    {"compute/device/gemm:f32,n=256,sustained", run_gemm_f32_256},
    {"interconnect/host/pt2pt:latency", run_pt2pt_latency},
    {"interconnect/host/pt2pt:bandwidth", run_pt2pt_bandwidth},
    {"interconnect/host/allreduce:f32,bytes=8,isolated", run_allreduce_8},
    {"interconnect/host/allreduce:f32,bytes=1048576,isolated", run_allreduce_1048576},
    {"ai/gpt/train:f32", run_gpt_train_f32},
};

}  // namespace

std::span<const CaseRunner> case_runners() { return kRunners; }

RunCase find_runner(std::string_view case_id) {
  const auto found = std::ranges::find(kRunners, case_id, &CaseRunner::case_id);
  return found == std::end(kRunners) ? nullptr : found->run;
}

void note_sampling(CaseEnd& end, const Sampled& sampled) {
  fold_extremes(end.after, sampled.extremes);
  end.stop = sampled.stop;
  end.iterations = sampled.iterations;
  end.elements_checked = sampled.elements_checked;
  end.resolution_s = sampled.resolution_s;
  if (std::isfinite(sampled.runqueue_delay)) end.after["runqueue_delay"] = sampled.runqueue_delay;
  if (std::isfinite(sampled.drift)) end.after["drift"] = sampled.drift;
  end.after["overhead"] = sampled.overhead;
  end.after["loop_overhead_s"] = sampled.loop_overhead_s;
  end.after["operation_overhead_s"] = sampled.workload_overhead_s;
  end.after["repeats"] = static_cast<double>(sampled.repeats);
}

}  // namespace rackproof
