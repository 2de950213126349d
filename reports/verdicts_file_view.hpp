// What a page says of the campaign's verdicts file when that was judged otherwise than the page is.
#pragma once

#include "harness/verdict/verdict_agreement.hpp"
#include "reports/report_view.hpp"

namespace rackproof {

/// A row of the provenance for each: "verdicts.h5 was judged with other limits: strict, SHA-256 …". Empty when it was judged alike.
KeyValues judged_otherwise_rows(const JudgedOtherwise& otherwise, const Verdicts& stored);

}  // namespace rackproof
