#include "reports/formats/junit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>

#include "harness/verdict/trend/calendar.hpp"
#include "reports/certificate.hpp"
#include "reports/escape.hpp"
#include "reports/formats/attempt_times.hpp"
#include "reports/formats/plain_ascii.hpp"
#include "reports/formats/rack_cells.hpp"
#include "reports/place.hpp"
#include "reports/value_text.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kHostsNamed = 2;

void append_xml(std::string& out, std::string_view text) {
  if (text.size() <= kLongestText && is_plain_ascii(text, "&<>\"'")) {
    out += text;
  } else {
    out += escape_html(text);  // its entities are those of XML, or numeric
  }
}

void append_attribute(std::string& out, std::string_view name, std::string_view text) {
  out += ' ';
  out += name;
  out += "=\"";
  append_xml(out, text);
  out += '"';
}

/// Dots divide packages there, so that one in a name is written %2E.
void append_dotless(std::string& out, std::string_view name, bool slash_divides) {
  for (const char c : name) {
    if (c == '.') {
      out += "%2E";
    } else {
      out += c == '/' && slash_divides ? '.' : c;
    }
  }
}

/// "rack1.node2.dev0"; of what has several nodes "rack1.pair.rack1/node1+rack1/node2".
std::string class_of(const TargetRow& target, std::string_view suite) {
  std::string out;
  const bool one_node = target.placement == Placement::node || target.placement == Placement::device;
  if (!one_node) {
    append_dotless(out, suite, false);
    out += '.';
    append_dotless(out, target.scope, false);
    out += '.';
  }
  append_dotless(out, target.name, one_node);
  return out;
}

/// "2026-11-23T08:00:00", the zone is UTC; empty for what is no time.
std::string timestamp(std::string_view utc) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00";
  if (utc.size() < kForm.size() || !day_of(utc)) return {};
  const std::string_view begin = utc.substr(0, kForm.size());
  const bool sound = std::ranges::equal(
      begin, kForm, [](char c, char form) { return form == '0' ? c >= '0' && c <= '9' : c == form; });
  return sound && begin.substr(11, 2) < "24" && begin.substr(14, 2) < "60" && begin.substr(17, 2) < "60"
             ? std::string(begin)
             : std::string();
}

std::string seconds(std::int64_t ns) { return fmt::format("{:.3f}", static_cast<double>(ns) * 1e-9); }

/// Why a subject without a failing or undecided gate is not accepted all the same; empty: it is, or its gates say why.
std::string_view open_reason(Disposition disposition, const GateCounts& counts) {
  if (disposition == Disposition::accepted || counts.failed + counts.inconclusive + counts.not_judged > 0)
    return {};
  return counts.passed == 0 ? "nothing was judged here"
                            : "not accepted: its campaign was interrupted, a part of it is in no gate, or a "
                              "gate limit applies to no target";
}

class JUnit {
 public:
  JUnit(const ReportInput& input, const TextSink& sink)
      : input_(input), racks_(cells_by_rack(input)), times_(input.results), block_(sink) {
    for (const Limit& limit : input.limits.limits) limits_.push_back(to_string(limit));
  }

  void write() {
    out() += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
    std::size_t id = 0;
    bool explained = false;
    for (const RackCells& rack : racks_) {
      const std::string_view open =
          rack.between_racks ? std::string_view{} : open_reason(rack.disposition, rack.counts);
      explained = explained || !open.empty() ||
                  rack.counts.failed + rack.counts.inconclusive + rack.counts.not_judged > 0;
      suite(rack, id++, open);
    }
    if (input_.verdicts.disposition != Disposition::accepted && !explained) {
      RackCells whole;
      whole.rack = "campaign";
      suite(whole, id,
            racks_.empty()
                ? "nothing was judged"
                : "not accepted: a gate limit applies to no target, or the campaign was interrupted");
    }
    out() += "</testsuites>\n";
    block_.finish();
  }

 private:
  std::string& out() { return block_.text(); }

  void suite(const RackCells& rack, std::size_t id, std::string_view open) {
    const GateCounts& n = rack.counts;
    const std::size_t more = open.empty() ? 0 : 1;
    std::int64_t first_ns = std::numeric_limits<std::int64_t>::max();
    std::int64_t spent_ns = 0;
    for (const auto row : rack.cells) {
      const VerdictCell& cell = input_.verdicts.cells[row];
      if (!cell.completion()) continue;
      const AttemptTime time = times_.of(cell.target, cell.case_id);
      spent_ns += time.spent_ns;
      if (time.begin_utc_ns > 0) first_ns = std::min(first_ns, time.begin_utc_ns);
    }
    const bool began = first_ns != std::numeric_limits<std::int64_t>::max();
    const std::string time = timestamp(began ? iso8601_utc(first_ns) : input_.results.provenance.started_utc);
    fmt::format_to(std::back_inserter(out()), "<testsuite id=\"{}\"", id);
    append_attribute(out(), "name", rack.rack);
    append_attribute(out(), "package", input_.results.provenance.plan_name);
    append_attribute(out(), "hostname", hosts_of(rack));
    if (!time.empty()) append_attribute(out(), "timestamp", time);
    fmt::format_to(std::back_inserter(out()),
                   " tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\">\n",
                   n.total() + more, n.failed, n.inconclusive + n.not_judged + more, n.not_applicable,
                   seconds(spent_ns));
    properties(rack);
    for (const auto row : rack.cells) {
      testcase(rack, row);
      block_.record_ends();
    }
    if (!open.empty()) {
      out() += "<testcase classname=\"";
      std::string name;
      append_dotless(name, rack.rack, false);
      append_xml(out(), name);
      out() += "\" name=\"disposition\" time=\"0.000\"><error type=\"undecided\"";
      append_attribute(out(), "message", open);
      out() += "/></testcase>\n";
    }
    out() += "<system-out/><system-err/>\n</testsuite>\n";
    block_.record_ends();
  }

  std::string hosts_of(const RackCells& rack) const {
    std::vector<std::string> hosts;
    for (const TargetRow& target : input_.results.targets) {
      const bool here = target.placement == Placement::node && target.rack == rack.rack;
      if (here && !target.hostname.empty() && std::ranges::find(hosts, target.hostname) == hosts.end())
        hosts.push_back(target.hostname);
    }
    return hosts.empty() ? "not known" : joined(hosts, kHostsNamed);
  }

  void properties(const RackCells& rack) {
    const Verdicts& verdicts = input_.verdicts;
    const Provenance& from = input_.results.provenance;
    out() += "<properties>\n";
    const auto property = [this](std::string_view name, std::string_view value) {
      out() += "<property";
      append_attribute(out(), "name", name);
      append_attribute(out(), "value", value);
      out() += "/>\n";
    };
    if (!rack.between_racks) {
      property("disposition",
               rack.with_reservations ? "rejected, accepted with reservations" : to_string(rack.disposition));
    }
    property("campaign", from.campaign_id);
    property("site", from.site_name);
    property("limits", input_.limits.name);
    property("results_sha256", verdicts.results_sha256);
    property("limits_sha256", verdicts.limits_sha256);
    if (!verdicts.waivers_sha256.empty()) property("waivers_sha256", verdicts.waivers_sha256);
    out() += "</properties>\n";
  }

  void testcase(const RackCells& rack, std::size_t row) {
    const VerdictCell& cell = input_.verdicts.cells[row];
    const TargetRow& target = input_.results.targets[cell.target];
    const std::string name =
        cell.completion()
            ? cell.case_id + " ends ok"
            : fmt::format("{} {}", metric_of(cell),
                          cell.limit < 0 ? "" : limits_.at(static_cast<std::size_t>(cell.limit)));
    out() += "<testcase";
    append_attribute(out(), "classname", class_of(target, rack.rack));
    append_attribute(out(), "name", name);
    append_attribute(out(), "time",
                     seconds(cell.completion() ? times_.of(cell.target, cell.case_id).spent_ns : 0));
    switch (cell.verdict) {
      case Verdict::pass:
        out() += "/>\n";
        return;
      case Verdict::fail:
        result("failure", cell.failure.empty() ? "fail" : cell.failure, row);
        break;
      case Verdict::inconclusive:
      case Verdict::not_judged:
        result("error", to_string(cell.verdict), row);
        break;
      case Verdict::not_applicable:
        out() += "><skipped";
        append_attribute(out(), "message", cell.reason);
        out() += "/>";
        break;
    }
    out() += "</testcase>\n";
  }

  /// What is wrong, where, by which limit, and how to see it again.
  void result(std::string_view element, std::string_view type, std::size_t row) {
    const VerdictCell& cell = input_.verdicts.cells[row];
    const Waiver* waiver = input_.reservations.of(row);
    out() += "><";
    out() += element;
    append_attribute(out(), "type", type);
    append_attribute(out(), "message",
                     waiver == nullptr ? cell.reason.en
                                       : fmt::format("{} (waived by {})", cell.reason, to_string(*waiver)));
    out() += '>';
    const auto line = [this](std::string_view label, std::string_view text) {
      if (text.empty()) return;
      out() += label;
      append_xml(out(), text);
      out() += '\n';
    };
    if (cell.limit >= 0) {
      const Limit& limit = input_.limits.limits[static_cast<std::size_t>(cell.limit)];
      const std::string interval = cell_interval_text(cell, limit.dimension);
      line("value: ", cell_text(cell, limit.dimension) + (interval.empty() ? "" : " " + interval));
      line("limit: ", limits_[static_cast<std::size_t>(cell.limit)]);
      line("clause: ", limit.clause);
      line("from: ", limit.provenance);
    }
    const Place place = place_of(input_.results, cell.target);
    line("at: ", fmt::format("{}{}{}{}", place.racks, place.racks.empty() ? "" : ", ", place.part,
                             place.hosts.empty() ? "" : fmt::format(" ({})", place.hosts)));
    line("again: ", rerun_line(input_.results, cell.target, cell.case_id));
    out() += "</";
    out() += element;
    out() += '>';
  }

  const ReportInput& input_;
  std::vector<RackCells> racks_;
  AttemptTimes times_;
  TextBlock block_;
  std::vector<std::string> limits_;  // in words
};

}  // namespace

void write_junit(const ReportInput& input, const TextSink& sink) { JUnit(input, sink).write(); }

}  // namespace rackproof
