// Limits in words.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/verdict/limits.hpp"

namespace rackproof {

namespace {

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

std::string to_string(const Limit& limit) {
  const auto quantity = [&](double value) {
    if (!limit.relative) return format_quantity(value, limit.dimension);
    const std::string share = to_string(*limit.relative);
    return limit.unresolved.empty() ? fmt::format("{} ({})", format_quantity(value, limit.dimension), share)
                                    : share;
  };
  return std::visit(
      Overloaded{
          [&](const LowerLimit& bound) { return "≥ " + quantity(bound.bound); },
          [&](const UpperLimit& bound) { return "≤ " + quantity(bound.bound); },
          [&](const BandLimit& bound) {
            return fmt::format("between {} and {}", quantity(bound.lower), quantity(bound.upper));
          },
          [&](const ExactNumber& bound) {  // every digit counts, so no prefix
            return limit.dimension == kNumber ? fmt::format("= {}", bound.value)
                                              : fmt::format("= {} {}", bound.value, si_unit(limit.dimension));
          },
          [](const ExactTexts& bound) {
            return bound.values.size() == 1 ? "= " + bound.values.front()
                                            : fmt::format("one of {}", fmt::join(bound.values, ", "));
          },
          [](const AsPromised&) { return std::string("as promised"); },
      },
      limit.bound);
}

}  // namespace rackproof
