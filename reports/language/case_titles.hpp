// What the cases of the catalogue measure, in Chinese too.
#pragma once

#include <string_view>

#include "harness/language/phrase.hpp"

namespace rackproof {

/// A title as results files hold it, in both languages; one that the catalogue does not have is data, the same in both.
Phrase case_title(std::string_view title);

}  // namespace rackproof
