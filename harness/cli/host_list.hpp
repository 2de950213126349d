// Addresses of nodes that somebody wants to be asked.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace rackproof {

/// A file with an address or a range ("n[001-128]") a line; '#' begins a comment. Each address once, in the order of the file.
/// Throws ConfigurationError with every line that is neither.
std::vector<std::string> read_host_list(const std::filesystem::path& file);

/// Addresses and ranges as given on a command line. Throws Error.
std::vector<std::string> expand_hosts(const std::vector<std::string>& given);

/// The nodes of Slurm, of one partition unless it is empty. Throws Error when sinfo cannot tell.
std::vector<std::string> slurm_hosts(const std::string& partition);

}  // namespace rackproof
