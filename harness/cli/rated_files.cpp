#include "harness/cli/rated_files.hpp"

#include "harness/verdict/resolved_limits.hpp"

namespace rackproof {

namespace fs = std::filesystem;

RatedDevices find_rated(const fs::path& limits_file, const fs::path& given) {
  if (!given.empty()) return read_rated(given);
  const fs::path beside = limits_file.parent_path();
  const fs::path installed =
      fs::canonical("/proc/self/exe").parent_path().parent_path() / "share/rackproof/configs/devices";
  for (const fs::path& place :
       {beside / kRatedFile, beside / "../devices", beside / "../../devices", installed}) {
    if (fs::exists(place)) return read_rated(place);
  }
  return {};
}

RatedDevices rated_for(const Limits& limits, const fs::path& limits_file, const fs::path& given) {
  return needs_rated(limits) ? find_rated(limits_file, given) : RatedDevices{};
}

Limits limits_for(const Results& results, const fs::path& limits_file, const fs::path& devices) {
  const Limits limits = read_limits(limits_file, measurable(results));
  return resolved(limits, results, rated_for(limits, limits_file, devices));
}

}  // namespace rackproof
