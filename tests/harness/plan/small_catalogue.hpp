// A catalogue of five cases, one for each mix of placements.
#pragma once

#include <array>

#include "harness/plan/catalogue.hpp"

namespace rackproof {

inline constexpr std::array<QuantityRow, 2> kBandwidthRows{{
    {"bandwidth", QuantityKind::real, "B/s", Direction::higher_is_better, "triad: 3 n / t"},
    {"code_path", QuantityKind::text, "", Direction::neither, ""},
}};
inline constexpr std::array<QuantityRow, 1> kTimeRows{{
    {"time", QuantityKind::real, "s", Direction::lower_is_better, "t"},
}};

inline constexpr std::array<CaseRow, 5> kSmallCatalogue{{
    {.id = "memory/host/triad:f64,cold",
     .title = "triad",
     .definition = "a = b + s c",
     .check = "every element",
     .clock = "host",
     .on_node = true,
     .estimate_s = 2,
     .quantities = kBandwidthRows},
    {.id = "memory/host/copy:f64,cold",
     .title = "copy",
     .definition = "a = b",
     .check = "every element",
     .clock = "host",
     .on_node = true,
     .estimate_s = 1,
     .quantities = kBandwidthRows},
    {.id = "memory/device/copy:f32",
     .title = "copy",
     .definition = "a = b",
     .check = "every element",
     .clock = "event",
     .on_device = true,
     .estimate_s = 1,
     .quantities = kBandwidthRows},
    {.id = "interconnect/host/latency:size=8",
     .title = "ping",
     .definition = "half a round trip",
     .check = "bytes",
     .clock = "host",
     .on_pair = true,
     .estimate_s = 1,
     .quantities = kTimeRows},
    {.id = "interconnect/host/allreduce:f32,size=1mib",
     .title = "sum",
     .definition = "sum over ranks",
     .check = "exact",
     .clock = "host",
     .on_pair = true,
     .on_group = true,
     .estimate_s = 4,
     .quantities = kTimeRows},
}};

}  // namespace rackproof
