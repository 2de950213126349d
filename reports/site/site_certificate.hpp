// Rows of the certificate of a site, as certificate() makes them of a campaign.
#pragma once

#include <vector>

#include "reports/certificate.hpp"
#include "reports/site/judged_column.hpp"
#include "reports/site/site_verdicts.hpp"

namespace rackproof {

/// The row of one limit. `same_host`: all targets share one machine. Any thread may call it.
CertificateRow limit_row(const CellReader& cells, const SeriesRow& series, const Limit& limit,
                         const JudgedColumn& figures, const std::vector<std::uint8_t>& verdict,
                         bool same_host);

/// One row for each scope of what was planned.
std::vector<CertificateRow> completion_rows(const CellReader& cells, const SiteVerdicts& verdicts);

}  // namespace rackproof
