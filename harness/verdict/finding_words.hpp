// Kinds, subjects and scopes of findings, which are fixed English words in files, as documents say them in both languages.
#pragma once

#include <string_view>

#include "harness/language/phrase.hpp"

namespace rackproof {

/// Of a kind that nobody here makes, the kind as data.
Phrase kind_words(std::string_view kind);

/// Of a kind of counter (counter_kinds.hpp), or of all that a finding does not name one by one; data of anything else.
Phrase subject_words(std::string_view subject);

/// Of "device", "node", "pair" and "rack"; data of any other scope or label.
Phrase scope_words(std::string_view scope);

}  // namespace rackproof
