// A new results file, of results that were there before.
#pragma once

#include <filesystem>

#include "harness/record/durable_file.hpp"

namespace rackproof {

/// Throws Error when the file exists, for results are never replaced, or when its folder does not.
void refuse_bad_output(const std::filesystem::path& output);

/// Gives the draft of `output`, which was read back, its name. Throws Error when there is such a file by now.
void publish_new(Draft& draft, const std::filesystem::path& output);

}  // namespace rackproof
