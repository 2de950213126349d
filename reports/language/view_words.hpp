// The fixed words that views hold in place of data ("not measured", "between racks"), in both languages.
#pragma once

#include "harness/language/phrase.hpp"

namespace rackproof {

/// Of a phrase that is such a word alone, or data that equals one, the word; any other phrase as it is.
Phrase view_word(const Phrase& phrase);

}  // namespace rackproof
