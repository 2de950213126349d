// The report as JUnit XML, for continuous integration.
#pragma once

#include "reports/formats/report_input.hpp"
#include "reports/formats/text_sink.hpp"

namespace rackproof {

/// One testsuite per rack, in site order, and one for what lies between racks; one testcase per gate cell. Scores are no gates.
/// A failure is a gate that fails, also one that is waived (the message names the waiver); an error is what is not decided: type
/// "inconclusive" or "not_judged"; skipped is what the plan exempts. So nothing undecided is ever shown as passed: a rack, or the
/// whole, that is not accepted although none of its gates says why has a testcase "disposition" with an error of type "undecided".
/// The time of a case's attempts stands at its completion, in seconds. Valid against the schemas of Jenkins and, where the times of
/// the campaign are known, of Ant.
void write_junit(const ReportInput& input, const TextSink& sink);

}  // namespace rackproof
