#include "harness/machine/measuring_conditions.hpp"

#include <fmt/format.h>

#include "harness/machine/governor.hpp"

namespace rackproof {

namespace {

/// What can be read says that it can; what it holds is somebody else's business.
struct ReadableFile {
  const char* subject;
  const char* file;
  const char* cost;
};

constexpr ReadableFile kFiles[]{
    {"memory modules", "/sys/firmware/dmi/tables/DMI",
     "their number, speed and serials stay unavailable (once as root: rackproof doctor --privileged)"},
    {"serial of the machine", "/sys/class/dmi/id/product_serial",
     "a node that was swapped is not recognised (once as root: rackproof doctor --privileged)"},
    {"firmware", "/sys/class/dmi/id/bios_version", "versions of the firmware are not compared"},
    {"energy of the CPUs", "/sys/class/powercap/intel-rapl:0/energy_uj", "no power of CPUs and memory"},
    {"clock of the CPUs", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq",
     "a CPU that runs below its clock is not noticed"},
    {"memory errors", "/sys/devices/system/edac/mc/mc0/ce_count",
     "corrected and uncorrected errors of memory are not seen"},
    {"kernel log", "/dev/kmsg", "events of the kernel during a case are not seen"},
    {"waiting for a CPU", "/proc/self/schedstat", "numbers disturbed by other processes are not marked"},
};

struct ListedFolder {
  const char* subject;
  const char* folder;
  const char* cost;
};

constexpr ListedFolder kFolders[]{
    {"PCI bus", "/sys/bus/pci/devices", "a device that is missing cannot be told from one that is hidden"},
    {"sensors", "/sys/class/hwmon", "no temperatures of the machine"},
    {"NUMA nodes", "/sys/devices/system/node", "memory is not placed node by node"},
};

MeasuringCondition readable(const SystemRoot& root, const ReadableFile& row) {
  // The kernel's log has no end: that it opens is enough.
  const bool is_device = std::string_view(row.file).starts_with("/dev/");
  const std::string why = is_device ? root.why_unreadable(row.file) : root.text(row.file).why();
  return {row.subject, why.empty() ? "readable" : why, why.empty() ? "" : row.cost};
}

MeasuringCondition listed(const SystemRoot& root, const ListedFolder& row) {
  const auto names = root.entries(row.folder);
  if (names.empty()) return {row.subject, fmt::format("nothing in {}", row.folder), row.cost};
  return {row.subject, "readable", ""};
}

MeasuringCondition governor(const SystemRoot& root) {
  const auto read = cpu_governor(root);
  const char* const subject = "governor";
  if (!read) return {subject, read.why(), "limits that hold for one governor only are not judged"};
  if (*read == "performance") return {subject, *read, ""};
  return {subject, *read, "clocks follow the load: short measurements are slower than they need be"};
}

MeasuringCondition huge_pages(const SystemRoot& root) {
  const char* const subject = "transparent huge pages";
  const auto read = root.text("/sys/kernel/mm/transparent_hugepage/enabled");
  if (!read) return {subject, read.why(), "bandwidths may be those of small pages"};
  const auto begin = read->find('['), end = read->find(']');
  if (begin == std::string::npos || end == std::string::npos || end < begin)
    return {subject, "garbage", "bandwidths may be those of small pages"};
  const std::string mode = read->substr(begin + 1, end - begin - 1);
  return {subject, mode, mode == "never" ? "bandwidths are those of small pages" : ""};
}

}  // namespace

std::vector<MeasuringCondition> measuring_conditions(const SystemRoot& root) {
  std::vector<MeasuringCondition> rows;
  for (const ReadableFile& file : kFiles) rows.push_back(readable(root, file));
  for (const ListedFolder& folder : kFolders) rows.push_back(listed(root, folder));
  rows.push_back(governor(root));
  rows.push_back(huge_pages(root));
  return rows;
}

}  // namespace rackproof
