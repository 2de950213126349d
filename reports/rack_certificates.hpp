// The certificates of single racks out of one campaign.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "reports/rack_table.hpp"
#include "reports/report_view.hpp"

namespace rackproof {

struct RackCertificate {
  /// Of the rack alone: its cells, coverage, punch list, values, incidents, and findings about it. Its disposition is that of its
  /// roll-up. What spans it and other racks is in `between_racks` and `spanning`, and counts for nothing else.
  ReportView view;
  Verdicts verdicts;  ///< the cells of the rack; targets and limits are rows of those of the campaign
};

/// Indexes a campaign once, so that each certificate costs what its own rack holds.
class RackCertificates {
 public:
  /// Keeps references to all three. Throws Error when they do not belong together.
  RackCertificates(const Results& results, const Limits& limits, const Verdicts& verdicts);

  /// Racks of the site, in site order.
  const std::vector<std::string>& racks() const { return racks_; }

  /// Throws Error for a rack that the site does not have. Documents (plan, site, limits) are named by hash only.
  RackCertificate of(const std::string& rack) const;

 private:
  using LimitKey = std::tuple<std::string, std::string, std::string, bool,
                              std::string>;  // metric, scope, model, score, limit in words
  using Rows = std::vector<std::uint32_t>;
  struct Parts {
    Rows cells;     // of verdicts
    Rows spanning;  // cells of targets that span this rack and others
    Rows spanning_targets;
    Rows attempts;
    Rows findings;
  };

  void index_targets();
  void index_findings();
  Verdicts some_verdicts(const Rows& cells) const;
  std::vector<CertificateRow> certificate_of(const Verdicts& cells) const;

  const Results& results_;
  const Limits& limits_;
  const Verdicts& verdicts_;
  ReportView outline_;  // without racks, coverage and the text of documents
  std::vector<RackView> rack_views_;
  CoverageView coverage_;
  RackTableMaker tables_;
  std::vector<Finding> findings_;
  std::vector<std::string> racks_;
  std::map<std::string, std::uint32_t> row_of_;  // rack → row of racks_ and parts_
  std::vector<Rows> racks_of_target_;
  std::vector<Parts> parts_;
  std::set<LimitKey> judged_;  // limits with a cell anywhere in the campaign
};

}  // namespace rackproof
