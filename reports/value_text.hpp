// Values and intervals as people read them. A missing value is "not measured", never 0.
#pragma once

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "harness/base/units.hpp"
#include "harness/language/phrase.hpp"
#include "reports/language/view_texts.hpp"

namespace rackproof {

inline constexpr std::string_view kNotMeasured = texts::kNotMeasured.en;

/// "9.95 GB/s" from an SI value; NaN and infinities are "not measured".
std::string value_text(double value, const Dimension& dimension);

/// "[9.21, 9.93] GB/s" or "[985 MB/s, 1.02 GB/s]"; empty when a bound is missing.
std::string interval_text(double lo, double hi, const Dimension& dimension);

/// "1.2 %" from a fraction.
std::string percent_text(double fraction);

/// "-10.0 %" from a change that is a fraction, with its sign; only of finite ones.
std::string change_text(double fraction);

/// "a, b, c and 3 more".
template <typename Texts>
std::string joined(const Texts& texts, std::size_t longest) {
  std::string out;
  std::size_t n = 0;
  for (const auto& text : texts) {
    if (n++ >= longest) continue;
    if (!out.empty()) out += ", ";
    out += text;
  }
  if (n > longest) out += " and " + std::to_string(n - longest) + " more";
  return out;
}

/// The same in both languages. `word`: what is said for a name, a Phrase.
template <class Word = std::identity>
Phrase joined_phrase(std::span<const std::string> names, std::size_t longest, const Word& word = {}) {
  const std::size_t named = std::min(names.size(), longest);
  Phrase all;
  for (const std::string& name : names.first(named)) extend(all, texts::kBeside, word(name));
  return names.size() == named ? all : Phrase(texts::kAndMore, all, names.size() - named);
}

}  // namespace rackproof
