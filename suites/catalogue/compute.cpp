#include "suites/catalogue/catalogue.hpp"
#include "suites/catalogue/wrong_elements.hpp"

namespace rackproof {

namespace {

constexpr QuantityRow kRate{"rate", QuantityKind::real, "flop/s", Direction::higher_is_better,
                            "gemm: 2 · batch · m · n · k / t, summed over NUMA nodes"};
constexpr QuantityRow kIntegerRate{
    "rate", QuantityKind::real, "op/s", Direction::higher_is_better,
    "gemm: 2 · batch · m · n · k / t, integer operations, summed over NUMA nodes"};
constexpr QuantityRow kZerosRatio{
    "zeros_ratio", QuantityKind::real, "1", Direction::neither,
    "zeros-ratio: t of the data / t of zeros, medians of 6 pairs of samples in turns after the others"};

constexpr QuantityRow kQuantities[]{kRate, kWrongElements};
constexpr QuantityRow kSustainedQuantities[]{kRate, kZerosRatio, kWrongElements};
constexpr QuantityRow kIntegerQuantities[]{kIntegerRate, kZerosRatio, kWrongElements};
constexpr QuantityRow kFmaQuantities[]{{"rate", QuantityKind::real, "flop/s", Direction::higher_is_better,
                                        "fma: 2 · units · chains · rounds / t"},
                                       kWrongElements};

constexpr std::string_view kSquare1024 =
    "C = A · B, row-major, m = n = k = 1024, one product on the cores of each NUMA node, all at once; a "
    "sample ends "
    "with the last of them; the last half of the sampling time counts";
constexpr std::string_view kSquare256 =
    "C = A · B, row-major, m = n = k = 256; a sample is one product, or several into an output each where "
    "one is "
    "shorter than the clock can tell; the last half of the sampling time counts";
constexpr std::string_view kSustained =
    "C = A · B, row-major, shape, types of the inputs, the sums and the output as in the id, batch products "
    "one after "
    "the other in memory; one such operation on the cores of each NUMA node or on the device, all at once; a "
    "sample "
    "ends with the last of them and is one operation, or several into an output each where one is shorter "
    "than the "
    "clock can tell; same inputs each time; the last half of the sampling time counts";
constexpr std::string_view kBurst =
    "C = A · B, row-major, shape, types of the inputs, the sums and the output as in the id; one product on "
    "the cores "
    "of each NUMA node or on the device, all at once; a sample ends with the last of them; same inputs each "
    "time; the "
    "first second after the checks counts, without warm-up";
constexpr std::string_view kColdWeights =
    "C = A · B, row-major, shape, types of the inputs, the sums and the output as in the id; B, the weights, "
    "is "
    "another copy for every product, in turn, and all copies together hold at least 4 × the last-level "
    "cache, so that "
    "B comes from memory; refused where the copies need more than half of the memory; the copies differ by a "
    "rotation "
    "of the columns; a sample is as many products, into an output each, as the clock needs to tell it";

constexpr std::string_view kProductCheck =
    "before timing: products that select every column of A and every row of B, every element to the last "
    "bit, which f64 emulated with 50 bits or less of either does not reach; a product of small integers "
    "whose sums are exact, every element by row and column "
    "sums with "
    "random odd weights modulo 2^64, and 8 whole rows; the residual C·x − A·(B·x) of a product for random "
    "signs x, "
    "every row within (8 + 2 · √k) · u · ‖a_i‖ · ‖B‖_F. Every "
    "product that is timed: normal data with a full mantissa (i8: all values alike), output poisoned before "
    "(in a sustained window that would leave less than 80 % of the time for products: the last sample of "
    "each block, and "
    "4 rows chosen at random of the others), "
    "up to 2^33 "
    "multiplications every element within 5 · √k · u · ‖a_i‖ · ‖b_j‖ of a product in f64 (i8: equal), above "
    "that the "
    "sums of every row and column with random signs within the root of the squares of those bounds, and 8 "
    "whole rows; "
    "products of zeros are 0";

constexpr std::string_view kTransposed =
    "C = A · B, A and C row-major, B stored transposed (tn), shape, types of the inputs, the sums and the "
    "output as in the id, values of 8-bit floating-point types after OCP OFP8; one product on the device; a "
    "sample is one operation, or several into an output each where one is shorter than the clock can tell; "
    "same inputs each time; the last half of the sampling time counts";
constexpr std::string_view kF8Check =
    "as for the other types, with u = 2^-13 for the sums, which matrix units keep in fewer bits than f32 has";

constexpr std::string_view kFma =
    "x = fma(−(1 − 2^-20), x, 1.5) in registers, 2048 chains on every core of every NUMA node or on every "
    "compute unit "
    "of the device, as many rounds as make a sample of at least 5 ms and its overhead less than 1 %";
constexpr std::string_view kFmaCore =
    "x = fma(−(1 − 2^-20), x, 1.5) in registers, 2048 chains on the first core of the first NUMA node, the "
    "others "
    "idle, as many rounds as make a sample of at least 5 ms and its overhead less than 1 %";
constexpr std::string_view kFmaCheck =
    "16 starting values of uniform data, others than in the sample before; every value of every sample to "
    "the last bit "
    "of a replay on the host";

constexpr CaseRow on_host(std::string_view id, std::string_view title, std::string_view definition,
                          std::span<const QuantityRow> quantities, double estimate_s = 1,
                          std::string_view check = kProductCheck) {
  return {.id = id,
          .title = title,
          .definition = definition,
          .check = check,
          .clock = "host",
          .on_node = true,
          .estimate_s = estimate_s,
          .quantities = quantities};
}

/// On one device, or on all of a node at once.
constexpr CaseRow on_device(std::string_view id, std::string_view title, std::string_view definition,
                            std::span<const QuantityRow> quantities, double estimate_s = 0.5,
                            std::string_view check = kProductCheck) {
  CaseRow row = on_host(id, title, definition, quantities, estimate_s, check);
  row.on_device = true;
  return row;
}

constexpr CaseRow kComputeCases[]{
    on_host("compute/host/gemm:f64,sustained", "matrix product in f64, host", kSquare1024, kQuantities, 2),
    on_host("compute/host/gemm:f32,sustained", "matrix product in f32, host", kSquare1024, kQuantities, 2),
    on_host("compute/host/gemm:f64,acc=f64,out=f64,n=2048,sustained", "large matrix product in f64, host",
            kSustained, kSustainedQuantities, 2),
    on_host("compute/host/gemm:f32,acc=f32,out=f32,n=2048,sustained", "large matrix product in f32, host",
            kSustained, kSustainedQuantities, 2),
    on_host("compute/host/gemm:bf16,acc=f32,out=f32,n=2048,sustained", "large matrix product in bf16, host",
            kSustained, kSustainedQuantities, 2),
    on_host("compute/host/gemm:f16,acc=f32,out=f32,n=2048,sustained", "large matrix product in f16, host",
            kSustained, kSustainedQuantities, 2),
    on_host("compute/host/gemm:i8,acc=i32,out=i32,n=2048,sustained", "large matrix product in int8, host",
            kSustained, kIntegerQuantities, 2),
    on_host("compute/host/gemm:f64,acc=f64,out=f64,n=2048,burst",
            "large matrix product in f64, first second, host", kBurst, kQuantities, 2),
    on_host("compute/host/gemm:bf16,acc=f32,out=f32,n=2048,burst",
            "large matrix product in bf16, first second, host", kBurst, kQuantities, 2),
    on_host("compute/host/gemm:f32,acc=f32,out=f32,m=512,n=3072,k=768,sustained",
            "GPT-2 up projection of 512 tokens in f32, host", kSustained, kQuantities),
    on_host("compute/host/gemm:bf16,acc=f32,out=f32,m=512,n=3072,k=768,sustained",
            "GPT-2 up projection of 512 tokens in bf16, host", kSustained, kQuantities),
    on_host("compute/host/gemm:f32,acc=f32,out=f32,m=1,n=3072,k=768,cold",
            "GPT-2 up projection, decoding 1 token, in f32, host", kColdWeights, kQuantities, 2),
    on_host("compute/host/gemm:f32,acc=f32,out=f32,m=4,n=3072,k=768,cold",
            "GPT-2 up projection, decoding 4 tokens, in f32, host", kColdWeights, kQuantities, 2),
    on_host("compute/host/gemm:f32,acc=f32,out=f32,m=16,n=3072,k=768,cold",
            "GPT-2 up projection, decoding 16 tokens, in f32, host", kColdWeights, kQuantities, 2),
    on_host("compute/host/gemm:f32,acc=f32,out=f32,m=64,n=3072,k=768,cold",
            "GPT-2 up projection, decoding 64 tokens, in f32, host", kColdWeights, kQuantities, 2),
    on_host("compute/host/gemm:bf16,acc=f32,out=f32,m=1,n=3072,k=768,cold",
            "GPT-2 up projection, decoding 1 token, in bf16, host", kColdWeights, kQuantities, 2),
    on_host("compute/host/gemm:bf16,acc=f32,out=f32,m=4,n=3072,k=768,cold",
            "GPT-2 up projection, decoding 4 tokens, in bf16, host", kColdWeights, kQuantities, 2),
    on_host("compute/host/gemm:bf16,acc=f32,out=f32,m=16,n=3072,k=768,cold",
            "GPT-2 up projection, decoding 16 tokens, in bf16, host", kColdWeights, kQuantities, 2),
    on_host("compute/host/gemm:bf16,acc=f32,out=f32,m=64,n=3072,k=768,cold",
            "GPT-2 up projection, decoding 64 tokens, in bf16, host", kColdWeights, kQuantities, 2),
    on_host("compute/host/gemm:f32,acc=f32,out=f32,m=128,n=128,k=64,batch=48,sustained",
            "batch of small products as in attention, in f32, host", kSustained, kQuantities),
    on_host("compute/host/gemm:bf16,acc=f32,out=f32,m=128,n=128,k=64,batch=48,sustained",
            "batch of small products as in attention, in bf16, host", kSustained, kQuantities),
    on_device("compute/device/gemm:f64,n=256,sustained", "matrix product in f64, device", kSquare256,
              kQuantities),
    on_device("compute/device/gemm:f32,n=256,sustained", "matrix product in f32, device", kSquare256,
              kQuantities),
    on_device("compute/device/gemm:f64,acc=f64,out=f64,n=256,sustained", "matrix product in f64, device",
              kSustained, kSustainedQuantities),
    on_device("compute/device/gemm:f32,acc=f32,out=f32,n=256,sustained", "matrix product in f32, device",
              kSustained, kSustainedQuantities),
    on_device("compute/device/gemm:bf16,acc=f32,out=f32,n=256,sustained", "matrix product in bf16, device",
              kSustained, kSustainedQuantities),
    on_device("compute/device/gemm:f16,acc=f32,out=f32,n=256,sustained", "matrix product in f16, device",
              kSustained, kSustainedQuantities),
    on_device("compute/device/gemm:i8,acc=i32,out=i32,n=256,sustained", "matrix product in int8, device",
              kSustained, kIntegerQuantities),
    on_device("compute/device/gemm:tf32,acc=f32,out=f32,n=256,sustained", "matrix product in tf32, device",
              kSustained, kSustainedQuantities, 0.5),
    on_device("compute/device/gemm:f8e4m3,acc=f32,out=f32,n=256,layout=tn,sustained",
              "matrix product in 8-bit floating point, device", kTransposed, kSustainedQuantities, 0.5,
              kF8Check),
    on_device("compute/device/gemm:i8,acc=i32,out=i32,n=256,layout=tn,sustained",
              "matrix product in int8, B transposed, device", kTransposed, kIntegerQuantities, 0.5),
    on_device("compute/device/gemm:f64,acc=f64,out=f64,n=8192,sustained",
              "large matrix product in f64, device", kSustained, kSustainedQuantities, 60),
    on_device("compute/device/gemm:f32,acc=f32,out=f32,n=8192,sustained",
              "large matrix product in f32, device", kSustained, kSustainedQuantities, 60),
    on_device("compute/device/gemm:tf32,acc=f32,out=f32,n=8192,sustained",
              "large matrix product in tf32, device", kSustained, kSustainedQuantities, 60),
    on_device("compute/device/gemm:bf16,acc=f32,out=f32,n=8192,sustained",
              "large matrix product in bf16, device", kSustained, kSustainedQuantities, 60),
    on_device("compute/device/gemm:f16,acc=f32,out=f32,n=8192,sustained",
              "large matrix product in f16, device", kSustained, kSustainedQuantities, 60),
    on_device("compute/device/gemm:f8e4m3,acc=f32,out=f32,n=8192,layout=tn,sustained",
              "large matrix product in 8-bit floating point, device", kTransposed, kSustainedQuantities, 60,
              kF8Check),
    on_device("compute/device/gemm:i8,acc=i32,out=i32,n=8192,layout=tn,sustained",
              "large matrix product in int8, device", kTransposed, kIntegerQuantities, 60),
    on_device("compute/device/gemm:f64,acc=f64,out=f64,n=8192,burst",
              "large matrix product in f64, first second, device", kBurst, kQuantities, 60),
    on_device("compute/device/gemm:bf16,acc=f32,out=f32,n=8192,burst",
              "large matrix product in bf16, first second, device", kBurst, kQuantities, 60),
    on_device("compute/device/gemm:bf16,acc=f32,out=f32,m=4096,n=14336,k=4096,sustained",
              "up projection of a transformer 4096 wide, 4096 tokens, in bf16, device", kSustained,
              kQuantities, 60),
    on_device("compute/device/gemm:f16,acc=f32,out=f32,m=4096,n=14336,k=4096,sustained",
              "up projection of a transformer 4096 wide, 4096 tokens, in f16, device", kSustained,
              kQuantities, 60),
    on_device("compute/device/gemm:f8e4m3,acc=f32,out=f32,m=4096,n=14336,k=4096,layout=tn,sustained",
              "up projection of a transformer 4096 wide, 4096 tokens, in 8-bit floating point, device",
              kTransposed, kQuantities, 60, kF8Check),
    on_device("compute/device/gemm:bf16,acc=f32,out=f32,m=1,n=14336,k=4096,cold",
              "up projection of a transformer 4096 wide, decoding 1 token, in bf16, device", kColdWeights,
              kQuantities, 20),
    on_device("compute/device/gemm:bf16,acc=f32,out=f32,m=16,n=14336,k=4096,cold",
              "up projection of a transformer 4096 wide, decoding 16 tokens, in bf16, device", kColdWeights,
              kQuantities, 20),
    on_device("compute/device/gemm:bf16,acc=f32,out=f32,m=64,n=14336,k=4096,cold",
              "up projection of a transformer 4096 wide, decoding 64 tokens, in bf16, device", kColdWeights,
              kQuantities, 20),
    on_device("compute/device/gemm:bf16,acc=f32,out=f32,m=1024,n=1024,k=128,batch=128,sustained",
              "batch of products as in attention, in bf16, device", kSustained, kQuantities, 10),
    on_device("compute/device/gemm:f64,acc=f64,out=f64,n=256,layout=tn,sustained",
              "matrix product in f64, B transposed, device", kTransposed, kSustainedQuantities),
    on_host("compute/host/fma:f64", "peak of fused multiply-add in f64, all cores", kFma, kFmaQuantities, 0.2,
            kFmaCheck),
    on_host("compute/host/fma:f64,core", "peak of fused multiply-add in f64, one core", kFmaCore,
            kFmaQuantities, 0.2, kFmaCheck),
    on_device("compute/device/fma:f64", "peak of fused multiply-add in f64, device", kFma, kFmaQuantities,
              0.2, kFmaCheck),
    on_host("compute/host/fma:f32", "peak of fused multiply-add in f32, all cores", kFma, kFmaQuantities, 0.2,
            kFmaCheck),
    on_host("compute/host/fma:f32,core", "peak of fused multiply-add in f32, one core", kFmaCore,
            kFmaQuantities, 0.2, kFmaCheck),
    on_device("compute/device/fma:f32", "peak of fused multiply-add in f32, device", kFma, kFmaQuantities,
              0.2, kFmaCheck),
};

}  // namespace

Catalogue compute_cases() { return kComputeCases; }

}  // namespace rackproof
