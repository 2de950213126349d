#include "kernels/cpu/march.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

#include "kernels/cpu/march_pass.hpp"
#include "kernels/regions.h"

namespace rackproof::cpu {
namespace {

MarchPass march_pass(InstructionSet set, const rp_march_params& params) {
#if defined(__x86_64__)
  if (set == InstructionSet::avx512)
    return march_pass_avx512(params.read, params.write, params.descending != 0);
  if (set == InstructionSet::avx2) return march_pass_avx2(params.read, params.write, params.descending != 0);
#endif
  return march_pass_portable(params.read, params.write, params.descending != 0);
}

/// Appends the findings of all ranges, which are in the order of the element.
void append(const std::vector<std::pair<std::uint64_t, MarchFindings>>& parts, std::uint64_t pairs,
            std::uint64_t* report) {
  std::uint64_t stored = report[0];
  for (const auto& [begin, findings] : parts) {
    for (const MarchFindings::Pair& pair : findings.first) {
      if (stored >= pairs) break;
      report[1 + 2 * stored] = pair.index;
      report[2 + 2 * stored] = pair.difference;
      ++stored;
    }
    report[0] += findings.count;
  }
}

}  // namespace

Job prepare_march(const DeviceMemory& memory, const void* bytes) {
  rp_march_params params;
  std::memcpy(&params, bytes, sizeof params);
  const auto regions = kernels::march_regions(params);
  const auto words = [&](const kernels::Region& region) {
    return reinterpret_cast<std::uint64_t*>(memory.translate(region.memory, region.bytes));
  };
  const MarchElement element{words(regions[0]), params.key, params.read, params.write};
  return [params, element, report = words(regions[1])](ThreadPool& pool) {
    constexpr std::uint64_t kGrain = 4096 / sizeof(std::uint64_t);  // a page, as at the first touch
    const MarchPass pass = march_pass(pool.instruction_set(), params);
    const std::uint64_t most = params.report_pairs - std::min<std::uint64_t>(params.report_pairs, report[0]);
    std::mutex mutex;
    std::vector<std::pair<std::uint64_t, MarchFindings>> parts;  // begin of the range, what was found there
    pool.parallel_for(0, params.words, kGrain, [&](std::uint64_t begin, std::uint64_t end) {
      MarchFindings findings{most, 0, {}};
      pass(element, begin, end, findings);
      const std::lock_guard lock(mutex);
      parts.emplace_back(begin, std::move(findings));
    });
    std::ranges::sort(parts, {}, [](const auto& part) { return part.first; });
    if (params.descending != 0) std::ranges::reverse(parts);
    append(parts, params.report_pairs, report);
  };
}

}  // namespace rackproof::cpu
