// The samples that a results file gets, of which only one attempt's are in memory at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/results/results.hpp"

namespace rackproof {

/// Attempts with samples, in the order of the attempts.
class SampleSource {
 public:
  using List = std::vector<std::int64_t> SampleRow::*;

  virtual ~SampleSource() = default;
  virtual std::size_t size() const = 0;
  /// Row of /attempts.
  virtual std::uint32_t attempt(std::size_t at) const = 0;
  /// How many values a list of it has.
  virtual std::uint64_t count(std::size_t at, List list) const = 0;
  /// All of it. Throws Error when it cannot be read.
  virtual SampleRow read(std::size_t at) const = 0;
};

/// Those that are in memory as they are.
class SamplesInMemory : public SampleSource {
 public:
  /// `rows` must outlive it.
  explicit SamplesInMemory(const std::vector<SampleRow>& rows) : rows_(rows) {}
  std::size_t size() const override { return rows_.size(); }
  std::uint32_t attempt(std::size_t at) const override { return rows_[at].attempt; }
  std::uint64_t count(std::size_t at, List list) const override { return (rows_[at].*list).size(); }
  SampleRow read(std::size_t at) const override { return rows_[at]; }

 private:
  const std::vector<SampleRow>& rows_;
};

}  // namespace rackproof
