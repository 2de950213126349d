// A bound that is a share of what is known only when results are judged: "90 % of rated.memory_bandwidth",
// "0.97 × median of peers" (also with x).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/language/phrase.hpp"

namespace rackproof {

struct RelativeBound {
  enum class To { rated, peers };
  double share = 1;
  To to = To::rated;
  std::string quantity;  ///< of rated.hpp; empty for peers
};

/// Whether a text means to be one.
bool is_relative(std::string_view text);

/// Throws Error with what to write instead: a share that is not in (0, 10], an unknown rated quantity ("did you mean").
RelativeBound parse_relative_bound(std::string_view text);

/// "90 % of rated.memory_bandwidth", "97 % of the median of peers".
std::string to_string(const RelativeBound& bound);
/// The same in both languages.
Phrase phrase_of(const RelativeBound& bound);

}  // namespace rackproof
