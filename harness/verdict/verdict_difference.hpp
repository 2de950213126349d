// Where two files, or a file and the judging engine, say different things of the same rows: the first difference, in words.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/verdict/verdicts.hpp"
#include "harness/verdict/verdicts_schema.hpp"

namespace rackproof {

/// Something that the two say differently. Texts are as in the file, and may hold anything.
struct VerdictDifference {
  std::string where;  ///< "rack1/node2, case memory/host/triad:f64,cold, quantity bandwidth", "rack rack1", …
  std::string stored;  ///< "verdict pass", "value 2e+09 (verdict pass)", "no cell"
  std::string now;
};

/// "rack1/node2, case …, quantity bandwidth: verdict fail in the file, verdict pass judged again". One line.
std::string to_string(const VerdictDifference& difference);

/// Compares the fields of two rows and keeps the first that differs. NaN is equal to NaN.
class RowComparison {
 public:
  /// The notes: what is said of either row beside the field; may be empty.
  explicit RowComparison(std::string where, std::string stored_note = {}, std::string now_note = {})
      : where_(std::move(where)), stored_note_(std::move(stored_note)), now_note_(std::move(now_note)) {}

  RowComparison& text(std::string_view field, std::string_view stored, std::string_view now) {
    if (stored != now) differ(field, fmt::format("\"{}\"", stored), fmt::format("\"{}\"", now));
    return *this;
  }
  RowComparison& word(std::string_view field, std::string_view stored, std::string_view now) {
    if (stored != now) differ(field, std::string(stored), std::string(now));
    return *this;
  }
  RowComparison& number(std::string_view field, double stored, double now) {
    if (!(stored == now || (std::isnan(stored) && std::isnan(now))))
      differ(field, fmt::format("{}", stored), fmt::format("{}", now));
    return *this;
  }
  template <class Count>
  RowComparison& count(std::string_view field, Count stored, Count now) {
    if (stored != now) differ(field, fmt::format("{}", stored), fmt::format("{}", now));
    return *this;
  }
  RowComparison& texts(std::string_view field, const std::vector<std::string>& stored,
                       const std::vector<std::string>& now) {
    if (stored != now)
      differ(field, fmt::format("{}", fmt::join(stored, ", ")), fmt::format("{}", fmt::join(now, ", ")));
    return *this;
  }
  /// What rows of cells have in common.
  template <class Row>
  RowComparison& figures(const Row& stored, const Row& now) {
    return text("failure", stored.failure, now.failure)
        .number("value", stored.value, now.value)
        .number("lo", stored.lo, now.lo)
        .number("hi", stored.hi, now.hi)
        .count("launches", stored.launches, now.launches);
  }
  std::optional<VerdictDifference> first() { return std::move(found_); }

 private:
  void differ(std::string_view field, const std::string& stored, const std::string& now) {
    if (!found_)
      found_ = VerdictDifference{where_, fmt::format("{} {}{}", field, stored, stored_note_),
                                 fmt::format("{} {}{}", field, now, now_note_)};
  }

  std::string where_, stored_note_, now_note_;
  std::optional<VerdictDifference> found_;
};

/// Rows in the order of both: the first that one side lacks, that stands elsewhere, or whose fields differ. `name` of a row is
/// what `where` says, `kind` what a row is ("cell").
template <class Row, class SameKey, class Name, class Compare>
std::optional<VerdictDifference> first_of_rows(const std::vector<Row>& stored, const std::vector<Row>& now,
                                               std::string_view kind, const SameKey& same_key,
                                               const Name& name, const Compare& compare) {
  const auto has = [&](const std::vector<Row>& rows, const Row& row) {
    return std::ranges::any_of(rows, [&](const Row& other) { return same_key(other, row); });
  };
  const auto none = fmt::format("no {}", kind), one = fmt::format("a {}", kind);
  for (std::size_t i = 0; i < std::max(stored.size(), now.size()); ++i) {
    if (i < stored.size() && i < now.size() && same_key(stored[i], now[i])) {
      if (std::optional<VerdictDifference> difference = compare(stored[i], now[i])) return difference;
      continue;
    }
    if (i < now.size() && !has(stored, now[i])) return VerdictDifference{name(now[i]), none, one};
    if (i < stored.size() && !has(now, stored[i])) return VerdictDifference{name(stored[i]), one, none};
    const Row& row = i < stored.size() ? stored[i] : now[i];
    return VerdictDifference{name(row), fmt::format("{} {}", kind, i), "another place, or once only"};
  }
  return std::nullopt;
}

// Tables that verdicts over attempts and over cells have in common.
std::optional<VerdictDifference> difference_of_roll_ups(const std::vector<RollUp>& stored,
                                                        const std::vector<RollUp>& now);
std::optional<VerdictDifference> difference_of_limit(const LimitRow& stored, const LimitRow& now,
                                                     std::size_t row);
std::optional<VerdictDifference> difference_of_limits(const std::vector<LimitRow>& stored,
                                                      const std::vector<LimitRow>& now);
std::optional<VerdictDifference> difference_of_findings(const std::vector<Finding>& stored,
                                                        const std::vector<Finding>& now);
/// How all ended, and of which campaign.
std::optional<VerdictDifference> difference_of_whole(const Verdicts& stored, const Verdicts& now);

}  // namespace rackproof
