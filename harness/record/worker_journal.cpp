#include "harness/record/worker_journal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "harness/base/error.hpp"

namespace rackproof {

using nlohmann::json;

namespace {

/// True for a file that a worker began, also when the machine died while the first line was written.
bool begins_like_a_journal(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string start(4, '\0');
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(in.gcount()));
  return std::string("@rp ").starts_with(start);
}

Journal open(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return Journal::create(path);
  if (!begins_like_a_journal(path))
    throw Error(fmt::format("{} is no journal; give another name", path.string()));
  return Journal::resume(path);
}

bool ends_something(const json& record) {
  return record.at("type") == "case_end" || record.at("type") == "end";
}

/// Sorts the records after the first one by step.
std::vector<WorkerStep> steps_of(JournalContent&& content) {
  std::vector<WorkerStep> steps;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 1; i < content.entries.size(); ++i) {
    json& record = content.entries[i].record;
    const std::string id = record.at("step");
    if (record.at("type") != "step_begin") {
      steps[places.at(id)].records.push_back(std::move(record));
      continue;
    }
    WorkerStep begun;
    begun.step.step = id;
    record.at("target").get_to(begun.step.target);
    record.at("launch").get_to(begun.step.launch);
    record.at("attempt").get_to(begun.step.attempt);
    record.at("cases").get_to(begun.step.cases);
    if (!places.emplace(id, steps.size()).second) throw std::out_of_range("a step begins twice");
    steps.push_back(std::move(begun));
  }
  return steps;
}

}  // namespace

WorkerJournalContent read_worker_journal(const std::filesystem::path& path) {
  const std::string name = path.string();
  if (!begins_like_a_journal(path)) throw Error(fmt::format("{} is no journal of a worker", name));
  JournalContent raw = read_journal(path);
  if (raw.entries.empty()) throw Error(fmt::format("{} holds nothing yet", name));
  try {
    const json& head = raw.entries.front().record;
    if (head.at("type") != "bundle") throw Error(fmt::format("{} is no journal of a worker", name));
    if (const int protocol = head.at("protocol"); protocol != kProtocolVersion)
      throw Error(fmt::format("{} has protocol {}, this program {}", name, protocol, kProtocolVersion));
    WorkerJournalContent content;
    head.at("campaign").get_to(content.campaign);
    head.at("sha256").get_to(content.bundle_sha256);
    content.steps = steps_of(std::move(raw));
    return content;
  } catch (const json::exception&) {
    throw Error(fmt::format("{} has a record that no worker writes", name));
  } catch (const std::out_of_range&) {
    throw Error(fmt::format("{} has records outside of a step", name));
  }
}

WorkerJournal::WorkerJournal(const std::filesystem::path& path, const BundleFile& bundle)
    : path_(path), journal_(open(path)) {
  if (journal_.offset() == 0) {
    append({{"type", "bundle"},
            {"protocol", kProtocolVersion},
            {"campaign", bundle.bundle.campaign},
            {"sha256", bundle.sha256}});
    journal_.sync();
    return;
  }
  WorkerJournalContent content = read_worker_journal(path);
  if (content.bundle_sha256 != bundle.sha256)
    throw Error(fmt::format("{} is the journal of another bundle; give another name", path.string()));
  for (const BundleStep& step : bundle.bundle.steps) {
    const auto found =
        std::ranges::find(content.steps, step.step, [](const WorkerStep& one) { return one.step.step; });
    if (found == content.steps.end()) continue;
    StepLedger& ledger = begun_.emplace(step.step, StepLedger(step)).first->second;
    for (const json& record : found->records) {
      if (!ledger.see(record))
        throw Error(fmt::format("{} was changed in step {}; give another name", path.string(), step.step));
    }
  }
}

StepLedger WorkerJournal::begin(const BundleStep& step) {
  const auto begun = begun_.find(step.step);
  if (begun == begun_.end()) {
    append({{"type", "step_begin"},
            {"step", step.step},
            {"target", step.target},
            {"launch", step.launch},
            {"attempt", step.attempt},
            {"cases", step.cases},
            {"utc_ns", utc_now_ns()}});
    return StepLedger(step);
  }
  StepLedger ledger = begun->second;
  if (ledger.open())
    append_to(ledger,
              ledger.on_behalf({Status::preempted, Phase::measure, "the worker ended before the case did"}));
  if (!ledger.ended() && ledger.left().empty()) append_to(ledger, ledger.end());
  return ledger;
}

std::vector<std::string> WorkerJournal::left(const BundleStep& step) const {
  const auto begun = begun_.find(step.step);
  if (begun == begun_.end()) return step.cases;
  std::vector<std::string> cases = begun->second.left();
  if (const auto& open = begun->second.open()) std::erase(cases, open->case_id);
  return cases;
}

void WorkerJournal::append(const json& record) {
  journal_.append(record);
  if (ends_something(record)) journal_.sync();
}

void WorkerJournal::append_to(StepLedger& ledger, json record) {
  record["step"] = ledger.step().step;
  ledger.see(record);
  append(record);
}

}  // namespace rackproof
