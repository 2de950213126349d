// A journal made by hand, record by record, and what is finalised from it.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "harness/record/framing.hpp"
#include "harness/record/journal.hpp"
#include "harness/results/finalise.hpp"

namespace rackproof {

using nlohmann::json;

inline constexpr const char* kCase = "memory/host/triad:f64,cold";

inline json target(const char* name, Placement placement, const char* scope, std::vector<int> members) {
  return {{"name", name},
          {"placement", static_cast<int>(placement)},
          {"scope", scope},
          {"members", members},
          {"rack", "r"},
          {"model", "m"},
          {"serial", placement == Placement::node ? "SN" : ""},
          {"absent", ""},
          {"labels", {{"hall", "A"}}},
          {"virtual", false}};
}

inline json series(const char* quantity, QuantityKind kind) {
  return {{"case", kCase},   {"quantity", quantity},   {"kind", static_cast<int>(kind)},
          {"unit", "B/s"},   {"direction", 1},         {"formula", "f"},
          {"clock", "host"}, {"definition_hash", "h"}, {"title", "t"}};
}

inline json campaign() {
  return {{"type", "campaign"},
          {"id", "uuid"},
          {"version", "0.1.0"},
          {"catalogue_hash", "c"},
          {"utc_ns", 1'000'000'000},
          {"plan", {{"name", "p"}, {"text", "plan"}}},
          {"site", {{"name", "s"}, {"text", "site"}}},
          {"seed", 7},
          {"launches", 2},
          {"launch_component", 0.1},
          {"attribute_virtual", false},
          {"virtual_on", ""},
          {"series",
           {series("bandwidth", QuantityKind::real), series("checked", QuantityKind::exact),
            series("path", QuantityKind::text)}},
          {"targets",
           {target("n1", Placement::node, "node", {0}), target("n2", Placement::node, "node", {1}),
            target("n2/dev0", Placement::device, "device", {1}),
            target("n1+n2", Placement::pair, "pair", {0, 1})}},
          {"promises",
           {{{"target", 0}, {"case", kCase}, {"exempt", ""}},
            {{"target", 1}, {"case", kCase}, {"exempt", "old"}}}}};
}

class JournalByHand {
 public:
  JournalByHand() { add(campaign()); }
  void add(const json& record) {
    entries_.push_back({size_, record});
    size_ += static_cast<std::int64_t>(frame(record).size());
  }
  void add(json record, const std::string& step) {
    record["step"] = step;
    add(record);
  }
  void begin(const std::string& step, const std::string& target, int launch, int attempt) {
    add({{"type", "step_begin"},
         {"step", step},
         {"target", target},
         {"launch", launch},
         {"attempt", attempt},
         {"cases", {kCase}},
         {"utc_ns", 2'000'000'000}});
    add(json(CaseBegin{kCase, target, launch, attempt, 3'000'000'000}), step);
  }
  void end(const std::string& step, const std::string& target, int launch, int attempt, Status status,
           double value = 0) {
    CaseEnd end;
    end.case_id = kCase;
    end.target = target;
    end.launch = launch;
    end.attempt = attempt;
    end.end_utc_ns = 4'000'000'000;
    end.outcome = {status, Phase::finish, status == Status::ok ? "" : "reason"};
    if (status == Status::ok) {
      end.values["bandwidth"] = {value, value - 1, value + 1, 50};
      end.exact["checked"] = checked_;
      end.text["path"] = path_;
      end.stop = Stop::precise;
    }
    add(json(end), step);
  }
  /// One whole step.
  void step(const std::string& step, const std::string& target, int launch, int attempt, Status status,
            double value = 0) {
    begin(step, target, launch, attempt);
    add(json(Samples{kCase, 0, {10, 11}, {}}), step);
    end(step, target, launch, attempt, status, value);
    add({{"type", "step_end"},
         {"step", step},
         {"complete", true},
         {"outcome", Outcome{}},
         {"reason", ""},
         {"utc_ns", 5'000'000'000}});
  }
  void close(int ended) { add({{"type", "campaign_end"}, {"ended", ended}, {"utc_ns", 6'000'000'000}}); }

  Results results() const {
    const auto path =
        std::filesystem::temp_directory_path() / fmt::format("rackproof-finalise-{}", ::getpid());
    std::ofstream(path, std::ios::binary) << text();
    const auto removed = std::unique_ptr<const std::filesystem::path, void (*)(const std::filesystem::path*)>(
        &path, [](const std::filesystem::path* file) { std::filesystem::remove(*file); });
    CampaignResults made = finalise(path);
    for (std::size_t i = 0; i < made.samples.size(); ++i)
      made.results.samples.push_back(made.samples.read(i));
    return std::move(made.results);
  }
  std::vector<JournalEntry>& entries() { return entries_; }
  std::string text() const {
    std::string text;
    for (const auto& entry : entries_) text += frame(entry.record);
    return text;
  }
  std::int64_t checked_ = 5;
  std::string path_ = "tcp";

 private:
  std::vector<JournalEntry> entries_;
  std::int64_t size_ = 0;
};

inline const CellValue& node_cell(const Results& results, std::size_t series, std::size_t column) {
  return results.cells[1].at(series * results.columns[1].size() + column);
}

}  // namespace rackproof
