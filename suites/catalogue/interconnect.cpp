#include "suites/catalogue/catalogue.hpp"

namespace rackproof {

namespace {

constexpr QuantityRow kWrong{"wrong_elements", QuantityKind::exact, "1", Direction::lower_is_better,
                             "count: elements of the checked messages that are not right"};
constexpr QuantityRow kTransport{"transport", QuantityKind::text, "1", Direction::neither,
                                 "transport: how bytes travel, as the message-passing module reports it"};

constexpr QuantityRow kLatency[]{
    {"time", QuantityKind::real, "s", Direction::lower_is_better, "one-way: t / (2 · round trips)"},
    kWrong,
    kTransport};
constexpr QuantityRow kBandwidth[]{{"bandwidth", QuantityKind::real, "B/s", Direction::higher_is_better,
                                    "window: 16 · 262144 B / t, decimal"},
                                   kWrong,
                                   kTransport};
constexpr QuantityRow kSmallAllreduce[]{{"time", QuantityKind::real, "s", Direction::lower_is_better,
                                         "isolated: t of one call, maximum over ranks"},
                                        kWrong,
                                        kTransport};
constexpr QuantityRow kLargeAllreduce[]{
    {"time", QuantityKind::real, "s", Direction::lower_is_better,
     "isolated: t of one call, maximum over ranks"},
    {"bus_bandwidth", QuantityKind::real, "B/s", Direction::higher_is_better,
     "allreduce-bus: 2 · (n − 1) / n · S / t, decimal (n ranks, S bytes)"},
    kWrong,
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

constexpr CaseRow kCases[]{
    {.id = "interconnect/host/pt2pt:latency",
     .title = "one-way time of an 8-byte message between two nodes",
     .definition = kPingPong,
     .check = kMessageCheck,
     .clock = "host",
     .on_pair = true,
     .estimate_s = 0.2,
     .quantities = kLatency},
    {.id = "interconnect/host/pt2pt:bandwidth",
     .title = "bandwidth from one node to another, one direction",
     .definition = kWindow,
     .check = kMessageCheck,
     .clock = "host",
     .on_pair = true,
     .estimate_s = 0.5,
     .quantities = kBandwidth},
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
};

}  // namespace

Catalogue interconnect_cases() { return kCases; }

}  // namespace rackproof
