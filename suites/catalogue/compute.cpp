#include "suites/catalogue/catalogue.hpp"

namespace rackproof {

namespace {

constexpr QuantityRow kQuantities[]{
    {"rate", QuantityKind::real, "flop/s", Direction::higher_is_better,
     "gemm: 2 · m · n · k / t, summed over NUMA nodes"},
    {"wrong_elements", QuantityKind::exact, "1", Direction::lower_is_better,
     "count: elements of the checked outputs that are not right"},
};

constexpr std::string_view kSquare1024 =
    "C = A · B, row-major, m = n = k = 1024, one product on the cores of each NUMA node, all at once; a "
    "sample ends with "
    "the last of them; the last half of the sampling time counts";
constexpr std::string_view kSquare256 =
    "C = A · B, row-major, m = n = k = 256; a sample is one multiplication; the last half of the sampling "
    "time counts";
constexpr std::string_view kCheck =
    "normal data with a full mantissa; output poisoned with NaN before every multiplication; every element "
    "of every one "
    "against a reference in f64 within 8 · √k · u · Σ|a||b|; before timing, a product with a permutation "
    "must be bit "
    "exact, which emulated f64 with 50 bits or less is not";

constexpr CaseRow kCases[]{
    {.id = "compute/host/gemm:f64,sustained",
     .title = "matrix product in f64, host",
     .definition = kSquare1024,
     .check = kCheck,
     .clock = "host",
     .on_node = true,
     .estimate_s = 2,
     .quantities = kQuantities},
    {.id = "compute/host/gemm:f32,sustained",
     .title = "matrix product in f32, host",
     .definition = kSquare1024,
     .check = kCheck,
     .clock = "host",
     .on_node = true,
     .estimate_s = 2,
     .quantities = kQuantities},
    {.id = "compute/device/gemm:f64,n=256,sustained",
     .title = "matrix product in f64, device",
     .definition = kSquare256,
     .check = kCheck,
     .clock = "host",
     .on_device = true,
     .estimate_s = 0.5,
     .quantities = kQuantities},
    {.id = "compute/device/gemm:f32,n=256,sustained",
     .title = "matrix product in f32, device",
     .definition = kSquare256,
     .check = kCheck,
     .clock = "host",
     .on_device = true,
     .estimate_s = 0.5,
     .quantities = kQuantities},
};

}  // namespace

Catalogue compute_cases() { return kCases; }

}  // namespace rackproof
