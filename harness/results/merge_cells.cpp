#include "harness/results/merge_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "harness/base/error.hpp"
#include "harness/base/parallel.hpp"
#include "harness/base/version.hpp"
#include "harness/results/cell_source.hpp"
#include "harness/results/cells_schema.hpp"
#include "harness/results/cells_writer.hpp"
#include "harness/results/merged_columns.hpp"
#include "harness/results/merged_provenance.hpp"
#include "harness/results/series_definition.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

class CellMerge {
 public:
  CellMerge(std::vector<std::unique_ptr<CellReader>> readers, unsigned threads)
      : readers_(std::move(readers)), threads_(threads) {
    if (readers_.empty()) throw Error("a merge of cells is of at least one campaign");
    std::ranges::sort(readers_, {}, [](const auto& reader) {
      return std::tie(reader->provenance().started_utc, reader->provenance().campaign_id);
    });
  }

  void write(const std::filesystem::path& path) {
    unite_parts();
    unite_series();
    for (const Placement placement : kPlacements)
      columns_[at(placement)] = merge_columns(readers_, placement);
    head_.campaign_id = head_.parts.size() == 1 ? head_.parts.front().campaign_id
                                                : merged_provenance(head_.parts).campaign_id;
    head_.program_version = kProgramVersion;
    head_.ended = ended_of_all(head_.parts);
    CellsWriter writer(path, head_);
    // Nodes first: others say where theirs stands.
    for (const Placement placement : {Placement::node, Placement::device, Placement::pair, Placement::group})
      write_subjects(writer, placement);
    for (const Placement placement : kPlacements) write_cells(writer, placement);
    writer.finish();
  }

 private:
  static std::size_t at(Placement placement) { return static_cast<std::size_t>(placement); }

  void unite_parts() {
    std::map<std::string, std::size_t> known;
    for (std::size_t i = 0; i < readers_.size(); ++i) {
      first_part_.push_back(static_cast<std::uint32_t>(head_.parts.size()));
      for (const Part& part : readers_[i]->parts()) {
        const auto [other, is_new] = known.try_emplace(part.campaign_id, i);
        if (!is_new)
          throw Error(fmt::format("{} and {} hold the same campaign, {}; give one of them",
                                  name(other->second), name(i), printable(part.campaign_id)));
        head_.parts.push_back(part);
      }
    }
  }

  std::string name(std::size_t reader) const { return printable(readers_[reader]->path().string()); }

  void unite_series() {
    std::map<std::string, std::pair<std::size_t, std::size_t>> known;  // metric → row, reader
    for (std::size_t i = 0; i < readers_.size(); ++i) {
      for (const SeriesRow& row : readers_[i]->series()) {
        const auto [place, is_new] = known.try_emplace(row.metric(), head_.series.size(), i);
        if (is_new) {
          head_.series.push_back(row);
        } else if (const char* what = difference(head_.series[place->second.first], row)) {
          throw Error(fmt::format("{} and {} do not mean the same by {}: the {} differs; judge them apart",
                                  name(place->second.second), name(i), printable(row.metric()), what));
        }
      }
    }
    cases_ = cases_of(head_.series);
    for (const auto& reader : readers_) {
      auto& series = series_of_.emplace_back(head_.series.size(), kNowhere);
      for (std::size_t row = 0; row < reader->series().size(); ++row)
        series[known.at(reader->series()[row].metric()).first] = row;
      auto& cases = cases_of_.emplace_back(cases_.size(), kNowhere);
      for (std::size_t row = 0; row < reader->cases().size(); ++row) {
        const auto found = std::ranges::find(cases_, reader->cases()[row]);
        cases[static_cast<std::size_t>(found - cases_.begin())] = row;
      }
    }
  }

  void write_subjects(CellsWriter& writer, Placement placement) {
    const auto& chosen = columns_[at(placement)].origin;
    Subjects out;
    out.placement = placement;
    std::map<std::string, std::vector<std::uint32_t>> attributes;
    const auto text = [&](const CellReader& reader, std::uint32_t row) {
      return row == kNoText ? kNoText : writer.text(std::string(reader.text(row)));
    };
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const auto [from, column] = chosen[i];
      const CellReader& reader = *readers_[from];
      const Subjects& subjects = reader.subjects(placement);
      const auto node = [&](std::uint32_t row) {
        return row == kNoText ? kNoText : columns_[at(Placement::node)].column[from].at(row);
      };
      out.target.push_back(static_cast<std::uint32_t>(i));
      out.name.push_back(writer.text(columns_[at(placement)].name[i]));
      out.scope.push_back(text(reader, subjects.scope[column]));
      out.rack.push_back(text(reader, subjects.rack[column]));
      out.model.push_back(text(reader, subjects.model[column]));
      out.key.push_back(text(reader, subjects.key[column]));
      out.node.push_back(node(subjects.node[column]));
      out.second.push_back(node(subjects.second[column]));
      out.part.push_back(first_part_[from] + subjects.part[column]);
    }
    for (std::size_t i = 0; i < readers_.size(); ++i) {
      for (const std::string& key : attribute_names(*readers_[i], placement)) {
        auto& rows = attributes.try_emplace(key, chosen.size(), kNoText).first->second;
        const auto found = key.starts_with(kLabelPrefix)
                               ? readers_[i]->label(placement, key.substr(kLabelPrefix.size()))
                               : readers_[i]->fact(placement, key);
        for (std::size_t column = 0; column < chosen.size(); ++column) {
          if (chosen[column].reader == i) rows[column] = text(*readers_[i], found[chosen[column].column]);
        }
      }
    }
    writer.subjects(out, attributes);
  }

  static std::vector<std::string> attribute_names(const CellReader& reader, Placement placement) {
    std::vector<std::string> names = reader.facts(placement);
    for (const std::string& label : reader.labels()) names.push_back(std::string(kLabelPrefix) + label);
    return names;
  }

  /// What `take` gives of each reader's row, put where its columns stand now.
  template <class T, class Take>
  std::vector<T> gathered(Placement placement, const std::vector<std::vector<std::size_t>>& rows,
                          std::size_t row, T none, const Take& take) const {
    std::vector<std::vector<T>> found(readers_.size());
    for (std::size_t i = 0; i < readers_.size(); ++i) {
      if (rows[i][row] != kNowhere) found[i] = take(*readers_[i], rows[i][row]);
    }
    return put_in_place(placement, found, none);
  }

  /// A row of each reader, or nothing, put where its columns stand now.
  template <class T>
  std::vector<T> put_in_place(Placement placement, const std::vector<std::vector<T>>& found, T none) const {
    const auto& chosen = columns_[at(placement)].origin;
    std::vector<T> out(chosen.size(), none);
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const auto& from = found[chosen[i].reader];
      if (!from.empty()) out[i] = from[chosen[i].column];
    }
    return out;
  }

  CellRow cells(std::size_t series, Placement placement) const {
    constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
    const auto& chosen = columns_[at(placement)].origin;
    CellRow out;
    out.value = out.lo = out.hi = out.least = out.most = std::vector<float>(chosen.size(), kNone);
    out.n.assign(chosen.size(), 0);
    out.status.assign(chosen.size(), Status::skipped);
    out.stop.assign(chosen.size(), Stop::none);
    for (std::size_t i = 0; i < readers_.size(); ++i) {
      if (series_of_[i][series] == kNowhere || readers_[i]->subjects(placement).size() == 0) continue;
      const CellRow row =
          readers_[i]->read(series_of_[i][series], placement,
                            {.interval = true, .range = true, .launches = true, .state = true});
      for (std::size_t column = 0; column < chosen.size(); ++column) {
        if (chosen[column].reader != i) continue;
        const std::uint32_t from = chosen[column].column;
        out.value[column] = row.value[from];
        out.lo[column] = row.lo[from];
        out.hi[column] = row.hi[from];
        out.least[column] = row.least[from];
        out.most[column] = row.most[from];
        out.n[column] = row.n[from];
        out.status[column] = row.status[from];
        out.stop[column] = row.stop[from];
      }
    }
    return out;
  }

  CellsWriter::Packed packed(const CellsWriter& writer, Placement placement, std::size_t job) {
    if (job < head_.series.size()) return writer.pack(job, placement, cells(job, placement));
    job -= head_.series.size();
    if (job < cases_.size()) {
      std::vector<std::vector<CaseOutcome>> outcomes(readers_.size());
      std::vector<std::vector<std::uint8_t>> disturbed(readers_.size());
      std::vector<std::vector<Division>> divisions(readers_.size());
      for (std::size_t i = 0; i < readers_.size(); ++i) {
        const std::size_t row = cases_of_[i][job];
        if (row == kNowhere) continue;
        CaseColumn column = readers_[i]->read_case(row, placement);
        outcomes[i] = std::move(column.outcome);
        disturbed[i] = std::move(column.disturbed);
        divisions[i] = readers_[i]->read_divisions(row, placement);
      }
      return writer.pack(job, placement,
                         {put_in_place(placement, outcomes, CaseOutcome::not_planned),
                          put_in_place(placement, disturbed, std::uint8_t{0})},
                         put_in_place(placement, divisions, Division::unknown));
    }
    return packed_words(writer, placement, words_[job - cases_.size()]);
  }

  CellsWriter::Packed packed_words(const CellsWriter& writer, Placement placement, std::size_t series) {
    if (head_.series[series].kind == QuantityKind::text)
      return writer.pack(series, placement, texts_[series]);
    ExactRow row;
    row.value = gathered(
        placement, series_of_, series, std::int64_t{0},
        [&](const CellReader& reader, std::size_t from) { return reader.read_exact(from, placement).value; });
    row.state = gathered(
        placement, series_of_, series, std::uint8_t{0},
        [&](const CellReader& reader, std::size_t from) { return reader.read_exact(from, placement).state; });
    return writer.pack(series, placement, row);
  }

  void write_cells(CellsWriter& writer, Placement placement) {
    if (columns_[at(placement)].origin.empty() || head_.series.empty()) return;
    words_.clear();
    texts_.clear();
    for (std::size_t series = 0; series < head_.series.size(); ++series) {
      if (head_.series[series].kind == QuantityKind::real) continue;
      words_.push_back(series);
      if (head_.series[series].kind != QuantityKind::text) continue;
      // The dictionary is one: its rows are given before threads pack.
      texts_[series] =
          gathered(placement, series_of_, series, kNoText, [&](const CellReader& reader, std::size_t from) {
            auto rows = reader.read_text(from, placement);
            for (auto& row : rows)
              row = row == kNoText ? kNoText : writer.text(std::string(reader.text(row)));
            return rows;
          });
    }
    const std::size_t jobs = head_.series.size() + cases_.size() + words_.size();
    for_each_in_order(
        jobs, threads_, [&](std::size_t job) { return packed(writer, placement, job); },
        [&](const CellsWriter::Packed& ready) { writer.put(ready); });
  }

  std::vector<std::unique_ptr<CellReader>> readers_;
  unsigned threads_;
  CellsHead head_;
  std::vector<std::string> cases_;
  std::vector<std::uint32_t> first_part_;            // of each reader
  std::vector<std::vector<std::size_t>> series_of_;  // reader → series → row there
  std::vector<std::vector<std::size_t>> cases_of_;   // reader → case → row there
  std::array<MergedColumns, kPlacementCount> columns_;
  std::vector<std::size_t> words_;                           // series that are not real
  std::map<std::size_t, std::vector<std::uint32_t>> texts_;  // of the placement that is written
};

}  // namespace

void merge_cells(std::vector<std::unique_ptr<CellReader>> readers, const std::filesystem::path& path,
                 unsigned threads) {
  CellMerge(std::move(readers), threads).write(path);
}

}  // namespace rackproof
