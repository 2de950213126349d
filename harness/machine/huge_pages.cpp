#include "harness/machine/huge_pages.hpp"

#include <sstream>

namespace rackproof {

Reading<double> free_huge_pages(const SystemRoot& system) {
  constexpr std::string_view kKey = "HugePages_Free:";
  const auto line = system.line_beginning("/proc/meminfo", kKey);
  if (!line) return Reading<double>::unavailable(line.why());
  std::istringstream field(line->substr(kKey.size()));
  double pages = 0;
  if (!(field >> pages) || !(pages >= 0))
    return Reading<double>::unavailable("/proc/meminfo holds no number of huge pages");
  return pages;
}

}  // namespace rackproof
