// memory/…/march: a march test over a share of the memory: bad words with their place and the bits that differ.
#include "kernels/march.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "harness/plan/identifier.hpp"
#include "kernels/philox.h"
#include "suites/run/memory.hpp"
#include "suites/run/placement.hpp"

namespace rackproof {

namespace {

constexpr std::uint32_t kPairs = 64;                           // bad words that are reported one by one
constexpr std::size_t kNamed = 4;                              // of them in the reason
constexpr std::uint64_t kMarchSlice = std::uint64_t{1} << 20;  // words read at a time

struct Element {
  rp_march_pattern read;
  rp_march_pattern write;
  bool descending;
};

/// March C− over the address and its complement, which also finds address lines that are stuck or joined; then data
/// with both values of every bit, and random data that stays for the host to read.
constexpr Element kElements[]{
    {RP_MARCH_NOTHING, RP_MARCH_ADDRESS, false}, {RP_MARCH_ADDRESS, RP_MARCH_INVERSE, false},
    {RP_MARCH_INVERSE, RP_MARCH_ADDRESS, false}, {RP_MARCH_ADDRESS, RP_MARCH_INVERSE, true},
    {RP_MARCH_INVERSE, RP_MARCH_ADDRESS, true},  {RP_MARCH_ADDRESS, RP_MARCH_5A, false},
    {RP_MARCH_5A, RP_MARCH_A5, false},           {RP_MARCH_A5, RP_MARCH_ZEROS, true},
    {RP_MARCH_ZEROS, RP_MARCH_ONES, true},       {RP_MARCH_ONES, RP_MARCH_RANDOM, false}};

class March {
 public:
  March(const Device& device, double share, std::uint64_t key)
      : key_(key),
        words_(static_cast<std::uint64_t>(share * static_cast<double>(device.info().memory_bytes)) / 8),
        memory_(device, words_ * 8),
        report_(device, (1 + 2 * std::uint64_t{kPairs}) * 8),
        stream_(device) {
    device.require(RP_OP_MARCH, RP_U64, params(kElements[0]));
    const std::vector<std::uint64_t> none(1 + 2 * kPairs);
    report_.write(std::span<const std::uint64_t>(none));
  }

  void enqueue(const Element& element) const { stream_.enqueue(RP_OP_MARCH, RP_U64, params(element)); }
  void sync() const { stream_.sync(); }
  std::uint64_t words() const { return words_; }
  const Buffer& memory() const { return memory_; }

  /// What the device found. Throws CaseStopped (wrong) when there is a bad word.
  void check_report(std::size_t element) const {
    std::vector<std::uint64_t> report(1 + 2 * kPairs);
    report_.read(std::span(report));
    if (report[0] == 0) return;
    std::string named;
    for (std::size_t i = 0; i < std::min<std::uint64_t>({report[0], kPairs, kNamed}); ++i) {
      named += fmt::format("{} offset {:#x} differs in {:#018x}", i == 0 ? ":" : ",", 8 * report[1 + 2 * i],
                           report[2 + 2 * i]);
    }
    throw CaseStopped(Status::wrong, Phase::check,
                      fmt::format("{} bad words in element {} of the march{}", report[0], element, named));
  }

  /// What the host reads: the device's word is not enough.
  void check_by_host() const {
    std::vector<std::uint64_t> found(std::min(kMarchSlice, words_));
    for (std::uint64_t at = 0; at < words_; at += found.size()) {
      const auto n = std::min<std::uint64_t>(found.size(), words_ - at);
      memory_.read(std::span(found.data(), n), at);
      for (std::uint64_t i = 0; i < n; ++i) {
        const std::uint64_t difference = found[i] ^ kernels::march_word(RP_MARCH_RANDOM, key_, at + i);
        if (difference == 0) continue;
        throw CaseStopped(Status::wrong, Phase::check,
                          fmt::format("bad word read by the host: offset {:#x} differs in {:#018x}",
                                      8 * (at + i), difference));
      }
    }
  }

 private:
  rp_march_params params(const Element& element) const {
    return {
        memory_.at(), report_.at(), words_, key_, element.read, element.write, element.descending ? 1u : 0u,
        kPairs};
  }

  std::uint64_t key_;
  std::uint64_t words_;
  Buffer memory_, report_;
  Stream stream_;
};

/// "share=0.1" among the parameters.
double share_of(const CaseRow& row) {
  constexpr std::string_view kKey = "share=";
  const CaseId id = parse_case_id(row.id).value();
  for (const std::string& param : id.params) {
    double share = 0;
    if (param.starts_with(kKey) &&
        std::from_chars(param.data() + kKey.size(), param.data() + param.size(), share).ec == std::errc{})
      return share;
  }
  throw Error(fmt::format("{} names no share of the memory", row.id));
}

}  // namespace

void run_march(const CaseContext& context, CaseEnd& end) {
  const double share = share_of(context.row);
  const std::uint64_t key = kernels::data_key(context.seed, context.row.id);
  std::vector<March> marches;
  marches.reserve(context.devices.size());
  for (const Device& device : context.devices) marches.emplace_back(device, share, key);
  for (const March& march : marches) note_placement(march.memory(), end.after);
  for (std::size_t element = 0; element < std::size(kElements); ++element) {
    for (const March& march : marches) march.enqueue(kElements[element]);
    for (const March& march : marches) march.sync();
    for (const March& march : marches) march.check_report(element);
  }
  std::uint64_t words = 0;
  for (const March& march : marches) {
    march.check_by_host();
    words += march.words();
  }
  end.iterations = static_cast<std::int64_t>(std::size(kElements));
  end.elements_checked = static_cast<std::int64_t>(words * std::size(kElements));
  end.stop = Stop::count;
  end.exact["bad_words"] = 0;
  end.exact["bytes_tested"] = static_cast<std::int64_t>(words * 8);
}

}  // namespace rackproof
