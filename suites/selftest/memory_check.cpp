#include "suites/selftest/memory_check.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "kernels/chase.h"
#include "kernels/philox.h"
#include "kernels/random_update.h"

namespace rackproof::conformance {
namespace {

using Words = std::vector<std::uint64_t>;

std::uint64_t key_of(std::int64_t iteration) {
  return kernels::data_key(static_cast<std::uint64_t>(iteration) + 1, "conformance/memory");
}

std::uint64_t random_word(std::uint64_t key, std::uint64_t i) { return kernels::philox4x32(key, i, 0)[0]; }

std::string difference(const char* what, const Words& found, const Words& expected) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (found[i] == expected[i]) continue;
    return std::string(what) + ", word " + std::to_string(i) + ": found " + std::to_string(found[i]) +
           ", expected " + std::to_string(expected[i]);
  }
  return "";
}

/// "" when the region holds the words and its guard zones are untouched.
std::string problem_of(const char* what, const GuardedBuffer& buffer, const Words& expected) {
  Words found(expected.size());
  buffer.read(found.data());
  const std::string wrong = difference(what, found, expected);
  return wrong.empty() ? buffer.guards() : wrong;
}

}  // namespace

std::string check_chase(const TestedDevice& device, const ChaseCase& which, std::int64_t iteration) {
  const std::uint64_t key = key_of(iteration);
  Words order(which.words);  // the cycle
  std::iota(order.begin(), order.end(), 0);
  for (std::uint64_t i = which.words - 1; i > 0; --i)
    std::swap(order[i], order[random_word(key, i) % (i + 1)]);
  Words chain(which.words);
  for (std::uint64_t i = 0; i < which.words; ++i) chain[order[i]] = 8 * order[(i + 1) % which.words];
  const GuardedBuffer memory(device, 8 * which.words, 8 * which.shift);
  const GuardedBuffer result(device, 8, 0);
  memory.write(chain.data());
  result.poison();
  const std::uint64_t begin = random_word(key, 0) % which.words;
  const rp_chase_params params{memory.memory(), result.memory(), 8 * which.words, 8 * order[begin],
                               which.steps};
  device.run(RP_OP_CHASE, RP_U64, &params, sizeof params);
  const std::string wrong = problem_of("result", result, {8 * order[(begin + which.steps) % which.words]});
  return wrong.empty() ? problem_of("chain", memory, chain) : wrong;
}

std::string check_random_update(const TestedDevice& device, const RandomUpdateCase& which,
                                std::int64_t iteration) {
  const std::uint64_t key = key_of(iteration);
  Words table(which.words);
  std::iota(table.begin(), table.end(), key);
  const GuardedBuffer memory(device, 8 * which.words, 8 * which.shift);
  memory.write(table.data());
  const rp_random_update_params params{memory.memory(), which.words, which.updates, key, which.parts, 0};
  device.run(RP_OP_RANDOM_UPDATE, RP_U64, &params, sizeof params);
  for (std::uint64_t i = 0; i < which.updates; ++i) {
    const std::uint64_t r = kernels::random_update_word(key, i);
    const std::uint64_t part = i / (which.updates / which.parts);
    table[kernels::random_update_place(r, part, which.words / which.parts)] ^= r;
  }
  return problem_of("table", memory, table);
}

std::string check_march(const TestedDevice& device, const MarchCase& which, std::int64_t iteration) {
  const std::uint64_t key = key_of(iteration);
  Words content(which.words);
  for (std::uint64_t i = 0; i < which.words; ++i) content[i] = kernels::march_word(which.read, key, i);
  for (const BadWord& bad : which.bad) content[bad.index] ^= bad.difference;
  Words report(1 + 2 * which.pairs, ~key);
  report[0] = which.before;
  const GuardedBuffer memory(device, 8 * which.words, 8 * which.shift);
  const GuardedBuffer found(device, 8 * report.size(), 8 * which.shift);
  memory.write(content.data());
  found.write(report.data());
  const rp_march_params params{memory.memory(), found.memory(), which.words,      key,
                               which.read,      which.write,    which.descending, which.pairs};
  device.run(RP_OP_MARCH, RP_U64, &params, sizeof params);

  if (which.write != RP_MARCH_NOTHING) {
    for (std::uint64_t i = 0; i < which.words; ++i) content[i] = kernels::march_word(which.write, key, i);
  }
  std::vector<BadWord> bad = which.read == RP_MARCH_NOTHING ? std::vector<BadWord>{} : which.bad;
  if (which.descending) std::ranges::reverse(bad);
  for (const BadWord& word : bad) {
    if (report[0] < which.pairs) {
      report[1 + 2 * report[0]] = word.index;
      report[2 + 2 * report[0]] = word.difference;
    }
    ++report[0];
  }
  const std::string wrong = problem_of("report", found, report);
  return wrong.empty() ? problem_of("memory", memory, content) : wrong;
}

std::string check_copies(const TestedDevice& device, std::uint64_t bytes, std::uint64_t shift,
                         std::int64_t iteration) {
  const rp_backend& backend = device.backend();
  if (backend.enqueue_copy == nullptr) throw Unsupported("this backend has no copies on streams");
  const std::uint64_t key = key_of(iteration);
  std::vector<unsigned char> sent(bytes), returned(bytes, 0xFF);
  for (std::uint64_t i = 0; i < bytes; ++i) sent[i] = static_cast<unsigned char>(random_word(key, i));
  const GuardedBuffer first(device, bytes, shift), second(device, bytes, 2 * shift);
  first.poison();
  second.poison();
  require_ok(backend, backend.enqueue_write(device.stream(), first.memory(), sent.data(), bytes),
             "enqueue_write");
  require_ok(backend, backend.enqueue_copy(device.stream(), second.memory(), first.memory(), bytes),
             "enqueue_copy");
  require_ok(backend, backend.enqueue_read(device.stream(), returned.data(), second.memory(), bytes),
             "enqueue_read");
  require_ok(backend, backend.stream_sync(device.stream()), "stream_sync");
  const auto [found, expected] = std::ranges::mismatch(returned, sent);
  if (found != returned.end()) {
    return "byte " + std::to_string(found - returned.begin()) + ": found " + std::to_string(*found) +
           ", expected " + std::to_string(*expected);
  }
  return first.guards() + second.guards();
}

}  // namespace rackproof::conformance
