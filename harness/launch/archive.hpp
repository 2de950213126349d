// An archive (POSIX ustar) of files of this installation: the same files give the same bytes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace rackproof {

struct ArchiveMember {
  std::string name;  ///< in the archive, at most 100 bytes: "bin/rackproof-worker"
  std::filesystem::path file;
};

/// Writes the members in the order of their names, executable, owned by root, dated 1970. The archive is there whole
/// or not at all. Throws Error: a file that cannot be read, a name that is too long, a full disk.
void write_archive(std::vector<ArchiveMember> members, const std::filesystem::path& archive);

}  // namespace rackproof
