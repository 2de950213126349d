// manifest.sha256: which bytes belong to a campaign ("<sha256>  <name>" lines, as sha256sum -c reads them).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace rackproof {

/// Writes manifest.sha256 in `folder` over the named files (relative names inside the folder, sorted).
void write_manifest(const std::filesystem::path& folder, const std::vector<std::string>& names);

/// Takes manifest.sha256 away: the campaign goes on, and what it vouched for is about to change. A manifest is there only
/// where nothing was written since. Throws Error.
void withdraw_manifest(const std::filesystem::path& folder);

/// One line per difference ("results.h5: changed", "site.toml: missing"); empty when all match.
/// Throws Error when there is no manifest or it is malformed or names a file outside the folder.
std::vector<std::string> verify_manifest(const std::filesystem::path& folder);

}  // namespace rackproof
