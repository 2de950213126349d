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

Journal::Journal(std::filesystem::path path, FileDescriptor file, std::int64_t offset)
    : path_(std::move(path)), file_(std::move(file)), offset_(offset) {}

Journal Journal::begin(const std::filesystem::path& path, const nlohmann::json& first) {
  const std::filesystem::path temporary = path.string() + ".tmp";
  Journal journal(path, open_locked(temporary, O_CREAT), 0);
  Draft draft(path);  // from here on it is ours
  if (std::filesystem::exists(path)) throw Error(fmt::format("there is a journal {} already", path.string()));
  if (::ftruncate(journal.file_.get(), 0) != 0)  // what a harness that died at this had written
    throw Error(fmt::format("cannot write {}: {}", draft.path().string(), std::strerror(errno)));
  journal.append(first);
  draft.publish();
  journal.first_pending_ns_ = 0;
  return journal;
}

Journal Journal::create(const std::filesystem::path& path) {
  return Journal(path, open_locked(path, O_CREAT | O_EXCL), 0);
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
  return Journal(path, std::move(file), sound);
}

void Journal::append(const nlohmann::json& record) { write(frame(record)); }

void Journal::append_together(std::vector<nlohmann::json> records) {
  records.at(0)[kTogether] = records.size();
  std::string lines;
  for (const auto& record : records) lines += frame(record);
  write(lines);
}

void Journal::write(const std::string& lines) {
  try {
    write_all(file_.get(), lines);
  } catch (const Error& error) {
    // A full disk takes a part; without it, the journal is sound as it is. Read with a torn end when this fails, too.
    static_cast<void>(!::ftruncate(file_.get(), offset_));
    throw error.within(path_.string());
  }
  offset_ += static_cast<std::int64_t>(lines.size());
  if (first_pending_ns_ == 0) first_pending_ns_ = steady_ns();
  sync_if_due();
}

void Journal::sync() {
  if (first_pending_ns_ == 0) return;
  if (::fdatasync(file_.get()) != 0)
    throw Error(fmt::format("cannot sync {}: {}", path_.string(), std::strerror(errno)));
  first_pending_ns_ = 0;
}

void Journal::sync_if_due() {
  if (first_pending_ns_ != 0 && steady_ns() - first_pending_ns_ >= kGroupCommitNs) sync();
}

}  // namespace rackproof
