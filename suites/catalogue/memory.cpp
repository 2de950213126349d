#include "suites/catalogue/catalogue.hpp"

namespace rackproof {

namespace {

constexpr QuantityRow kWrong{"wrong_elements", QuantityKind::exact, "1", Direction::lower_is_better,
                             "count: elements of the checked outputs that are not right"};

constexpr QuantityRow kTwoArrays[]{{"bandwidth", QuantityKind::real, "B/s", Direction::higher_is_better,
                                    "stream-2: 2 · n · sizeof / t, decimal"},
                                   kWrong};
constexpr QuantityRow kThreeArrays[]{{"bandwidth", QuantityKind::real, "B/s", Direction::higher_is_better,
                                      "stream-3: 3 · n · sizeof / t, decimal"},
                                     kWrong};

constexpr std::string_view kCold =
    "one pass of all cores over arrays that together hold at least 4 × the last-level cache; "
    "write-allocate traffic is not counted; a sample is one pass";
constexpr std::string_view kEvent =
    "passes over arrays of at least 4 × the last-level cache, as many as make a sample of 20 ms; "
    "timed by the device's event clock and held against the host's";
constexpr std::string_view kCheck =
    "output poisoned with NaN; the factor changes with every sample; every element of every sample's output "
    "against the "
    "closed form";

constexpr CaseRow kCases[]{
    {.id = "memory/host/copy:f64,cold",
     .title = "host memory: a = b",
     .definition = kCold,
     .check = kCheck,
     .clock = "host",
     .on_node = true,
     .estimate_s = 0.5,
     .quantities = kTwoArrays},
    {.id = "memory/host/scale:f64,cold",
     .title = "host memory: a = q·b",
     .definition = kCold,
     .check = kCheck,
     .clock = "host",
     .on_node = true,
     .estimate_s = 0.5,
     .quantities = kTwoArrays},
    {.id = "memory/host/add:f64,cold",
     .title = "host memory: a = b + c",
     .definition = kCold,
     .check = kCheck,
     .clock = "host",
     .on_node = true,
     .estimate_s = 0.5,
     .quantities = kThreeArrays},
    {.id = "memory/host/triad:f64,cold",
     .title = "host memory: a = b + q·c",
     .definition = kCold,
     .check = kCheck,
     .clock = "host",
     .on_node = true,
     .estimate_s = 0.5,
     .quantities = kThreeArrays},
    {.id = "memory/device/triad:f64,cold",
     .title = "device memory: a = b + q·c",
     .definition = kCold,
     .check = kCheck,
     .clock = "host",
     .on_device = true,
     .estimate_s = 0.5,
     .quantities = kThreeArrays},
    {.id = "memory/device/triad:f64,cold,event",
     .title = "device memory: a = b + q·c, device clock",
     .definition = kEvent,
     .check = kCheck,
     .clock = "event",
     .on_device = true,
     .estimate_s = 0.5,
     .quantities = kThreeArrays},
};

}  // namespace

Catalogue memory_cases() { return kCases; }

}  // namespace rackproof
