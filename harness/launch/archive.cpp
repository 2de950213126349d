#include "harness/launch/archive.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <string.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>

#include "harness/base/error.hpp"
#include "harness/record/durable_file.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kBlock = 512;
constexpr std::uintmax_t kLargestMember = 8ULL << 30;  // its size has eleven octal digits

// POSIX.1-1988, ustar: fields of fixed width, numbers as octal text.
std::string header(const std::string& name, std::uintmax_t bytes) {
  std::string block(kBlock, '\0');
  const auto put = [&block](std::size_t at, std::string_view text) { block.replace(at, text.size(), text); };
  put(0, name);
  put(100, "0000755");
  put(108, "0000000");  // user, group
  put(116, "0000000");
  put(124, fmt::format("{:011o}", bytes));
  put(136, "00000000000");  // time
  put(148, "        ");     // the sum is taken with blanks in its place
  put(156, "0");            // a plain file
  put(257, std::string_view("ustar\00000", 8));
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  put(148, fmt::format("{:06o}", sum));
  block[154] = '\0';
  return block;
}

void append(const ArchiveMember& member, int archive) {
  std::error_code code;
  const std::uintmax_t bytes = std::filesystem::file_size(member.file, code);
  std::ifstream in(member.file, std::ios::binary);
  if (code || !in) throw Error(fmt::format("cannot read {}", member.file.string()));
  if (member.name.size() > 100 || bytes >= kLargestMember)
    throw Error(fmt::format("{} is too large for an archive", member.file.string()));
  write_all(archive, header(member.name, bytes));
  std::string buffer(1 << 20, '\0');
  std::uintmax_t left = bytes;
  while (left > 0) {
    in.read(buffer.data(), static_cast<std::streamsize>(std::min<std::uintmax_t>(left, buffer.size())));
    const auto got = static_cast<std::size_t>(in.gcount());
    if (got == 0) throw Error(fmt::format("{} became shorter while it was read", member.file.string()));
    write_all(archive, std::string_view(buffer).substr(0, got));
    left -= got;
  }
  write_all(archive, std::string((kBlock - bytes % kBlock) % kBlock, '\0'));
}

}  // namespace

void write_archive(std::vector<ArchiveMember> members, const std::filesystem::path& archive) {
  std::ranges::sort(members, {}, &ArchiveMember::name);
  std::filesystem::path temporary = archive;
  temporary += ".tmp";
  {
    const FileDescriptor out(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!out) throw Error(fmt::format("cannot write {}: {}", temporary.string(), ::strerror(errno)));
    for (const auto& member : members) append(member, out.get());
    write_all(out.get(), std::string(2 * kBlock, '\0'));
  }
  publish(temporary, archive);
}

}  // namespace rackproof
