#include "suites/catalogue/catalogue.hpp"
#include "suites/catalogue/wrong_elements.hpp"

namespace rackproof {

namespace {

constexpr QuantityRow bandwidth(std::string_view formula) {
  return {"bandwidth", QuantityKind::real, "B/s", Direction::higher_is_better, formula};
}

constexpr QuantityRow kOneArray[]{bandwidth("stream-1: 1 · n · sizeof / t, decimal"), kWrongElements};
constexpr QuantityRow kTwoArrays[]{bandwidth("stream-2: 2 · n · sizeof / t, decimal"), kWrongElements};
constexpr QuantityRow kThreeArrays[]{bandwidth("stream-3: 3 · n · sizeof / t, decimal"), kWrongElements};
constexpr QuantityRow kFourArrays[]{bandwidth("stream-4: 4 · n · sizeof / t, decimal"), kWrongElements};
constexpr QuantityRow kLatency[]{
    {"time", QuantityKind::real, "s", Direction::lower_is_better, "chase: t / dependent loads"},
    {"wrong_ends", QuantityKind::exact, "1", Direction::lower_is_better,
     "count: chases that did not end where the cycle leads"}};
constexpr QuantityRow kUpdates[]{{"rate", QuantityKind::real, "op/s", Direction::higher_is_better,
                                  "random-update: updates / t; an update reads, changes and writes 8 bytes"},
                                 {"wrong_words", QuantityKind::exact, "1", Direction::lower_is_better,
                                  "count: words of the table that are not as the replay says"}};
constexpr QuantityRow kMarch[]{{"bad_words", QuantityKind::exact, "1", Direction::lower_is_better,
                                "count: words that did not hold what was written"},
                               {"bytes_tested", QuantityKind::exact, "B", Direction::higher_is_better,
                                "count: bytes that went through all elements of the march"}};

constexpr std::string_view kCold =
    "one pass of all cores over arrays that together hold at least 4 × the last-level cache, more where a "
    "pass is too "
    "short for its overhead; write-allocate traffic is not counted; a sample is one pass";
constexpr std::string_view kColdDevices =
    "one pass over arrays that together hold at least 4 × the last-level cache of the device, more where a "
    "pass "
    "is too short for its overhead, on a node on all of its devices at once; write-allocate traffic is not "
    "counted; a sample is one pass and ends with the last device";
constexpr std::string_view kColdStreaming =
    "one pass of all cores over arrays that together hold at least 4 × the last-level cache, more where a "
    "pass is too "
    "short for its overhead; results are stored past the caches; a sample is one pass";
constexpr std::string_view kColdRemote =
    "one pass of all cores of each NUMA node over arrays in the memory of the next node, which together hold "
    "at least "
    "4 × the last-level cache, more where a pass is too short for its overhead; all nodes at once; a sample "
    "is one pass";
constexpr std::string_view kHot =
    "passes of all cores over arrays that together fill half of the second-level caches of all cores; as "
    "many "
    "passes a sample as make its overhead less than 1 %; each pass needs the one before it, or has outputs "
    "of "
    "its own";
constexpr std::string_view kEvent =
    "passes over arrays of at least 4 × the last-level cache, as many as make a sample of 40 ms; "
    "timed by the device's event clock and held against the host's";
constexpr std::string_view kCheck =
    "output poisoned with NaN; the factor changes with every sample; every element of every sample's output "
    "against the "
    "closed form";
constexpr std::string_view kCheckSums =
    "one sum per 4096 elements, poisoned with NaN before every sample; every sum of every sample against the "
    "host's: of 64-bit words to the last bit, of products within n · eps · Σ|b·c|";
constexpr std::string_view kCheckInPlace =
    "the array is written anew before every sample; the factor changes with every sample; every element of "
    "every sample's output against the closed form";
constexpr std::string_view kCheckChain =
    "every element after the last and the last but one pass of every sample against the closed form of all "
    "passes, which no pass can be left out of";

constexpr std::string_view kChaseDefinition =
    "dependent loads of 8 bytes, one thread on the first core of each NUMA node, all nodes at once; one "
    "random "
    "cycle through places 64 bytes apart, on large pages where the system gives them; every sample goes on "
    "where the last one ended; a sample ends with the slowest node";
constexpr std::string_view kChaseRemote =
    "dependent loads of 8 bytes, one thread on the first core of each NUMA node, in the memory of the next "
    "node, all "
    "nodes at once; one random cycle through places 64 bytes apart, on large pages where the system gives "
    "them; every "
    "sample goes on where the last one ended; a sample ends with the slowest node";
constexpr std::string_view kChaseCheck =
    "the end of every chase is the place that its steps lead to in the cycle, known on the host; poisoned "
    "before";

constexpr std::string_view kUpdateDefinition =
    "read, change (exclusive or) and write back 8 bytes at random places of a table of at least 4 × the "
    "last-level cache; every thread has a share of the table, and its updates fall anywhere in it one after "
    "the "
    "other; a sample is a multiple of 2^19 updates";
constexpr std::string_view kUpdateCheck =
    "all updates are done again on the host; every word of the table after every block; no lost update is "
    "allowed";

constexpr std::string_view kMarchDefinition =
    "march over a tenth of the memory of each NUMA node: March C- with address and complement, 0x55, 0xAA, "
    "zeros, ones, random; ascending and descending";
constexpr std::string_view kMarchWhole =
    "march over four fifths of the memory of each NUMA node or device: March C- with address and complement, "
    "0x55, 0xAA, zeros, ones, random; ascending and descending";
constexpr std::string_view kMarchCheck =
    "every word is compared before it is overwritten; bad words are reported with offset and differing bits; "
    "the last content is read and compared by the host too";

enum class Where { host, device, devices_at_once };

constexpr CaseRow row(Where where, std::string_view id, std::string_view title, std::string_view definition,
                      std::string_view check, std::span<const QuantityRow> quantities, double estimate_s,
                      std::string_view clock = "host") {
  return {.id = id,
          .title = title,
          .definition = definition,
          .check = check,
          .clock = clock,
          .on_device = where != Where::host,
          .on_node = where != Where::device,
          .estimate_s = estimate_s,
          .quantities = quantities};
}

using enum Where;

constexpr CaseRow kMemoryCases[]{
    row(host, "memory/host/copy:f64,cold", "bandwidth of host memory: a = b", kCold, kCheck, kTwoArrays, 1.5),
    row(host, "memory/host/scale:f64,cold", "bandwidth of host memory: a = q·b", kCold, kCheck, kTwoArrays,
        1.5),
    row(host, "memory/host/add:f64,cold", "bandwidth of host memory: a = b + c", kCold, kCheck, kThreeArrays,
        1.5),
    row(host, "memory/host/triad:f64,cold", "bandwidth of host memory: a = b + q·c", kCold, kCheck,
        kThreeArrays, 1.5),
    row(host, "memory/host/nstream:f64,cold", "bandwidth of host memory: a = a + b + q·c", kCold,
        kCheckInPlace, kFourArrays, 2),
    row(host, "memory/host/update:f64,cold", "bandwidth of host memory: a = q·a", kCold, kCheckInPlace,
        kTwoArrays, 2),
    row(host, "memory/host/write:f64,cold", "bandwidth of host memory: a = q", kCold, kCheck, kOneArray, 1.5),
    row(host, "memory/host/dot:f64,cold", "bandwidth of host memory: sums of b·c", kCold, kCheckSums,
        kTwoArrays, 1.5),
    row(host, "memory/host/read:u64,cold", "bandwidth of host memory: sums of b", kCold, kCheckSums,
        kOneArray, 1.5),
    row(host, "memory/host/copy:f64,cold,stores=streaming",
        "bandwidth of host memory: a = b, streaming stores", kColdStreaming, kCheck, kTwoArrays, 1.5),
    row(host, "memory/host/scale:f64,cold,stores=streaming",
        "bandwidth of host memory: a = q·b, streaming stores", kColdStreaming, kCheck, kTwoArrays, 1.5),
    row(host, "memory/host/add:f64,cold,stores=streaming",
        "bandwidth of host memory: a = b + c, streaming stores", kColdStreaming, kCheck, kThreeArrays, 1.5),
    row(host, "memory/host/triad:f64,cold,stores=streaming",
        "bandwidth of host memory: a = b + q·c, streaming stores", kColdStreaming, kCheck, kThreeArrays, 1.5),
    row(host, "memory/host/write:f64,cold,stores=streaming",
        "bandwidth of host memory: a = q, streaming stores", kColdStreaming, kCheck, kOneArray, 1.5),
    row(host, "memory/host/triad:f64,cold,remote",
        "bandwidth of the memory of another NUMA node: a = b + q·c", kColdRemote, kCheck, kThreeArrays, 1.5),
    row(host, "memory/host/read:u64,cold,remote", "bandwidth of the memory of another NUMA node: sums of b",
        kColdRemote, kCheckSums, kOneArray, 1.5),
    row(host, "memory/host/copy:f64,hot", "bandwidth of host caches: a = b", kHot, kCheckChain, kTwoArrays,
        0.3),
    row(host, "memory/host/triad:f64,hot", "bandwidth of host caches: a = b + q·c", kHot, kCheckChain,
        kThreeArrays, 0.3),
    row(host, "memory/host/read:u64,hot", "bandwidth of host caches: sums of b", kHot, kCheckSums, kOneArray,
        0.3),
    row(host, "memory/host/latency:l1", "latency, load to load, in half of the first-level cache",
        kChaseDefinition, kChaseCheck, kLatency, 0.2),
    row(host, "memory/host/latency:l2", "latency, load to load, in half of the second-level cache",
        kChaseDefinition, kChaseCheck, kLatency, 0.2),
    row(host, "memory/host/latency:l3",
        "latency, load to load, in the third-level cache, 16 × the second level at most", kChaseDefinition,
        kChaseCheck, kLatency, 0.3),
    row(host, "memory/host/latency:dram", "latency, load to load, in 4 × the last-level cache",
        kChaseDefinition, kChaseCheck, kLatency, 2.5),
    row(host, "memory/host/latency:dram,remote", "latency, load to load, in the memory of another NUMA node",
        kChaseRemote, kChaseCheck, kLatency, 2.5),
    row(host, "memory/host/random_update:u64", "random updates of host memory", kUpdateDefinition,
        kUpdateCheck, kUpdates, 6),
    row(host, "memory/host/march:u64,share=0.1", "march test of a tenth of host memory", kMarchDefinition,
        kMarchCheck, kMarch, 8),
    row(host, "memory/host/march:u64,share=0.8", "march test of four fifths of host memory", kMarchWhole,
        kMarchCheck, kMarch, 120),

    row(device, "memory/device/copy:f64,cold", "bandwidth of device memory: a = b", kCold, kCheck, kTwoArrays,
        1.5),
    row(device, "memory/device/scale:f64,cold", "bandwidth of device memory: a = q·b", kCold, kCheck,
        kTwoArrays, 1.5),
    row(device, "memory/device/add:f64,cold", "bandwidth of device memory: a = b + c", kCold, kCheck,
        kThreeArrays, 1.5),
    row(devices_at_once, "memory/device/triad:f64,cold", "bandwidth of device memory: a = b + q·c",
        kColdDevices, kCheck, kThreeArrays, 0.5),
    row(device, "memory/device/nstream:f64,cold", "bandwidth of device memory: a = a + b + q·c", kCold,
        kCheckInPlace, kFourArrays, 2),
    row(device, "memory/device/update:f64,cold", "bandwidth of device memory: a = q·a", kCold, kCheckInPlace,
        kTwoArrays, 2),
    row(device, "memory/device/write:f64,cold", "bandwidth of device memory: a = q", kCold, kCheck, kOneArray,
        1.5),
    row(device, "memory/device/dot:f64,cold", "bandwidth of device memory: sums of b·c", kCold, kCheckSums,
        kTwoArrays, 1.5),
    row(device, "memory/device/read:u64,cold", "bandwidth of device memory: sums of b", kCold, kCheckSums,
        kOneArray, 1.5),
    row(device, "memory/device/triad:f64,cold,stores=streaming",
        "bandwidth of device memory: a = b + q·c, streaming stores", kColdStreaming, kCheck, kThreeArrays,
        1.5),
    row(device, "memory/device/triad:f64,cold,event", "bandwidth of device memory: a = b + q·c, device clock",
        kEvent, kCheckChain, kThreeArrays, 0.5, "event"),
    row(device, "memory/device/copy:f64,hot", "bandwidth of device caches: a = b", kHot, kCheckChain,
        kTwoArrays, 0.3),
    row(device, "memory/device/triad:f64,hot", "bandwidth of device caches: a = b + q·c", kHot, kCheckChain,
        kThreeArrays, 0.3),
    row(device, "memory/device/read:u64,hot", "bandwidth of device caches: sums of b", kHot, kCheckSums,
        kOneArray, 0.3),
    row(device, "memory/device/latency:l2",
        "latency, load to load, in half of the device's second-level cache", kChaseDefinition, kChaseCheck,
        kLatency, 0.2),
    row(device, "memory/device/latency:dram", "latency, load to load, in 4 × the device's last-level cache",
        kChaseDefinition, kChaseCheck, kLatency, 2.5),
    row(device, "memory/device/random_update:u64", "random updates of device memory", kUpdateDefinition,
        kUpdateCheck, kUpdates, 6),
    row(device, "memory/device/march:u64,share=0.1", "march test of a tenth of device memory",
        kMarchDefinition, kMarchCheck, kMarch, 8),
    row(device, "memory/device/march:u64,share=0.8", "march test of four fifths of device memory",
        kMarchWhole, kMarchCheck, kMarch, 120),
};

}  // namespace

Catalogue memory_cases() { return kMemoryCases; }

}  // namespace rackproof
