// Words for a POSIX shell: ssh hands its command to one, whatever is asked of it; a reader pastes a line into one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rackproof {

/// The word in single quotes, 'it'\''s': a shell reads it back byte for byte, as one word. A zero byte cannot stand in
/// an argument and must not be in it.
std::string shell_quoted(std::string_view word);

/// The words with blanks between, each quoted.
std::string shell_quoted(const std::vector<std::string>& words);

}  // namespace rackproof
