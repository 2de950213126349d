// How a status looks: always glyph + word, and a class for the colour. Never colour alone.
#pragma once

#include <string_view>

#include "harness/verdict/verdicts.hpp"
#include "reports/language/language.hpp"

namespace rackproof {

struct StatusMark {
  constexpr StatusMark(std::string_view sign, const Text& text, std::string_view colour)
      : glyph(sign), word(text.en), css_class(colour), zh(text.zh) {}

  std::string_view glyph;
  std::string_view word;  ///< English
  std::string_view css_class;
  std::string_view zh;  ///< the word in Chinese
};

StatusMark mark_of(Verdict verdict);
StatusMark mark_of(Disposition disposition);

/// Mark of a disposition as it may be shown: `accepted` with something promised left unmeasured is not shown
/// as such.
StatusMark mark_of(Disposition disposition, bool everything_measured);

/// Of a rack or site in which every gate that fails is waived, and of a rack where nothing was attempted.
StatusMark mark_of_reservations();
StatusMark mark_of_not_started();

}  // namespace rackproof
