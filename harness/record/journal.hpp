// The append-only journal of a campaign: what was recorded is never lost, what is torn is never believed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "harness/record/durable_file.hpp"

namespace rackproof {

/// Writer. Holds an exclusive lock on the journal for its life; fsyncs at most `kGroupCommit` late.
class Journal {
 public:
  /// Begins a journal with its first record: the file has its name once that is durable, so that a journal without its
  /// beginning never is. Throws Error when there is a journal, or another process begins one.
  static Journal begin(const std::filesystem::path& path, const nlohmann::json& first);
  /// Creates a new journal without a record; throws Error when the file exists.
  static Journal create(const std::filesystem::path& path);
  /// Opens an existing one to append. A torn last line is cut off. Throws Error when another process holds
  /// it.
  static Journal resume(const std::filesystem::path& path);

  /// Appends one record. Durable after the next sync(). Throws Error (disk full); the file then ends with the record
  /// before.
  void append(const nlohmann::json& record);
  /// Appends records that stand or fall together: whoever finds only a part of them, because the writer or its machine
  /// died, takes none. The first is a step_begin.
  void append_together(std::vector<nlohmann::json> records);
  /// Makes everything appended durable now.
  void sync();
  /// Calls sync() when a second has passed since the first record that is not durable.
  void sync_if_due();
  /// Bytes written so far: where the next record begins.
  std::int64_t offset() const { return offset_; }

 private:
  Journal(std::filesystem::path path, FileDescriptor file, std::int64_t offset);
  void write(const std::string& lines);

  std::filesystem::path path_;
  FileDescriptor file_;
  std::int64_t offset_ = 0;
  std::int64_t first_pending_ns_ = 0;  // 0: everything is durable
};

struct JournalEntry {
  std::int64_t offset = 0;  ///< of the line in the file
  nlohmann::json record;
};

struct JournalContent {
  std::vector<JournalEntry> entries;
  bool torn =
      false;  ///< the last line, or the last of the records that stand together, was missing: left out
  std::int64_t sound_bytes = 0;  ///< length up to and including the last sound line
  std::string sha256;            ///< of the sound bytes
};

/// Reads a journal. A damaged line anywhere but at the end throws Error with its line number.
JournalContent read_journal(const std::filesystem::path& path);

}  // namespace rackproof
