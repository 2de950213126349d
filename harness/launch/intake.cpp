#include "harness/launch/intake.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/launch/claim_check.hpp"
#include "harness/record/framing.hpp"

namespace rackproof {

using nlohmann::json;

Intake::Intake(const Site& site, Catalogue catalogue, CampaignJournal& journal, Heard heard)
    : catalogue_(catalogue),
      catalogue_hash_(catalogue_hash(catalogue)),
      journal_(journal),
      identities_(site),
      heard_(heard) {}

Taken Intake::take(const std::string& line, StepLedger& ledger, const std::vector<std::uint32_t>& nodes,
                   std::string& refused) {
  if (!refused.empty()) return Taken::refused;
  const auto record = unframe(line);
  const std::string type = record ? record_type(*record) : std::string();
  if (type == "hello") check_hello(*record, nodes, refused);
  if (!refused.empty()) return Taken::refused;
  if (!record || !may_claim(*record, ledger, catalogue_) || !ledger.see(*record)) return Taken::stray;
  if (type == "unusable") identities_.take_unusable(nodes.front(), ledger.unusable());
  journal_.worker_record(*record);
  return type == "case_begin" || type == "case_end" ? Taken::progress : Taken::record;
}

void Intake::check_hello(const json& record, const std::vector<std::uint32_t>& nodes,
                         std::string& refused) try {
  // Of another protocol, nothing but the number can be relied on.
  if (const int protocol = record.at("protocol"); protocol != kProtocolVersion) {
    refused = fmt::format("the worker speaks protocol {}, this program {}", protocol, kProtocolVersion);
    return;
  }
  const auto hello = record.get<Hello>();
  if (hello.catalogue_hash != catalogue_hash_) {
    refused =
        fmt::format("the worker ({}) has another catalogue than this program", printable(hello.version));
  } else if (const auto reason = identities_.refuse(hello, nodes)) {
    refused = *reason;
  } else if (heard_ == Heard::now) {
    identities_.check_clock(hello, nodes, utc_now_ns());
  }
  for (const Notice& notice : identities_.take_notices()) journal_.notice(notice);
} catch (const std::exception&) {
  refused = "the worker's hello cannot be read";
}

void Intake::take_up(const JournalContent& journal) {
  std::map<std::string, std::vector<std::uint32_t>> nodes;  // of targets, by name, and of steps
  for (const auto& [offset, record] : journal.entries) {
    const std::string type = record_type(record);
    if (type == "campaign") {
      if (record.at("catalogue_hash") != catalogue_hash_) {
        throw Error(
            "the campaign was begun with other definitions of its cases; go on with the program that began "
            "it");
      }
      for (const auto& target : record.at("targets")) target.at("members").get_to(nodes[target.at("name")]);
    } else if (type == "step_begin") {
      auto& of_step = nodes[record.at("step")];
      record.at("ranks").get_to(of_step);
      if (of_step.empty()) of_step = nodes.at(record.at("target"));
    } else if (type == "hello") {
      identities_.refuse(record.get<Hello>(), nodes.at(record.at("step")));
    } else if (type == "unusable") {
      identities_.take_unusable(nodes.at(record.at("step")).front(), record.at("evidence"));
    }
  }
  identities_.take_notices();  // they stand in the journal
}

}  // namespace rackproof
