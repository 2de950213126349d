// The interconnect suite's cases.
#pragma once

#include "suites/run/case_context.hpp"

namespace rackproof {

/// Of "bytes=…" in a case id. Throws Error when there is none.
std::uint64_t bytes_of(std::string_view case_id);

/// interconnect/host/pt2pt:latency. Two ranks; any other number is unsupported.
void run_pt2pt_latency(const CaseContext& context, CaseEnd& end);
/// interconnect/host/pt2pt:bandwidth. Two ranks; any other number is unsupported.
void run_pt2pt_bandwidth(const CaseContext& context, CaseEnd& end);
/// interconnect/…/allreduce: of the hosts' memory, or of devices. Two ranks or more.
void run_allreduce(const CaseContext& context, CaseEnd& end);
/// interconnect/device/{allreduce,allgather,reduce_scatter,all_to_all,broadcast}: param of the id is bytes=…. One device
/// of each of two ranks or more.
void run_device_collective(const CaseContext& context, CaseEnd& end);
/// interconnect/device/{h2d,d2h,both,all,p2p}: params of the id are bytes=…, pinned, isolated, event.
void run_transfer(const CaseContext& context, CaseEnd& end);

}  // namespace rackproof
