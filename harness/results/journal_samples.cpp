#include "harness/results/journal_samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/record/framing.hpp"
#include "harness/record/journal.hpp"
#include "harness/record/record.hpp"

namespace rackproof {

JournalSamples::JournalSamples(const std::filesystem::path& journal, const Results& results,
                               const std::vector<bool>& keeps)
    : journal_(journal), file_(journal, std::ios::binary) {
  struct OpenCase {
    std::int64_t begin = 0;  // where its case_begin stands
    Row samples;
  };
  std::unordered_map<std::int64_t, std::uint32_t> attempts;  // by log_offset
  for (std::uint32_t i = 0; i < results.attempts.size(); ++i)
    attempts.emplace(results.attempts[i].log_offset, i);
  const auto take = [&](std::int64_t log_offset, Row samples) {
    const auto attempt = attempts.find(log_offset);
    if (attempt == attempts.end() || !keeps.at(attempt->second) || samples.host_ns == 0) return;
    samples.attempt = attempt->second;
    samples.records.shrink_to_fit();
    rows_.push_back(std::move(samples));
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
      Row& all = open[record.at("step")].samples;
      all.host_ns += block.host_ns.size();
      all.event_ns += block.event_ns.size();
      all.records.push_back(entry->offset);
    } else if (type == "case_end") {
      auto ended = open.extract(record.at("step").get<std::string>());
      if (ended) take(entry->offset, std::move(ended.mapped().samples));
    }
  }
  for (auto& [step, lost] : open) take(lost.begin, std::move(lost.samples));
  std::ranges::sort(rows_, {}, &Row::attempt);
}

std::uint64_t JournalSamples::count(std::size_t at, List list) const {
  return list == &SampleRow::host_ns ? rows_[at].host_ns : rows_[at].event_ns;
}

SampleRow JournalSamples::read(std::size_t at) const {
  const Row& row = rows_[at];
  SampleRow all;
  all.attempt = row.attempt;
  all.host_ns.reserve(row.host_ns);
  all.event_ns.reserve(row.event_ns);
  for (const std::int64_t offset : row.records) {
    std::string line;
    const bool is_read = file_.seekg(offset) && std::getline(file_, line);
    const auto record = is_read ? unframe(line) : std::nullopt;
    if (!record) throw Error(fmt::format("{} changed while its samples were read", journal_.string()));
    const auto block = record->get<Samples>();
    all.host_ns.insert(all.host_ns.end(), block.host_ns.begin(), block.host_ns.end());
    all.event_ns.insert(all.event_ns.end(), block.event_ns.begin(), block.event_ns.end());
  }
  return all;
}

}  // namespace rackproof
