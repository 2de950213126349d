#include "harness/record/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/record/framing.hpp"

namespace rackproof {

static constexpr std::int64_t kGroupCommitNs = 1'000'000'000;

static std::int64_t steady_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

static FileDescriptor open_locked(const std::filesystem::path& path, int flags) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | flags, 0644));
  if (!file) throw Error(fmt::format("cannot open journal {}: {}", path.string(), std::strerror(errno)));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    throw Error(fmt::format("{} is in use: another rackproof runs this campaign", path.string()));
  }
  return file;
}

Journal::Journal(FileDescriptor file, std::int64_t offset) : file_(std::move(file)), offset_(offset) {}

Journal Journal::create(const std::filesystem::path& path) {
  return Journal(open_locked(path, O_CREAT | O_EXCL), 0);
}

Journal Journal::resume(const std::filesystem::path& path) {
  FileDescriptor file = open_locked(path, 0);
  const std::int64_t sound = read_journal(path).sound_bytes;
  if (::ftruncate(file.get(), sound) != 0 || ::lseek(file.get(), sound, SEEK_SET) != sound) {
    throw Error(fmt::format("cannot continue journal {}: {}", path.string(), std::strerror(errno)));
  }
  return Journal(std::move(file), sound);
}

void Journal::append(const nlohmann::json& record) {
  const std::string line = frame(record);
  write_all(file_.get(), line);
  offset_ += static_cast<std::int64_t>(line.size());
  if (first_pending_ns_ == 0) first_pending_ns_ = steady_ns();
  sync_if_due();
}

void Journal::sync() {
  if (first_pending_ns_ == 0) return;
  if (::fdatasync(file_.get()) != 0)
    throw Error(fmt::format("cannot sync the journal: {}", std::strerror(errno)));
  first_pending_ns_ = 0;
}

void Journal::sync_if_due() {
  if (first_pending_ns_ != 0 && steady_ns() - first_pending_ns_ >= kGroupCommitNs) sync();
}

JournalContent read_journal(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  JournalContent content;
  std::size_t begin = 0;
  int line_number = 0;
  while (begin < text.size()) {
    ++line_number;
    const std::size_t newline = text.find('\n', begin);
    if (newline == std::string::npos) {
      content.torn = true;
      break;
    }
    auto record = unframe(std::string_view(text).substr(begin, newline - begin));
    if (!record) {
      // A power cut can leave a last line of the right length with wrong bytes; only the last is forgiven.
      if (newline + 1 != text.size()) {
        throw Error(
            fmt::format("{}:{}: the line is damaged (checksum); the journal cannot be trusted after it",
                        path.string(), line_number));
      }
      content.torn = true;
      break;
    }
    content.entries.push_back({static_cast<std::int64_t>(begin), std::move(*record)});
    begin = newline + 1;
    content.sound_bytes = static_cast<std::int64_t>(begin);
  }
  content.sha256 = sha256(std::string_view(text).substr(0, static_cast<std::size_t>(content.sound_bytes)));
  return content;
}

}  // namespace rackproof
