// A bundle that is carried to its node: a file that a walk over a plan can append to.
//
//   first line   the bundle, with the id of its campaign and without steps
//   then         one line for each step
//   last line    {"end": {"steps": n, "sha256": of everything before}}
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "harness/record/bundle.hpp"

namespace rackproof {

/// The first line of a bundle's file, with its newline.
std::string bundle_head(const Bundle& bundle);
/// The line of a step.
std::string bundle_line(const BundleStep& step);
/// The last line of a file that holds `text` so far, whose SHA-256 is `sha256_of_text`.
std::string bundle_end(std::string_view text, const std::string& sha256_of_text);

struct BundleFile {
  Bundle bundle;
  std::string sha256;  ///< tells bundles apart
};

/// Throws Error, one line, for a file that is no bundle, is cut short, changed, or of another protocol.
BundleFile read_bundle_file(const std::filesystem::path& path);

}  // namespace rackproof
