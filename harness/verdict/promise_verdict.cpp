#include "harness/verdict/promise_verdict.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/verdict/verdict_texts.hpp"

namespace rackproof {

namespace words = verdict_texts;

PromiseVerdict judge_promised(const FoundAndPromised& known) {
  const std::string unit = known.unit == "1" ? "" : fmt::format(" {}", known.unit);
  Phrase any;
  for (const std::string_view one : known.promised) extend(any, words::kOr, one);
  const Phrase promised(words::kPromised, any, unit);
  if (known.count != nullptr && known.count->differs)
    return {Verdict::fail,
            {words::kPromisedDiffers, promised, std::to_string(known.count->value) + unit},
            std::to_string(known.count->value)};
  const std::vector<std::string> found =
      known.count != nullptr ? std::vector{std::to_string(known.count->value)} : known.texts;
  if (found.empty()) {
    return {Verdict::not_judged,
            known.unavailable.empty() ? Phrase(words::kNotMeasured)
                                      : Phrase(words::kPromisedUnavailable, promised, known.unavailable),
            ""};
  }
  const std::string all = fmt::format("{}", fmt::join(found, ", "));
  const bool keeps = std::ranges::all_of(found, [&](const std::string& one) {
    return std::ranges::find(known.promised, one) != known.promised.end();
  });
  if (keeps) return {Verdict::pass, {words::kFound, all + unit}, all};
  Phrase reason(words::kPromisedFound, promised, all + unit);
  if (!known.note.empty()) reason = Phrase(words::kThen, reason, known.note);
  return {Verdict::fail, std::move(reason), all};
}

}  // namespace rackproof
