#include "kernels/cpu/spare_mappings.hpp"

#include <algorithm>
#include <utility>

namespace rackproof::cpu {

namespace {

constexpr std::uint64_t kWorthKeeping = std::uint64_t{16} << 20;  // bytes

}  // namespace

std::optional<Mapping> SpareMappings::take(std::uint64_t bytes) {
  auto best = spares_.end();
  for (auto spare = spares_.begin(); spare != spares_.end(); ++spare) {
    const bool fits = spare->capacity() >= bytes && spare->capacity() / 2 <= bytes;
    if (fits && (best == spares_.end() || spare->capacity() < best->capacity())) best = spare;
  }
  if (best == spares_.end()) return std::nullopt;
  Mapping mapping = std::move(*best);
  spares_.erase(best);
  mapping.use_first(bytes);
  return mapping;
}

void SpareMappings::keep(Mapping mapping) {
  std::uint64_t idle = mapping.capacity();
  if (idle < kWorthKeeping) return;
  for (const Mapping& spare : spares_) idle += spare.capacity();
  if (idle <= limit_) spares_.push_back(std::move(mapping));
}

}  // namespace rackproof::cpu
