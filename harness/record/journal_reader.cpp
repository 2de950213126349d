#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "harness/base/error.hpp"
#include "harness/record/framing.hpp"
#include "harness/record/journal.hpp"

namespace rackproof {

namespace {

/// How many records stand or fall together, this one the first. Only the harness writes step_begin: a worker cannot
/// claim what follows.
std::size_t together(const nlohmann::json& record) {
  const auto type = record.find("type");
  const auto count = record.find(kTogether);
  const bool stated = type != record.end() && *type == "step_begin" && count != record.end();
  return stated && count->is_number_unsigned() ? std::max(count->get<std::size_t>(), std::size_t{1}) : 1;
}

/// Where the newline before `end` is; -1: there is none.
std::int64_t newline_before(std::ifstream& file, std::int64_t end) {
  std::string block(1 << 16, '\0');
  while (end > 0) {
    const std::int64_t size = std::min(end, static_cast<std::int64_t>(block.size()));
    file.seekg(end - size);
    if (!file.read(block.data(), size)) return -1;
    const std::size_t found = block.rfind('\n', static_cast<std::size_t>(size - 1));
    if (found != std::string::npos) return end - size + static_cast<std::int64_t>(found);
    end -= size;
  }
  return -1;
}

}  // namespace

JournalReader::JournalReader(const std::filesystem::path& path) : path_(path), file_(path, std::ios::binary) {
  if (!file_ || std::filesystem::is_directory(path))
    throw Error(fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
  size_ = static_cast<std::int64_t>(std::filesystem::file_size(path));
  end_ = newline_before(file_, size_) + 1;
  last_line_ = end_ > 0 ? newline_before(file_, end_ - 1) + 1 : 0;
  file_.clear();
  file_.seekg(0);
}

/// The next whole line, without its end.
bool JournalReader::read_line() {
  if (sound_bytes_ >= end_) return false;
  if (!std::getline(file_, line_)) throw Error(fmt::format("cannot read {}", path_.string()));
  ++line_number_;
  return true;
}

/// Whether so many sound lines follow the one that was read last.
bool JournalReader::are_all_there(std::size_t lines) {
  const auto here = file_.tellg();
  std::string line;
  std::size_t there = 0;
  std::int64_t at = here;
  while (there < lines && at < end_ && std::getline(file_, line)) {
    const bool is_last = at == last_line_;
    at += static_cast<std::int64_t>(line.size()) + 1;
    if (!is_last || unframe(line)) ++there;
  }
  const auto go_back = [&] {
    file_.clear();
    file_.seekg(here);
  };
  go_back();
  if (there == lines) return true;
  // The journal ends among them: what is left must be damaged nowhere else.
  at = here;
  for (int number = line_number_ + 1; at < end_ && std::getline(file_, line); ++number) {
    const bool is_last = at == last_line_ && size_ == end_;
    if (!unframe(line) && !is_last) refuse(number);
    at += static_cast<std::int64_t>(line.size()) + 1;
  }
  go_back();
  return false;
}

void JournalReader::refuse(int line) const {
  throw Error(fmt::format("{}:{}: the line is damaged (checksum); the journal cannot be trusted after it",
                          path_.string(), line));
}

std::optional<JournalEntry> JournalReader::next() {
  if (torn_) return std::nullopt;
  if (!read_line()) {
    torn_ = size_ > end_;
    return std::nullopt;
  }
  auto record = unframe(line_);
  if (!record) {
    // A power cut can leave a last line of the right length with wrong bytes; only the last is forgiven.
    if (sound_bytes_ != last_line_ || size_ > end_) refuse(line_number_);
    torn_ = true;
    return std::nullopt;
  }
  if (together_ == 0) {
    const std::size_t count = together(*record);
    if (count > 1 && !are_all_there(count - 1)) {
      torn_ = true;
      return std::nullopt;
    }
    together_ = count;
  }
  --together_;
  JournalEntry entry{sound_bytes_, std::move(*record)};
  sound_bytes_ += static_cast<std::int64_t>(line_.size()) + 1;
  return entry;
}

namespace {

template <class Keep>
JournalContent content_of(const std::filesystem::path& path, const Keep& keep) {
  JournalReader reader(path);
  JournalContent content;
  while (auto entry = reader.next()) {
    if (keep(entry->record)) content.entries.push_back(std::move(*entry));
  }
  content.torn = reader.torn();
  content.sound_bytes = reader.sound_bytes();
  return content;
}

}  // namespace

JournalContent read_journal(const std::filesystem::path& path) {
  return content_of(path, [](const nlohmann::json&) { return true; });
}

JournalContent read_journal_without_samples(const std::filesystem::path& path) {
  return content_of(path, [](nlohmann::json& record) {
    const auto type = record.find("type");
    if (type == record.end()) return true;
    // Every start of a worker tells the topology of its node again.
    if (*type == "hello" && record.contains("hwloc_xml")) record["hwloc_xml"] = "";
    return *type != "samples" && *type != "telemetry";
  });
}

}  // namespace rackproof
