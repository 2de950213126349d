#include "suites/run/case_context.hpp"

#include <algorithm>

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
    {"compute/host/gemm:f64,sustained", run_gemm},
    {"compute/host/gemm:f32,sustained", run_gemm},
    {"compute/host/gemm:f64,acc=f64,out=f64,n=2048,sustained", run_gemm},
    {"compute/host/gemm:f32,acc=f32,out=f32,n=2048,sustained", run_gemm},
    {"compute/host/gemm:bf16,acc=f32,out=f32,n=2048,sustained", run_gemm},
    {"compute/host/gemm:f16,acc=f32,out=f32,n=2048,sustained", run_gemm},
    {"compute/host/gemm:i8,acc=i32,out=i32,n=2048,sustained", run_gemm},
    {"compute/host/gemm:f64,acc=f64,out=f64,n=2048,burst", run_gemm},
    {"compute/host/gemm:bf16,acc=f32,out=f32,n=2048,burst", run_gemm},
    {"compute/host/gemm:f32,acc=f32,out=f32,m=512,n=3072,k=768,sustained", run_gemm},
    {"compute/host/gemm:bf16,acc=f32,out=f32,m=512,n=3072,k=768,sustained", run_gemm},
    {"compute/host/gemm:f32,acc=f32,out=f32,m=1,n=3072,k=768,cold", run_gemm},
    {"compute/host/gemm:f32,acc=f32,out=f32,m=4,n=3072,k=768,cold", run_gemm},
    {"compute/host/gemm:f32,acc=f32,out=f32,m=16,n=3072,k=768,cold", run_gemm},
    {"compute/host/gemm:f32,acc=f32,out=f32,m=64,n=3072,k=768,cold", run_gemm},
    {"compute/host/gemm:bf16,acc=f32,out=f32,m=1,n=3072,k=768,cold", run_gemm},
    {"compute/host/gemm:bf16,acc=f32,out=f32,m=4,n=3072,k=768,cold", run_gemm},
    {"compute/host/gemm:bf16,acc=f32,out=f32,m=16,n=3072,k=768,cold", run_gemm},
    {"compute/host/gemm:bf16,acc=f32,out=f32,m=64,n=3072,k=768,cold", run_gemm},
    {"compute/host/gemm:f32,acc=f32,out=f32,m=128,n=128,k=64,batch=48,sustained", run_gemm},
    {"compute/host/gemm:bf16,acc=f32,out=f32,m=128,n=128,k=64,batch=48,sustained", run_gemm},
    {"compute/device/gemm:f64,n=256,sustained", run_gemm},
    {"compute/device/gemm:f32,n=256,sustained", run_gemm},
    {"compute/device/gemm:f64,acc=f64,out=f64,n=256,sustained", run_gemm},
    {"compute/device/gemm:f32,acc=f32,out=f32,n=256,sustained", run_gemm},
    {"compute/device/gemm:bf16,acc=f32,out=f32,n=256,sustained", run_gemm},
    {"compute/device/gemm:f16,acc=f32,out=f32,n=256,sustained", run_gemm},
    {"compute/device/gemm:i8,acc=i32,out=i32,n=256,sustained", run_gemm},
    {"compute/host/fma:f64", run_fma},
    {"compute/host/fma:f64,core", run_fma},
    {"compute/device/fma:f64", run_fma},
    {"compute/host/fma:f32", run_fma},
    {"compute/host/fma:f32,core", run_fma},
    {"compute/device/fma:f32", run_fma},
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
  end.stop = sampled.stop;
  end.iterations = sampled.iterations;
  end.elements_checked = sampled.elements_checked;
  end.resolution_s = sampled.resolution_s;
  end.after["runqueue_delay"] = sampled.runqueue_delay;
}

}  // namespace rackproof
