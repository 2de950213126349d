// Outcomes of attempts in both languages.
#pragma once

#include "harness/language/phrase.hpp"
#include "harness/record/outcome.hpp"

namespace rackproof {

/// "crashed", "measure": as to_string() says it in English.
Phrase words_of(Status status);
Phrase words_of(Phase phase);

}  // namespace rackproof
