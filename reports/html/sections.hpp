// The sections of the acceptance page, in page order. Each returns escaped HTML without scripts and style attributes. All lists have an
// end and say how much is beyond it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "reports/language/language.hpp"
#include "reports/report_view.hpp"

namespace rackproof::html {

inline constexpr std::size_t kMostChips = 24;
/// With more racks, coverage lists only those that lack something.
inline constexpr std::size_t kMostRacksInFull = 24;
inline constexpr std::size_t kMostCoverageRows = 200;
inline constexpr std::size_t kMostReasons = 8;
/// Entries of the punch list shown in full; of a longer list so many of each group.
inline constexpr std::size_t kMostFullEntries = 60;
inline constexpr std::size_t kFullOfGroup = 3;
inline constexpr std::size_t kMostRacksOfStanding = 200;

/// What a page may hold of its longest lists.
struct PageRoom {
  std::size_t full = kMostFullEntries;   ///< of the punch list
  std::size_t rows = kLongestPunchList;  ///< of the punch list, compact ones beyond the full ones
  std::size_t findings = 500;
  std::size_t incidents = kLongestIncidentList;
  bool racks = true;  ///< the values of racks
};

/// All racks, or of many those that lack something.
std::string coverage_section(const CoverageView& coverage, const Words& words);

/// Addresses within the page of what a certificate names: (target, metric) → "p-3", target → "rack-0".
class PageLinks {
 public:
  explicit PageLinks(const ReportView& view, const PageRoom& room);
  /// Of the punch-list entry; else of the rack; empty when neither is on the page.
  std::string of(const std::string& target, const std::string& metric) const;
  /// Whether the page shows the entry with this number, from 1.
  bool shows(std::size_t number) const { return shown_.contains(number); }
  /// Whether the values of this row of ReportView::racks stand on the page.
  bool shows_rack(std::size_t row) const { return shown_racks_.contains(row); }

 private:
  std::map<std::pair<std::string, std::string>, std::size_t> entries_;
  std::map<std::string, std::size_t> racks_;
  std::set<std::size_t> shown_;
  std::set<std::size_t> shown_racks_;
};

/// Banners, the answer, the counts, a chip for each rack, and what fails first.
std::string verdict_strip(const ReportView& view, const PageLinks& links, const Words& words);

std::string certificate_section(const std::vector<CertificateRow>& rows, const PageLinks& links,
                                const Words& words);

/// What stands in the row of a certificate for how its values lie; empty without counts.
std::string fleet_strip_svg(const CertificateRow& row, const Words& words);

/// Groups first, worst first. `room.full` entries with all that is known, then rows.
std::string punch_list_section(const PunchList& list, const PageRoom& room, const Words& words);

std::string racks_section(const ReportView& view, const Words& words);

/// Empty without pairs.
std::string pairs_section(const std::vector<WorstPairs>& metrics, const Words& words);

/// Racks by standing: rejected, undecided, with reservations, not started, accepted.
std::string wave_sheet(const ReportView& view, const PageLinks& links, const Words& words);

/// Boxes for buyer, vendor and witness: in print only.
std::string signatures(const Words& words);

std::string findings_section(const std::vector<Finding>& findings, const PageRoom& room, const Words& words);
std::string incidents_section(const IncidentList& incidents, const PageRoom& room, const Words& words);
std::string provenance_section(const ReportView& view, const Words& words);

}  // namespace rackproof::html
