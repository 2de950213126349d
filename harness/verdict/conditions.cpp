#include "harness/verdict/conditions.hpp"

#include <algorithm>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/results/preflight_facts.hpp"
#include "harness/verdict/verdict_texts.hpp"

namespace rackproof {

namespace words = verdict_texts;

Conditions::Conditions(const Results& results) : results_(results) {
  for (const FactRow& fact : results.facts) {
    if (fact.key.starts_with(kPreflightKey))
      found_[fact.target][fact.key.substr(kPreflightKey.size())].insert(fact.found);
  }
}

Phrase Conditions::unmet(const When& when, std::uint32_t target) const {
  const auto texts_of = [this](std::uint32_t row, const std::string& item) -> const std::set<std::string>* {
    const auto items = found_.find(row);
    if (items == found_.end()) return nullptr;
    const auto texts = items->second.find(item);
    return texts == items->second.end() ? nullptr : &texts->second;
  };
  for (const auto& [item, wanted] : when) {
    std::vector<std::uint32_t> rows{target};
    if (texts_of(target, item) == nullptr) rows = results_.targets.at(target).members;
    for (const std::uint32_t row : rows) {
      const auto* const texts = texts_of(row, item);
      const bool known = texts != nullptr && !texts->contains("");
      if (known && *texts == std::set<std::string>{wanted}) continue;
      Phrase found = words::kNotKnown;
      if (known) {
        const auto other = std::ranges::find_if(*texts, [&](const auto& text) { return text != wanted; });
        found = Phrase(words::kFound, printable(*other));
      }
      if (row != target) found = Phrase(words::kOn, found, results_.targets.at(row).name);
      return {words::kHoldsOnlyWhen, item, wanted, found};
    }
  }
  return {};
}

}  // namespace rackproof
