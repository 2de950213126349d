#include "harness/verdict/promise_verdict.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace rackproof {

PromiseVerdict judge_promised(const FoundAndPromised& known) {
  const std::string unit = known.unit == "1" ? "" : fmt::format(" {}", known.unit);
  const std::string promised = fmt::format("promised {}{}", fmt::join(known.promised, " or "), unit);
  if (known.count != nullptr && known.count->differs)
    return {Verdict::fail,
            fmt::format("{}, found counts that differ between launches: last {}{}", promised,
                        known.count->value, unit),
            std::to_string(known.count->value)};
  const std::vector<std::string> found =
      known.count != nullptr ? std::vector{std::to_string(known.count->value)} : known.texts;
  if (found.empty()) {
    return {Verdict::not_judged,
            known.unavailable.empty() ? "not measured"
                                      : fmt::format("{}; unavailable: {}", promised, known.unavailable),
            ""};
  }
  const std::string all = fmt::format("{}", fmt::join(found, ", "));
  const bool keeps = std::ranges::all_of(found, [&](const std::string& one) {
    return std::ranges::find(known.promised, one) != known.promised.end();
  });
  if (keeps) return {Verdict::pass, fmt::format("found {}{}", all, unit), all};
  return {Verdict::fail,
          fmt::format("{}, found {}{}{}{}", promised, all, unit, known.note.empty() ? "" : "; ", known.note),
          all};
}

}  // namespace rackproof
