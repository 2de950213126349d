#include "harness/results/merged_columns.hpp"

#include <fmt/format.h>

#include <unordered_map>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

/// Columns on which any case was planned.
std::vector<bool> planned(const CellReader& reader, Placement placement) {
  std::vector<bool> out(reader.subjects(placement).size(), false);
  for (std::size_t row = 0; row < reader.cases().size(); ++row) {
    const CaseColumn column = reader.read_case(row, placement);
    for (std::size_t i = 0; i < column.outcome.size(); ++i)
      out[i] = out[i] || column.outcome[i] != CaseOutcome::not_planned;
  }
  return out;
}

}  // namespace

MergedColumns merge_columns(const std::vector<std::unique_ptr<CellReader>>& readers, Placement placement) {
  MergedColumns out;
  std::unordered_map<std::string, std::size_t> known;
  std::vector<bool> is_planned;  // of each merged column
  for (std::size_t i = 0; i < readers.size(); ++i) {
    const Subjects& subjects = readers[i]->subjects(placement);
    const std::vector<bool> here = planned(*readers[i], placement);
    auto& columns = out.column.emplace_back(subjects.size(), kNoText);
    for (std::uint32_t column = 0; column < subjects.size(); ++column) {
      std::string target(readers[i]->text(subjects.name[column]));
      auto [place, is_new] = known.try_emplace(target, out.origin.size());
      if (!is_new && here[column] && is_planned[place->second]) {
        const std::size_t other = out.origin[place->second].reader;
        if (placement != Placement::group || other == i)
          throw Error(fmt::format("{} was measured in {} and in {}; give one of them", printable(target),
                                  printable(readers[other]->path().string()),
                                  printable(readers[i]->path().string())));
        target += "@" + readers[i]->provenance().campaign_id;
        std::tie(place, is_new) = known.try_emplace(target, out.origin.size());
      }
      if (is_new) {
        out.origin.push_back({i, column});
        out.name.push_back(target);
        is_planned.push_back(here[column]);
      } else if (here[column]) {
        out.origin[place->second] = {i, column};
        is_planned[place->second] = true;
      }
      columns[column] = static_cast<std::uint32_t>(place->second);
    }
  }
  return out;
}

}  // namespace rackproof
