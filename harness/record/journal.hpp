// The append-only journal of a campaign: what was recorded is never lost, what is torn is never believed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/record/durable_file.hpp"

namespace rackproof {

/// In a step_begin: how many records stand or fall with it, this one included.
inline constexpr const char* kTogether = "together";

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

/// Walks a journal, one entry in memory at a time. Only the last line may be damaged, and the last of the records that
/// stand together may be there in part: both are left out.
class JournalReader {
 public:
  /// Throws Error when the file cannot be read.
  explicit JournalReader(const std::filesystem::path& path);
  /// Nothing: the journal's sound part ends here. Throws Error, with its line number, for a damaged line before the last.
  std::optional<JournalEntry> next();

  /// Of what was walked so far: its length, and whether what follows was left out.
  std::int64_t sound_bytes() const { return sound_bytes_; }
  bool torn() const { return torn_; }

 private:
  bool read_line();
  [[noreturn]] void refuse(int line) const;
  bool are_all_there(std::size_t lines);

  std::filesystem::path path_;
  std::ifstream file_;
  std::int64_t last_line_ = 0;  // where the last whole line begins
  std::int64_t end_ = 0;        // of the last whole line
  std::int64_t size_ = 0;
  std::string line_;
  std::int64_t sound_bytes_ = 0;
  int line_number_ = 0;
  std::size_t together_ = 0;  // lines that still belong to those that stand together
  bool torn_ = false;
};

struct JournalContent {
  std::vector<JournalEntry> entries;
  bool torn =
      false;  ///< the last line, or the last of the records that stand together, was missing: left out
  std::int64_t sound_bytes = 0;  ///< length up to and including the last sound line
};

/// All entries of a journal: its length is that of the campaign's samples. Errors are JournalReader's.
JournalContent read_journal(const std::filesystem::path& path);
/// What became of each case: all entries but those of type "samples" or "telemetry"; a hello comes without its topology.
JournalContent read_journal_without_samples(const std::filesystem::path& path);

}  // namespace rackproof
