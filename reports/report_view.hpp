// What a report says, before it is HTML or terminal text. Made once; all texts are plain and not escaped.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/results/results.hpp"
#include "harness/verdict/verdicts.hpp"
#include "reports/certificate.hpp"
#include "reports/coverage.hpp"
#include "reports/incidents.hpp"
#include "reports/place.hpp"
#include "reports/punch_list.hpp"
#include "reports/rack_table.hpp"
#include "reports/status_mark.hpp"

namespace rackproof {

struct RackView {
  std::string name;
  Disposition disposition = Disposition::undecided;
  bool everything_measured = false;
  bool started = true;             ///< something was attempted there
  bool with_reservations = false;  ///< it fails, and every gate that fails is waived
  std::size_t passed = 0, failed = 0, inconclusive = 0, not_judged = 0, not_applicable = 0;  ///< gate cells
  RackTables tables;  ///< empty when the report's limit on values is reached
  bool clean() const { return disposition == Disposition::accepted && everything_measured; }
  StatusMark mark() const { return mark_of(disposition, everything_measured); }
};

/// A text that belongs to the evidence: plan, site, limits.
struct Document {
  std::string title;
  std::string name;
  std::string sha256;
  std::string text;
};

struct ReportView {
  std::string plan_name, site_name, limits_name, campaign_id;
  std::string started_utc, finished_utc;
  Disposition disposition = Disposition::undecided;
  bool interrupted = false;
  std::size_t campaigns = 1, campaigns_interrupted = 0;
  Virtuality virtuality;
  std::vector<std::string> banners;  ///< what of the site is not real: virtual nodes, emulated devices
  std::string sentence;              ///< the answer in one sentence
  std::size_t accepted = 0, rejected = 0, undecided = 0;  ///< racks, as shown
  std::size_t with_reservations = 0, not_started = 0;     ///< racks; not among those above
  std::size_t waived = 0;                                 ///< gate cells that fail and are waived
  bool accepted_with_reservations = false;  ///< the whole: it fails, and every gate that fails is waived
  std::vector<std::string> unused_waivers;  ///< waivers that waive nothing, and why
  std::size_t passed = 0, failed = 0, inconclusive = 0, not_judged = 0, not_applicable = 0;  ///< gate cells
  CoverageView coverage;
  std::vector<CertificateRow> certificate;
  PunchList punch_list;
  std::vector<RackView> racks;  ///< in site order
  RackTables between_racks;
  std::vector<Finding> findings;  ///< of the verdicts, then what only the campaign saw
  IncidentList incidents;
  std::vector<std::pair<std::string, std::string>> provenance;  ///< label, value
  std::vector<std::pair<std::string, std::string>> backends;    ///< "name version path", SHA-256
  std::vector<std::pair<std::string, std::string>> removed_environment;
  std::vector<std::pair<std::string, std::string>> setup_environment;  ///< by the site's setup script
  std::vector<Document> documents;
  std::string method;  ///< statistics in words

  /// Complete, accepted and everything promised was measured: the only case that looks like a pass.
  bool clean() const {
    return disposition == Disposition::accepted && coverage.everything_measured() && !interrupted;
  }
  StatusMark mark() const { return mark_of(disposition, clean()); }
};

/// Throws Error when verdicts, limits and results do not belong together (hashes, campaign or rows differ).
ReportView make_report_view(const Results& results, const Limits& limits, const Verdicts& verdicts);

}  // namespace rackproof
