#include "harness/results/journal_samples.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "harness/record/journal.hpp"
#include "harness/record/record.hpp"

namespace rackproof {

namespace {

struct OpenCase {
  std::int64_t begin = 0;  // where its case_begin stands
  SampleRow samples;
};

}  // namespace

std::vector<SampleRow> read_samples(const std::filesystem::path& journal, const Results& results,
                                    const std::vector<bool>& keeps) {
  std::unordered_map<std::int64_t, std::uint32_t> rows;  // by log_offset
  for (std::uint32_t i = 0; i < results.attempts.size(); ++i) rows.emplace(results.attempts[i].log_offset, i);
  std::vector<SampleRow> kept;
  const auto take = [&](std::int64_t log_offset, SampleRow samples) {
    const auto row = rows.find(log_offset);
    if (row == rows.end() || !keeps.at(row->second) || samples.host_ns.empty()) return;
    samples.attempt = row->second;
    kept.push_back(std::move(samples));
  };
  std::unordered_map<std::string, OpenCase> open;  // by step
  JournalReader reader(journal);
  while (const auto entry = reader.next()) {
    const auto& record = entry->record;
    const std::string type = record.at("type");
    if (type == "case_begin") {
      open[record.at("step")] = {entry->offset, {}};
    } else if (type == "samples") {
      const auto block = record.get<Samples>();
      SampleRow& all = open[record.at("step")].samples;
      all.host_ns.insert(all.host_ns.end(), block.host_ns.begin(), block.host_ns.end());
      all.event_ns.insert(all.event_ns.end(), block.event_ns.begin(), block.event_ns.end());
    } else if (type == "case_end") {
      auto ended = open.extract(record.at("step").get<std::string>());
      if (ended) take(entry->offset, std::move(ended.mapped().samples));
    }
  }
  for (auto& [step, lost] : open) take(lost.begin, std::move(lost.samples));
  std::ranges::sort(kept, {}, &SampleRow::attempt);
  return kept;
}

}  // namespace rackproof
