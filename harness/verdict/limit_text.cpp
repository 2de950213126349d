// Limits in words.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/verdict/limits.hpp"
#include "harness/verdict/verdict_texts.hpp"

namespace rackproof {

namespace {

namespace words = verdict_texts;

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::gate:
      return "gate";
    case Severity::score:
      return "score";
  }
  throw Error("unknown severity");
}

Phrase phrase_of(const Limit& limit) {
  const auto quantity = [&](double value) -> Phrase {
    if (!limit.relative) return format_quantity(value, limit.dimension);
    const Phrase share = phrase_of(*limit.relative);
    return limit.unresolved.empty()
               ? Phrase(words::kWithShare, format_quantity(value, limit.dimension), share)
               : share;
  };
  return std::visit(
      Overloaded{
          [&](const LowerLimit& bound) { return Phrase(words::kAtLeast, quantity(bound.bound)); },
          [&](const UpperLimit& bound) { return Phrase(words::kAtMost, quantity(bound.bound)); },
          [&](const BandLimit& bound) {
            return Phrase(words::kBetween, quantity(bound.lower), quantity(bound.upper));
          },
          [&](const ExactNumber& bound) {  // every digit counts, so no prefix
            return Phrase(limit.dimension == kNumber
                              ? fmt::format("= {}", bound.value)
                              : fmt::format("= {} {}", bound.value, si_unit(limit.dimension)));
          },
          [](const ExactTexts& bound) {
            return bound.values.size() == 1
                       ? Phrase("= " + bound.values.front())
                       : Phrase(words::kOneOf, fmt::format("{}", fmt::join(bound.values, ", ")));
          },
          [](const AsPromised&) { return Phrase(words::kAsPromised); },
      },
      limit.bound);
}

std::string to_string(const Limit& limit) { return phrase_of(limit).en; }

}  // namespace rackproof
