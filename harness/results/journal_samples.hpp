// Samples of a journal, for a results file.
#pragma once

#include <filesystem>
#include <fstream>
#include <vector>

#include "harness/results/sample_source.hpp"

namespace rackproof {

/// Where the samples of a campaign stand in its journal. What it takes of memory grows with the records of samples, by
/// 8 bytes each, and not with the samples.
class JournalSamples : public SampleSource {
 public:
  /// Walks the journal for those rows of `results.attempts` that `keeps` has true. An attempt without samples has no
  /// row. Throws Error when the journal cannot be read, and what nlohmann-json throws when a record lacks a field.
  JournalSamples(const std::filesystem::path& journal, const Results& results,
                 const std::vector<bool>& keeps);

  std::size_t size() const override { return rows_.size(); }
  std::uint32_t attempt(std::size_t at) const override { return rows_[at].attempt; }
  std::uint64_t count(std::size_t at, List list) const override;
  SampleRow read(std::size_t at) const override;

 private:
  struct Row {
    std::uint32_t attempt = 0;
    std::uint64_t host_ns = 0;  // how many
    std::uint64_t event_ns = 0;
    std::vector<std::int64_t> records;  // where they stand
  };

  std::filesystem::path journal_;
  std::vector<Row> rows_;
  mutable std::ifstream file_;
};

}  // namespace rackproof
