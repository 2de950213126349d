#include "harness/launch/push.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "harness/base/digest.hpp"
#include "harness/launch/archive.hpp"

namespace rackproof {

namespace {

// A constant: what differs comes as arguments, which no shell reads as text.
constexpr const char* kPlace = R"(set -eu
folder=$1 digest=$2 sums=$3
place=$folder/$digest
sound() {
  [ -d "$1" ] && [ -O "$1" ] && printf %s "$sums" | (cd "$1" && sha256sum -c --status -) 2>/dev/null
}
if sound "$place"; then exit 0; fi
umask 022
mkdir -p "$folder"
if ! [ -O "$folder" ]; then echo "$folder belongs to somebody else; write another folder in [launch]" >&2; exit 1; fi
part= receiver=
trap 'if [ -n "$receiver" ]; then kill "$receiver" 2>/dev/null || :; fi; if [ -n "$part" ]; then rm -rf "$part"; fi' EXIT
trap 'exit 1' HUP INT TERM
part=$(mktemp -d "$folder/.part.XXXXXX")
# Waited for, so that a signal is heard at once; in the background its input would be /dev/null.
exec 3<&0
cat <&3 >"$part/archive" &
receiver=$!
wait "$receiver"
receiver=
found=$(sha256sum "$part/archive")
found=${found%% *}
if [ "$found" != "$digest" ]; then
  echo "the worker's files arrived damaged: their SHA-256 is $found, not $digest" >&2
  exit 1
fi
mkdir "$part/files"
tar -xf "$part/archive" -C "$part/files"
if sound "$place"; then exit 0; fi
if [ -e "$place" ]; then mv -T "$place" "$part/damaged"; fi
mv -T "$part/files" "$place" 2>/dev/null || true
if sound "$place"; then exit 0; fi
echo "the worker's files could not be placed in $place" >&2
exit 1
)";

std::vector<ArchiveMember> members_of(const WorkerFiles& files) {
  std::vector<ArchiveMember> members{{"bin/rackproof-worker", files.worker}};
  for (const auto& entry : std::filesystem::directory_iterator(files.module.parent_path())) {
    const auto& path = entry.path();
    if (entry.is_regular_file() && path.extension() == ".so")
      members.push_back({"lib/rackproof/" + path.filename().string(), path});
  }
  std::ranges::sort(members, {}, &ArchiveMember::name);
  return members;
}

}  // namespace

Push::Push(const std::string& folder, const WorkerFiles& files, const std::filesystem::path& campaign_folder)
    : folder_(folder), archive_(campaign_folder / kWorkerArchive) {
  const auto members = members_of(files);
  for (const auto& member : members) sums_ += fmt::format("{}  {}\n", sha256_file(member.file), member.name);
  write_archive(members, archive_);
  digest_ = sha256_file(archive_);
  const auto place = std::filesystem::path(folder) / digest_;
  files_ = {place / "bin" / "rackproof-worker", place / "lib" / "rackproof" / files.module.filename()};
}

Command Push::command() const { return {"/bin/sh", "-c", kPlace, "rackproof-push", folder_, digest_, sums_}; }

}  // namespace rackproof
