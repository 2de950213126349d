#include "harness/verdict/promised.hpp"

#include "harness/results/unavailable.hpp"

namespace rackproof {

Promised::Promised(const Results& results) {
  for (const FactRow& fact : results.facts) {
    if (fact.key.find('#') == std::string::npos) continue;
    const Key key{fact.target, fact.key};
    if (!fact.promised.empty()) {
      const auto [at, is_new] = index_.try_emplace(key, rows_.size());
      if (is_new) rows_.push_back({fact.target, fact.key, {}});
      rows_[at->second].values.emplace_back(fact.promised);
    }
    if (const auto why = reason_of_unavailable(fact); !why.empty()) unavailable_.emplace(key, why);
  }
}

std::optional<std::size_t> Promised::find(std::uint32_t target, std::string_view metric) const {
  const auto found = index_.find({target, metric});
  return found == index_.end() ? std::nullopt : std::optional(found->second);
}

std::string_view Promised::unavailable(std::uint32_t target, std::string_view metric) const {
  const auto found = unavailable_.find({target, metric});
  return found == unavailable_.end() ? std::string_view() : found->second;
}

}  // namespace rackproof
