#include "suites/catalogue/catalogue.hpp"

namespace rackproof {

namespace {

constexpr QuantityRow kWrongInMessages{"wrong_elements", QuantityKind::exact, "1", Direction::lower_is_better,
                                       "count: elements of the checked messages that are not right"};
constexpr QuantityRow kWrongWords{"wrong_elements", QuantityKind::exact, "1", Direction::lower_is_better,
                                  "count: words of the checked copies that are not right"};
constexpr QuantityRow kTransport{"transport", QuantityKind::text, "1", Direction::neither,
                                 "transport: how bytes travel, as the message-passing module reports it"};

constexpr QuantityRow kMessageLatency[]{
    {"time", QuantityKind::real, "s", Direction::lower_is_better, "one-way: t / (2 · round trips)"},
    kWrongInMessages,
    kTransport};
constexpr QuantityRow kMessageBandwidth[]{{"bandwidth", QuantityKind::real, "B/s",
                                           Direction::higher_is_better, "window: 16 · 262144 B / t, decimal"},
                                          kWrongInMessages,
                                          kTransport};
constexpr QuantityRow kSmallAllreduce[]{{"time", QuantityKind::real, "s", Direction::lower_is_better,
                                         "isolated: t of one call, maximum over ranks"},
                                        kWrongInMessages,
                                        kTransport};
constexpr QuantityRow kLargeAllreduce[]{
    {"time", QuantityKind::real, "s", Direction::lower_is_better,
     "isolated: t of one call, maximum over ranks"},
    {"bus_bandwidth", QuantityKind::real, "B/s", Direction::higher_is_better,
     "allreduce-bus: 2 · (n − 1) / n · S / t, decimal (n ranks, S bytes)"},
    kWrongInMessages,
    kTransport};

constexpr std::string_view kPingPong =
    "8-byte messages to and fro between two ranks, host memory, one at a time; a sample is a batch of "
    "round trips of at least 0.2 ms and 1000 steps of the clock, the same number in all samples of a "
    "launch";
constexpr std::string_view kWindow =
    "16 messages of 256 KiB in flight from rank 0 to rank 1, host memory, answered by 4 bytes when all "
    "have arrived; a sample is one window with its answer";
constexpr std::string_view kIsolated =
    "one allreduce (sum, in place, host memory) of f32 over all ranks after a barrier that is not timed; "
    "a sample is one call, its time the maximum over ranks";

constexpr std::string_view kMessageCheck =
    "every word of every message, at both ends: Philox of iteration, message and place, bit by bit; the "
    "receiving memory is poisoned before";
constexpr std::string_view kAllreduceCheck =
    "every element on every rank after every call: integers whose sum is exact in f32, different for "
    "each element and iteration; poisoned guard zones on both sides";

constexpr QuantityRow kCopyTime[]{
    {"time", QuantityKind::real, "s", Direction::lower_is_better, "isolated: t of one copy"}, kWrongWords};
constexpr QuantityRow kCopyBandwidth[]{{"bandwidth", QuantityKind::real, "B/s", Direction::higher_is_better,
                                        "copies: all bytes copied / t, decimal"},
                                       kWrongWords};
constexpr QuantityRow kPairTimes[]{
    {"time", QuantityKind::real, "s", Direction::lower_is_better, "isolated: t of one copy, mean over pairs"},
    {"slowest_pair_time", QuantityKind::real, "s", Direction::lower_is_better,
     "isolated: t of one copy of the pair with the highest median"},
    {"slowest_pair", QuantityKind::text, "1", Direction::neither,
     "pair: the two devices of slowest_pair_time"},
    {"matrix", QuantityKind::text, "1", Direction::neither,
     "matrix: medians in s, a row for each device copied from, a column for each copied to"},
    kWrongWords};
constexpr QuantityRow kPairs[]{
    {"bandwidth", QuantityKind::real, "B/s", Direction::higher_is_better,
     "copies: all bytes copied / t, decimal"},
    {"slowest_pair_bandwidth", QuantityKind::real, "B/s", Direction::higher_is_better,
     "copies: bytes copied / t of the pair with the lowest median, decimal"},
    {"slowest_pair", QuantityKind::text, "1", Direction::neither,
     "pair: the two devices of slowest_pair_bandwidth"},
    {"matrix", QuantityKind::text, "1", Direction::neither,
     "matrix: medians in B/s, a row for each device copied from, a column for each "
     "copied to"},
    kWrongWords};

constexpr std::string_view kCollective =
    "one collective of the devices of all ranks, one device each, after a barrier that is not timed; sums "
    "in f32, others of 64-bit words; bytes as in the id: of an allreduce and a broadcast what a rank sends, "
    "of an allgather what it receives, of a reduce-scatter and an all-to-all what it sends to all together; "
    "a sample is one call and the wait for it, its time the maximum over ranks";
constexpr std::string_view kCollectiveCheck =
    "every element on every rank after every call: sums of integers that are exact in f32, words of Philox "
    "bit by bit, different for each element, rank and iteration; the receiving memory is poisoned before";

constexpr QuantityRow kCollectiveTime[]{{"time", QuantityKind::real, "s", Direction::lower_is_better,
                                         "isolated: t of one call, maximum over ranks"},
                                        kWrongInMessages};
constexpr QuantityRow bus_bandwidth(std::string_view formula) {
  return {"bus_bandwidth", QuantityKind::real, "B/s", Direction::higher_is_better, formula};
}
constexpr QuantityRow kReduced[]{kCollectiveTime[0],
                                 bus_bandwidth("bus-2: 2 · (n − 1) / n · S / t, decimal (n ranks, S bytes)"),
                                 kWrongInMessages};
constexpr QuantityRow kExchanged[]{kCollectiveTime[0],
                                   bus_bandwidth("bus-1: (n − 1) / n · S / t, decimal (n ranks, S bytes)"),
                                   kWrongInMessages};
constexpr QuantityRow kSpread[]{kCollectiveTime[0], bus_bandwidth("bus: S / t, decimal (S bytes)"),
                                kWrongInMessages};

constexpr CaseRow collective(std::string_view id, std::string_view title,
                             std::span<const QuantityRow> quantities, double estimate_s = 1) {
  return {.id = id,
          .title = title,
          .definition = kCollective,
          .check = kCollectiveCheck,
          .clock = "host",
          .on_node = true,
          .on_pair = true,
          .on_group = true,
          .rank_per_device = true,
          .estimate_s = estimate_s,
          .quantities = quantities};
}

constexpr std::string_view kCopy =
    "a copy of so many bytes between the memory of the host, as its filling left the caches, and of the "
    "device, by the device's copy engine; a sample is as many copies, each with a place of its own, as make "
    "its overhead less than 1 %";
constexpr std::string_view kCopyHeld =
    "copies of so many bytes between the memory of the host and of the device, by the device's copy engine, "
    "each with a place of its own; all of a sample wait on a stream that is held, between two events of the "
    "device, and are then released: as many as take 20 ms on the host's clock, 254, 8 GB and half of the "
    "device's memory at most; timed by the device's event clock and held against the host's from the "
    "release to the end of the wait";
constexpr std::string_view kCopyIsolated =
    "one copy of so many bytes between the memory of the host and of the device, from the call to the end of "
    "the wait; a sample is one copy";
constexpr std::string_view kCopyAll =
    "as both directions of one device, on all devices of the node at once; copies of the ways are started "
    "in turn, and a sample ends with the last one";
constexpr std::string_view kCopyPairs =
    "a copy of so many bytes from every device of the node to every other, one pair after the other; a "
    "sample is all pairs, with as many copies each as make its overhead less than 1 %";
constexpr std::string_view kCopyPairsIsolated =
    "one copy of so many bytes from every device of the node to every other, one pair after the other, each "
    "from the call to the end of the wait; a sample is all pairs";
constexpr std::string_view kCopyCheck =
    "every word of every copy at the far end: Philox of iteration, copy and place, bit by bit; the "
    "receiving memory is poisoned before";

constexpr CaseRow transfer(std::string_view id, std::string_view title, std::string_view definition,
                           std::span<const QuantityRow> quantities, double estimate_s = 1) {
  const bool on_node = id.starts_with("interconnect/device/all") || id.starts_with("interconnect/device/p2p");
  return {.id = id,
          .title = title,
          .definition = definition,
          .check = kCopyCheck,
          .clock = id.ends_with(",event") ? "event" : "host",
          .on_device = !on_node,
          .on_node = on_node,
          .estimate_s = estimate_s,
          .quantities = quantities};
}

constexpr CaseRow kInterconnectCases[]{
    {.id = "interconnect/host/pt2pt:latency",
     .title = "one-way time of an 8-byte message between two nodes",
     .definition = kPingPong,
     .check = kMessageCheck,
     .clock = "host",
     .on_pair = true,
     .estimate_s = 0.2,
     .quantities = kMessageLatency},
    {.id = "interconnect/host/pt2pt:bandwidth",
     .title = "bandwidth from one node to another, one direction",
     .definition = kWindow,
     .check = kMessageCheck,
     .clock = "host",
     .on_pair = true,
     .estimate_s = 0.5,
     .quantities = kMessageBandwidth},
    {.id = "interconnect/host/allreduce:f32,bytes=8,isolated",
     .title = "time of the smallest allreduce",
     .definition = kIsolated,
     .check = kAllreduceCheck,
     .clock = "host",
     .on_pair = true,
     .on_group = true,
     .estimate_s = 0.2,
     .quantities = kSmallAllreduce},
    {.id = "interconnect/host/allreduce:f32,bytes=1048576,isolated",
     .title = "allreduce of 1 MiB",
     .definition = kIsolated,
     .check = kAllreduceCheck,
     .clock = "host",
     .on_pair = true,
     .on_group = true,
     .estimate_s = 0.5,
     .quantities = kLargeAllreduce},
    transfer("interconnect/device/h2d:bytes=8,pinned,isolated",
             "time of the smallest copy from host to device", kCopyIsolated, kCopyTime, 0.2),
    transfer("interconnect/device/d2h:bytes=8,pinned,isolated",
             "time of the smallest copy from device to host", kCopyIsolated, kCopyTime, 0.2),
    transfer("interconnect/device/h2d:bytes=8,pageable,isolated",
             "time of the smallest copy from host to device, host memory not pinned", kCopyIsolated,
             kCopyTime, 0.2),
    transfer("interconnect/device/d2h:bytes=8,pageable,isolated",
             "time of the smallest copy from device to host, host memory not pinned", kCopyIsolated,
             kCopyTime, 0.2),
    transfer("interconnect/device/h2d:bytes=1048576,pinned", "copies of 1 MiB from host to device", kCopy,
             kCopyBandwidth),
    transfer("interconnect/device/d2h:bytes=1048576,pinned", "copies of 1 MiB from device to host", kCopy,
             kCopyBandwidth),
    transfer("interconnect/device/h2d:bytes=67108864,pinned", "copies of 64 MiB from host to device", kCopy,
             kCopyBandwidth),
    transfer("interconnect/device/d2h:bytes=67108864,pinned", "copies of 64 MiB from device to host", kCopy,
             kCopyBandwidth),
    transfer("interconnect/device/h2d:bytes=67108864,pinned,event",
             "copies of 64 MiB from host to device, device clock", kCopyHeld, kCopyBandwidth),
    transfer("interconnect/device/d2h:bytes=67108864,pinned,event",
             "copies of 64 MiB from device to host, device clock", kCopyHeld, kCopyBandwidth),
    transfer("interconnect/device/h2d:bytes=67108864,pageable",
             "copies of 64 MiB from host to device, host memory not pinned", kCopy, kCopyBandwidth),
    transfer("interconnect/device/d2h:bytes=67108864,pageable",
             "copies of 64 MiB from device to host, host memory not pinned", kCopy, kCopyBandwidth),
    transfer("interconnect/device/both:bytes=1048576,pinned", "copies of 1 MiB in both directions at once",
             kCopy, kCopyBandwidth),
    transfer("interconnect/device/both:bytes=67108864,pinned", "copies of 64 MiB in both directions at once",
             kCopy, kCopyBandwidth),
    transfer("interconnect/device/all:bytes=1048576,pinned",
             "copies of 1 MiB in both directions, all devices of the node at once", kCopyAll, kCopyBandwidth,
             5),
    transfer("interconnect/device/all:bytes=67108864,pinned",
             "copies of 64 MiB in both directions, all devices of the node at once", kCopyAll, kCopyBandwidth,
             5),
    transfer("interconnect/device/p2p:bytes=8,isolated",
             "time of the smallest copy from each device to each other", kCopyPairsIsolated, kPairTimes, 2),
    transfer("interconnect/device/p2p:bytes=1048576", "copies of 1 MiB from each device to each other",
             kCopyPairs, kPairs, 5),
    transfer("interconnect/device/p2p:bytes=67108864", "copies of 64 MiB from each device to each other",
             kCopyPairs, kPairs, 20),
    collective("interconnect/device/allreduce:f32,bytes=8,isolated",
               "time of the smallest allreduce of devices", kCollectiveTime),
    collective("interconnect/device/allreduce:f32,bytes=1048576,isolated", "allreduce of 1 MiB on devices",
               kReduced),
    collective("interconnect/device/allreduce:f32,bytes=67108864,isolated", "allreduce of 64 MiB on devices",
               kReduced, 5),
    collective("interconnect/device/allreduce:f32,bytes=1073741824,isolated", "allreduce of 1 GiB on devices",
               kReduced, 90),
    collective("interconnect/device/reduce_scatter:f32,bytes=1048576,isolated",
               "reduce-scatter of 1 MiB on devices", kExchanged),
    collective("interconnect/device/reduce_scatter:f32,bytes=67108864,isolated",
               "reduce-scatter of 64 MiB on devices", kExchanged, 5),
    collective("interconnect/device/reduce_scatter:f32,bytes=1073741824,isolated",
               "reduce-scatter of 1 GiB on devices", kExchanged, 90),
    collective("interconnect/device/allgather:u64,bytes=1048576,isolated", "allgather of 1 MiB on devices",
               kExchanged),
    collective("interconnect/device/allgather:u64,bytes=67108864,isolated", "allgather of 64 MiB on devices",
               kExchanged, 5),
    collective("interconnect/device/allgather:u64,bytes=1073741824,isolated", "allgather of 1 GiB on devices",
               kExchanged, 90),
    collective("interconnect/device/all_to_all:u64,bytes=1048576,isolated", "all-to-all of 1 MiB on devices",
               kExchanged),
    collective("interconnect/device/all_to_all:u64,bytes=67108864,isolated",
               "all-to-all of 64 MiB on devices", kExchanged, 5),
    collective("interconnect/device/all_to_all:u64,bytes=1073741824,isolated",
               "all-to-all of 1 GiB on devices", kExchanged, 90),
    collective("interconnect/device/broadcast:u64,bytes=1048576,isolated", "broadcast of 1 MiB to devices",
               kSpread),
    collective("interconnect/device/broadcast:u64,bytes=67108864,isolated", "broadcast of 64 MiB to devices",
               kSpread, 5),
    collective("interconnect/device/broadcast:u64,bytes=1073741824,isolated", "broadcast of 1 GiB to devices",
               kSpread, 90),
};

}  // namespace

Catalogue interconnect_cases() { return kInterconnectCases; }

}  // namespace rackproof
