// The interconnect suite's cases.
#pragma once

#include "suites/run/case_context.hpp"

namespace rackproof {

/// interconnect/host/pt2pt:latency. Two ranks; any other number is unsupported.
void run_pt2pt_latency(const CaseContext& context, CaseEnd& end);
/// interconnect/host/pt2pt:bandwidth. Two ranks; any other number is unsupported.
void run_pt2pt_bandwidth(const CaseContext& context, CaseEnd& end);
/// interconnect/host/allreduce:f32,bytes=8,isolated. Two ranks or more.
void run_allreduce_8(const CaseContext& context, CaseEnd& end);
/// interconnect/host/allreduce:f32,bytes=1048576,isolated. Two ranks or more.
void run_allreduce_1048576(const CaseContext& context, CaseEnd& end);
/// interconnect/device/{h2d,d2h,both,all,p2p}: params of the id are bytes=…, pinned, isolated.
void run_transfer(const CaseContext& context, CaseEnd& end);

}  // namespace rackproof
