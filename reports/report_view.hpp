// What a report says, before it is HTML or terminal text. Made once; all texts are plain and not escaped.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/language/phrase.hpp"
#include "harness/results/results.hpp"
#include "harness/verdict/unused_limits.hpp"
#include "harness/verdict/verdicts.hpp"
#include "reports/certificate.hpp"
#include "reports/coverage.hpp"
#include "reports/incidents.hpp"
#include "reports/place.hpp"
#include "reports/punch_list.hpp"
#include "reports/rack_table.hpp"
#include "reports/status_mark.hpp"
#include "reports/worst_pairs.hpp"

namespace rackproof {

struct RackView {
  std::string name;
  Disposition disposition = Disposition::undecided;
  bool everything_measured = false;
  bool interrupted = false;        ///< a campaign that measured there was
  bool started = true;             ///< something was attempted there
  bool with_reservations = false;  ///< it fails, and every gate that fails is waived
  std::size_t passed = 0, failed = 0, inconclusive = 0, not_judged = 0, not_applicable = 0;  ///< gate cells
  RackTables tables;  ///< empty when the report's limit on values is reached
  bool clean() const { return disposition == Disposition::accepted && everything_measured; }
  StatusMark mark() const {
    if (with_reservations) return mark_of_reservations();
    return started ? mark_of(disposition, everything_measured) : mark_of_not_started();
  }
};

/// A text that belongs to the evidence: plan, site, limits.
struct Document {
  Phrase title;
  std::string name;
  std::string sha256;
  std::string text;  ///< empty: only its hash is shown
};

/// Label and value.
using KeyValues = std::vector<std::pair<Phrase, Phrase>>;

struct ReportView {
  std::string plan_name, site_name, limits_name, campaign_id;
  std::string started_utc, finished_utc;
  Disposition disposition = Disposition::undecided;
  bool all_waived = false;      ///< it is rejected, and every gate that fails is waived
  std::string only_rack;        ///< of the certificate of one rack; empty: of all
  bool nothing_judged = false;  ///< no gate limit applies to anything that was promised
  bool interrupted = false;
  Withheld withheld = Withheld::nothing;  ///< from being accepted, as a gate limit applies to nothing
  std::size_t campaigns = 1, campaigns_interrupted = 0;
  Virtuality virtuality;
  std::vector<Phrase> banners;  ///< what of the site is not real: virtual nodes, emulated devices
  Phrase sentence;              ///< the answer in one sentence: sentence.hpp
  std::size_t accepted = 0, rejected = 0, undecided = 0;  ///< racks, as shown
  std::size_t with_reservations = 0, not_started = 0;     ///< racks; not among those above
  std::size_t waived = 0;                                 ///< gate cells that fail and are waived
  std::size_t passed = 0, failed = 0, inconclusive = 0, not_judged = 0, not_applicable = 0;  ///< gate cells
  CoverageView coverage;
  std::vector<CertificateRow> certificate;
  PunchList punch_list;
  PunchList
      spanning;  ///< of the certificate of one rack: what spans it and others, and does not count for it
  std::vector<RackView> racks;  ///< in site order
  RackTables between_racks;
  std::vector<WorstPairs> pairs;  ///< none in the certificate of one rack and of a file of cells
  std::vector<Finding> findings;  ///< of the verdicts, then what only the campaign saw
  IncidentList incidents;
  KeyValues provenance;
  KeyValues backends;  ///< "name version path", SHA-256
  KeyValues removed_environment;
  KeyValues setup_environment;  ///< by the site's setup script
  std::vector<Document> documents;
  Phrase method;  ///< statistics in words

  /// Complete, accepted and everything promised was measured: the only case that looks like a pass.
  bool clean() const {
    return disposition == Disposition::accepted && coverage.everything_measured() && !interrupted;
  }
  StatusMark mark() const {
    if (nothing_judged && disposition == Disposition::undecided) return mark_of(Verdict::not_judged);
    return all_waived ? mark_of_reservations() : mark_of(disposition, clean());
  }
};

/// The findings of the verdicts, then what only the campaign saw; notices that judge turned into a finding are not repeated.
std::vector<Finding> findings_of(const Results& results, const Verdicts& verdicts);

/// Throws Error when verdicts, limits and results do not belong together (hashes, campaign or rows differ).
ReportView make_report_view(const Results& results, const Limits& limits, const Verdicts& verdicts);

/// The same without what grows with the cells: certificate, punch list, values, findings and incidents. All racks are there, and the
/// sentence. Throws as above.
ReportView make_report_outline(const Results& results, const Limits& limits, const Verdicts& verdicts);

}  // namespace rackproof
