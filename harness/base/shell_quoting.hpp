// Words for a POSIX shell: ssh hands its command to one, whatever is asked of it.
#pragma once

#include <string>
#include <string_view>

#include "harness/launch/process.hpp"

namespace rackproof {

/// The word as a shell reads it back, byte for byte, as one word: in single quotes unless all its characters are
/// harmless. A zero byte cannot stand in an argument and must not be in it.
std::string shell_quoted(std::string_view word);

/// The words with blanks between, each quoted.
std::string shell_quoted(const Command& words);

}  // namespace rackproof
