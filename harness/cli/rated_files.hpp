// Where rated values of devices come from.
#pragma once

#include <filesystem>

#include "harness/results/results.hpp"
#include "harness/verdict/limits.hpp"
#include "harness/verdict/rated.hpp"

namespace rackproof {

/// Of a campaign whose limits need them, its folder keeps them in this file.
inline constexpr const char* kRatedFile = "devices.toml";

/// `given`, a file or folder, when it is not empty; else what stands beside the limits: devices.toml, or the folder
/// ../devices or ../../devices; else what is installed. None when no limit needs them. Throws ConfigurationError.
RatedDevices rated_for(const Limits& limits, const std::filesystem::path& limits_file,
                       const std::filesystem::path& given);

/// The same without a look at what needs them.
RatedDevices find_rated(const std::filesystem::path& limits_file, const std::filesystem::path& given);

/// Limits for results, with numbers in place of what is relative.
Limits limits_for(const Results& results, const std::filesystem::path& limits_file,
                  const std::filesystem::path& devices = {});

}  // namespace rackproof
