#include "suites/run/stream_arrays.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "kernels/philox.h"
#include "suites/run/last_level_cache.hpp"
#include "suites/run/parallel.hpp"
#include "suites/run/placement.hpp"

namespace rackproof {

namespace {

using kernels::kStreamBlock;

constexpr std::uint64_t kSmallestArray = std::uint64_t{1} << 18;  // elements
constexpr std::uint64_t kArraySlice = std::uint64_t{1} << 20;     // elements read at a time
constexpr std::uint64_t kCheckGrain = std::uint64_t{1} << 18;     // elements whose check is worth a thread
constexpr std::uint64_t kPage = 4096;
// Every last level of today holds so many bytes.
constexpr std::uint64_t kHeldByAnyCache = std::uint64_t{4} << 20;

std::uint64_t arrays_of(rp_op op) {
  const kernels::StreamShape shape = kernels::stream_shape(op);
  return (shape.sums ? 0u : 1u) + (shape.has_b ? 1u : 0u) + (shape.has_c ? 1u : 0u);
}

/// Elements of each array when all together fill so many bytes: whole blocks.
std::uint64_t count_for(rp_op op, std::uint64_t bytes) {
  const std::uint64_t count = bytes / (arrays_of(op) * sizeof(double));
  return std::max<std::uint64_t>(count / kStreamBlock, 1) * kStreamBlock;
}

/// Where the array behind one of `elements` begins: in a huge page of its own, one page further into it than the one before.
/// Arrays at a distance of a large power of two share banks and channels of memory: measured on a Zen 3 with three arrays
/// of 128 MiB, 19 GB/s so, 21 GB/s with a page in between.
std::uint64_t begin_behind(std::uint64_t begin, std::uint64_t elements) {
  const std::uint64_t end = begin + elements * sizeof(double);
  return (end + kHugePage - 1) / kHugePage * kHugePage + begin % kHugePage + kPage;
}

/// How many elements of one slice are wrong. Without branches, so that it runs at memory speed.
std::uint64_t count_wrong(rp_op op, std::span<const double> found, std::span<const double> a,
                          std::span<const double> b, std::span<const double> c, double q) {
  const auto count = [&](auto right) {
    std::uint64_t wrong = 0;
    for (std::size_t i = 0; i < found.size(); ++i) wrong += right(i) ? 0u : 1u;
    return wrong;
  };
  // What an operation does not have is not looked at.
  if (a.empty()) a = found;
  if (b.empty()) b = found;
  if (c.empty()) c = found;
  const auto with = [&]<rp_op Op>(std::integral_constant<rp_op, Op>) {
    return count([&](std::size_t i) {
      return kernels::stream_right(Op, found[i], kernels::stream_expected(Op, a[i], b[i], c[i], q));
    });
  };
  switch (op) {
    case RP_OP_COPY:
      return with(std::integral_constant<rp_op, RP_OP_COPY>{});
    case RP_OP_SCALE:
      return with(std::integral_constant<rp_op, RP_OP_SCALE>{});
    case RP_OP_ADD:
      return with(std::integral_constant<rp_op, RP_OP_ADD>{});
    case RP_OP_NSTREAM:
      return with(std::integral_constant<rp_op, RP_OP_NSTREAM>{});
    case RP_OP_UPDATE:
      return with(std::integral_constant<rp_op, RP_OP_UPDATE>{});
    case RP_OP_WRITE:
      return with(std::integral_constant<rp_op, RP_OP_WRITE>{});
    default:
      return with(std::integral_constant<rp_op, RP_OP_TRIAD>{});
  }
}

}  // namespace

StreamPattern::StreamPattern(std::uint64_t key, std::uint64_t array) : values_(kPeriod) {
  in_parallel(kPeriod, kCheckGrain, [&](std::uint64_t begin, std::uint64_t end) {
    for (std::uint64_t i = begin; i < end; ++i) values_[i] = kernels::uniform_1_2<double>(key, array, i);
  });
}

void StreamPattern::copy(std::uint64_t at, std::span<double> into) const {
  std::uint64_t from = at % kPeriod;
  while (!into.empty()) {
    const auto n = std::min<std::uint64_t>(into.size(), kPeriod - from);
    std::copy_n(values_.begin() + static_cast<std::ptrdiff_t>(from), n, into.begin());
    into = into.subspan(n);
    from = 0;
  }
}

std::span<const double> StreamPattern::run(std::uint64_t at, std::uint64_t n) const {
  if (values_.empty()) return {};
  return {values_.data() + at % kPeriod, std::min(n, run_length(at))};
}

StreamArrays::StreamArrays(const Device& runner, const Device& owner, const StreamSpec& spec,
                           std::uint64_t key)
    : spec_(spec),
      shape_(kernels::stream_shape(spec.op)),
      slice_(std::min(kArraySlice, spec.count)),
      pattern_a_(shape_.reads_a ? StreamPattern(key, 3) : StreamPattern()),
      pattern_b_(shape_.has_b ? StreamPattern(key, 1) : StreamPattern()),
      pattern_c_(shape_.has_c ? StreamPattern(key, 2) : StreamPattern()),
      memory_(owner, begin_of(3)),
      stream_(runner) {
  runner.reach(owner);
  runner.require(spec.op, spec.op == RP_OP_READ ? RP_U64 : RP_F64, params(0));
  if (shape_.has_b) fill(1, pattern_b_);
  if (shape_.has_c) fill(2, pattern_c_);
  reset();
}

std::uint64_t StreamArrays::begin_of(int array) const {
  std::uint64_t begin = 0;
  if (array > 0) begin = begin_behind(begin, kernels::stream_outputs(spec_.op, spec_.count));
  if (array > 1 && shape_.has_b) begin = begin_behind(begin, spec_.count);
  if (array > 2 && shape_.has_c) begin = begin_behind(begin, spec_.count);
  return begin;
}

std::uint64_t StreamArrays::counted_bytes() const {
  return kernels::stream_bytes(spec_.op, spec_.count, sizeof(double));
}

std::uint64_t StreamArrays::working_set() const { return arrays_of(spec_.op) * spec_.count * sizeof(double); }

rp_stream_params StreamArrays::params(std::int64_t pass) const {
  // An array that the operation does not have begins where the next one would, and is not looked at.
  return {memory_.at(begin_of(0)),
          memory_.at(begin_of(1)),
          memory_.at(begin_of(2)),
          spec_.count,
          kernels::stream_factor(pass),
          spec_.stores,
          0};
}

void StreamArrays::enqueue(std::int64_t pass) const {
  stream_.enqueue(spec_.op, spec_.op == RP_OP_READ ? RP_U64 : RP_F64, params(pass));
}

void StreamArrays::reset() {
  if (shape_.reads_a) {
    fill(0, pattern_a_);
  } else {
    memory_.poison(0, kernels::stream_outputs(spec_.op, spec_.count) * sizeof(double));
  }
}

void StreamArrays::fill(int array, const StreamPattern& pattern) {
  const std::uint64_t begin = begin_of(array) / sizeof(double);
  for (std::uint64_t at = 0; at < spec_.count; at += slice_.size()) {
    const std::span part(slice_.data(), std::min<std::uint64_t>(slice_.size(), spec_.count - at));
    in_parallel(part.size(), kCheckGrain, [&](std::uint64_t from, std::uint64_t end) {
      pattern.copy(at + from, part.subspan(from, end - from));
    });
    memory_.write(std::span<const double>(part), begin + at);
  }
}

std::int64_t StreamArrays::check(std::int64_t pass) {
  shape_.sums ? check_sums(pass) : check_elements(pass);
  return static_cast<std::int64_t>(kernels::stream_outputs(spec_.op, spec_.count));
}

void StreamArrays::check_elements(std::int64_t pass) {
  const double q = kernels::stream_factor(pass);
  for (std::uint64_t at = 0; at < spec_.count; at += slice_.size()) {
    const std::span whole(slice_.data(), std::min<std::uint64_t>(slice_.size(), spec_.count - at));
    memory_.read(whole, at);
    in_parallel(whole.size(), kCheckGrain, [&](std::uint64_t from, std::uint64_t end) {
      while (from < end) {
        const auto n = std::min<std::uint64_t>(end - from, StreamPattern::run_length(at + from));
        check_run(whole.subspan(from, n), at + from, pass, q);
        from += n;
      }
    });
  }
}

void StreamArrays::check_run(std::span<const double> found, std::uint64_t at, std::int64_t pass,
                             double q) const {
  const auto a = pattern_a_.run(at, found.size());
  const auto b = pattern_b_.run(at, found.size());
  const auto c = pattern_c_.run(at, found.size());
  const std::uint64_t wrong = count_wrong(spec_.op, found, a, b, c, q);
  if (wrong == 0) return;
  const auto value = [](std::span<const double> pattern, std::uint64_t i) {
    return pattern.empty() ? 0.0 : pattern[i];
  };
  for (std::uint64_t i = 0; i < found.size(); ++i) {
    const double expected = kernels::stream_expected(spec_.op, value(a, i), value(b, i), value(c, i), q);
    if (kernels::stream_right(spec_.op, found[i], expected)) continue;
    throw CaseStopped(
        Status::wrong, Phase::check,
        fmt::format("{} wrong elements of {} checked at once, the first is element {} of pass {}: {:a}, "
                    "expected {:a}",
                    wrong, found.size(), at + i, pass, found[i], expected));
  }
}

double StreamArrays::expected_sum(std::uint64_t block) const {
  const std::uint64_t at = block * kStreamBlock;
  std::vector<double> b(std::min(kStreamBlock, spec_.count - at)), c(b.size());
  pattern_b_.copy(at, b);
  if (spec_.op == RP_OP_READ) {
    std::uint64_t sum = 0;
    for (const double value : b) sum += std::bit_cast<std::uint64_t>(value);
    return std::bit_cast<double>(sum);
  }
  pattern_c_.copy(at, c);
  double sum = 0;
  for (std::size_t i = 0; i < b.size(); ++i) sum += b[i] * c[i];
  return sum;
}

void StreamArrays::check_sums(std::int64_t pass) {
  std::vector<double> found(kernels::stream_outputs(spec_.op, spec_.count));
  memory_.read(std::span(found));
  if (sums_.empty()) {
    for (std::uint64_t block = 0; block < found.size(); ++block) sums_.push_back(expected_sum(block));
  }
  for (std::uint64_t block = 0; block < found.size(); ++block) {
    const double expected = sums_[block];
    const std::uint64_t n = std::min(kStreamBlock, spec_.count - block * kStreamBlock);
    const bool right =
        spec_.op == RP_OP_READ
            ? std::bit_cast<std::uint64_t>(found[block]) == std::bit_cast<std::uint64_t>(expected)
            : std::abs(found[block] - expected) <= kernels::dot_tolerance<double>(n, expected);
    if (right) continue;
    throw CaseStopped(Status::wrong, Phase::check,
                      fmt::format("the sum of block {} of pass {} is wrong: {:a}, expected {:a}", block, pass,
                                  found[block], expected));
  }
}

std::uint64_t cold_count(rp_op op, const rp_device_info& info) {
  const std::uint64_t cache = last_level_cache(info);
  const std::uint64_t count = std::max(kSmallestArray, 4 * cache / (arrays_of(op) * sizeof(double)) + 1);
  const std::uint64_t bytes = count * arrays_of(op) * sizeof(double);
  if (bytes > info.memory_bytes / 10 * 9) {  // unknown is too small
    throw CaseStopped(Status::failed, Phase::prepare,
                      fmt::format("a cold working set of {} MB (4 × cache) does not fit into {} MB of memory",
                                  bytes / 1'000'000, info.memory_bytes / 1'000'000));
  }
  return count;
}

std::uint64_t hot_count(rp_op op, const rp_device_info& info) {
  const std::uint64_t second = info.cache_level_total_bytes[1];
  if (second != 0) return count_for(op, second / 2);
  return count_for(op, info.cache_bytes != 0 ? info.cache_bytes / 4 : kHeldByAnyCache);
}

std::uint64_t resident_count(rp_op op, const rp_device_info& info) {
  if (info.cache_bytes == 0) return hot_count(op, info);
  const std::uint64_t second = info.cache_level_total_bytes[1];
  const std::uint64_t quarter = info.cache_bytes / 4;
  return count_for(op, second != 0 ? std::min(quarter, 4 * second) : quarter);
}

}  // namespace rackproof
