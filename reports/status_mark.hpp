// How a status looks: always glyph + word, and a class for the colour. Never colour alone.
#pragma once

#include <string_view>

#include "harness/verdict/verdicts.hpp"

namespace rackproof {

struct StatusMark {
  std::string_view glyph;
  std::string_view word;
  std::string_view css_class;
};

StatusMark mark_of(Verdict verdict);
StatusMark mark_of(Disposition disposition);

/// Mark of a disposition as it may be shown: `accepted` with something promised left unmeasured is not shown
/// as such.
StatusMark mark_of(Disposition disposition, bool everything_measured);

}  // namespace rackproof
