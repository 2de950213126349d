#include "tests/harness/launch/detached_campaign.hpp"

#include <fmt/format.h>

#include "harness/launch/campaign_record.hpp"
#include "harness/record/framing.hpp"
#include "harness/record/worker_journal.hpp"

namespace rackproof {

namespace {

class Worker {
 public:
  Worker(WorkerJournal& journal, const std::string& hash, const Work& how)
      : journal_(journal), hash_(hash), how_(how) {}

  /// Returns false when its machine died.
  bool run(const BundleStep& step) {
    StepLedger ledger = journal_.begin(step);
    if (ledger.ended()) return true;
    write(ledger, hello(step));
    for (const auto& id : ledger.left()) {
      write(ledger, CaseBegin{id, step.target, step.launch, step.attempt, 1});
      if (done_++ == how_.cases) return false;
      write(ledger, end_of(ledger, id));
    }
    write(ledger, ledger.end());
    return true;
  }

 private:
  void write(StepLedger& ledger, nlohmann::json record) {
    record["step"] = ledger.step().step;
    ledger.see(record);
    journal_.append(record);
  }

  Hello hello(const BundleStep& step) const {
    Hello hello;
    hello.catalogue_hash = hash_;
    for (int rank = 0; rank < std::max(step.ranks, 1); ++rank) {
      Identity identity;
      identity.rank = rank;
      identity.boot_id = how_.boot + (rank == 0 ? "" : std::to_string(rank));
      hello.ranks.push_back(identity);
    }
    return hello;
  }

  CaseEnd end_of(const StepLedger& ledger, const std::string& id) const {
    const auto status = how_.statuses.find(id);
    const bool ok = status == how_.statuses.end() || status->second == Status::ok;
    CaseEnd end = ledger.on_behalf({ok ? Status::ok : status->second, Phase::measure, ok ? "" : "as told"});
    if (ok) end.values["bandwidth"] = {1e9, 0.9e9, 1.1e9, 10};
    return end;
  }

  WorkerJournal& journal_;
  const std::string& hash_;
  const Work& how_;
  int done_ = 0;
};

}  // namespace

DetachedCampaign::DetachedCampaign(const SmallCampaign& campaign, std::filesystem::path folder)
    : plan_(campaign.plan()), site_(campaign.site()), folder_(std::move(folder)) {
  Journal::create(journal()).append(campaign_record(settings()));
}

CampaignSettings DetachedCampaign::settings() const {
  return {plan_,   site_,       fake_catalogue(), {RACKPROOF_BINARY_DIR "/tests/fake_worker", "/none"},
          folder_, "plan.toml", "site.toml",      true};
}

std::vector<EmittedBundle> DetachedCampaign::emit() const {
  return emit_bundles(plan_, site_, fake_catalogue(), read_journal(journal()), folder_, settings().files);
}

BundleFile DetachedCampaign::bundle(const std::string& name) const {
  return read_bundle_file(folder_ / "bundles" / (name + ".json"));
}

std::filesystem::path DetachedCampaign::work(const std::string& name, const std::string& journal_name,
                                             const Work& how) const {
  const BundleFile file = bundle(name);
  const auto path = folder_ / journal_name;
  WorkerJournal written(path, file);
  Worker worker(written, file.bundle.catalogue_hash, how);
  for (const BundleStep& step : file.bundle.steps) {
    if (!worker.run(step)) break;
  }
  return path;
}

Collected DetachedCampaign::collect(const std::vector<std::filesystem::path>& journals, bool close) const {
  return rackproof::collect(settings(), journals, close);
}

std::vector<nlohmann::json> DetachedCampaign::records(const std::string& type) const {
  std::vector<nlohmann::json> found;
  for (auto& entry : read_journal(journal()).entries) {
    if (entry.record.at("type") == type) found.push_back(std::move(entry.record));
  }
  return found;
}

std::multiset<std::string> DetachedCampaign::ends() const {
  std::multiset<std::string> all;
  for (const auto& record : records("case_end")) {
    const auto end = record.get<CaseEnd>();
    all.insert(fmt::format("{} {} launch {} attempt {}: {}", end.target, end.case_id, end.launch, end.attempt,
                           to_string(end.outcome.status)));
  }
  return all;
}

void rewrite(const std::filesystem::path& journal, const std::function<void(nlohmann::json&)>& change) {
  std::string text;
  for (auto& entry : read_journal(journal).entries) {
    change(entry.record);
    text += frame(entry.record);
  }
  write_durably(journal, text);
}

}  // namespace rackproof
