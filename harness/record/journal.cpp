#include "harness/record/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

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
    throw Error(fmt::format("{} is in use: another rackproof writes it", path.string()));
  }
  return file;
}

Journal::Journal(FileDescriptor file, std::int64_t offset) : file_(std::move(file)), offset_(offset) {}

Journal Journal::create(const std::filesystem::path& path) {
  return Journal(open_locked(path, O_CREAT | O_EXCL), 0);
}

Journal Journal::resume(const std::filesystem::path& path) {
  FileDescriptor file = open_locked(path, 0);
  JournalReader reader(path);
  while (reader.next()) {
  }
  const std::int64_t sound = reader.sound_bytes();
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

void Journal::append_together(std::vector<nlohmann::json> records) {
  records.at(0)[kTogether] = records.size();
  std::string lines;
  for (const auto& record : records) lines += frame(record);
  write_all(file_.get(), lines);
  offset_ += static_cast<std::int64_t>(lines.size());
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

}  // namespace rackproof
