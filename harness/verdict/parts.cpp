#include "harness/verdict/parts.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <vector>

#include "harness/verdict/finding_texts.hpp"
#include "harness/verdict/verdict_texts.hpp"

namespace rackproof {

namespace {

namespace texts = finding_texts;

using Serials = std::set<std::string>;
using Places = std::map<std::uint32_t, Serials>;  // target → serials

/// A kind of mark, the keys of facts that tell those that were found, and the key of those that were promised.
struct MarkKind {
  Text name;
  const char* promised;
  std::array<const char*, 2> found;  // how the keys end
  bool is_list;
};

constexpr MarkKind kMarkKinds[]{
    {texts::kSerial, "identity/serial", {"#serial", "device/serial"}, false},
    {texts::kUuid, "identity/uuid", {"#uuid", "device/uuid"}, false},
    {texts::kMemoryModule, "part/memory", {"#module_serials", "#module_serials"}, true}};

bool tells(const MarkKind& kind, const std::string& key) {
  return std::ranges::any_of(kind.found, [&](const char* ending) { return key.ends_with(ending); });
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(", ", at), list.size());
    if (end > at) out.push_back(list.substr(at, end - at));
    at = end + 2;
  }
  return out;
}

/// Serials → places, of those that have any.
std::map<std::string, std::vector<std::uint32_t>> by_serial(const Places& places) {
  std::map<std::string, std::vector<std::uint32_t>> out;
  for (const auto& [target, serials] : places) {
    for (const std::string& serial : serials) out[serial].push_back(target);
  }
  return out;
}

class SerialComparison {
 public:
  SerialComparison(const Results& results, const MarkKind& kind) : results_(results), kind_(kind) {
    for (const FactRow& fact : results.facts) {
      if (fact.key == kind.promised && !fact.promised.empty()) promised_[fact.target].insert(fact.promised);
      if (fact.found.empty() || fact.found == "none" || !tells(kind, fact.key)) continue;
      keys_[fact.target] = fact.key.find('#') != std::string::npos ? fact.key : keys_[fact.target];
      for (std::string& one : kind.is_list ? split(fact.found) : std::vector{fact.found})
        found_[fact.target].insert(std::move(one));
    }
    promised_at_ = by_serial(promised_);
    found_at_ = by_serial(found_);
  }

  void run() {
    if (promised_.empty()) return;
    for (const auto& [target, serials] : found_) look_at(target, serials);
    for (const auto& [serial, places] : found_at_) look_for_twins(serial, places);
  }

  std::vector<Finding> findings;
  std::map<std::pair<std::uint32_t, std::string>, Phrase> notes;

 private:
  const std::string& name(std::uint32_t target) const { return results_.targets.at(target).name; }

  void add(const char* finding, std::uint32_t target, const std::string& serial, Phrase evidence,
           const Text& action) {
    findings.push_back({"", finding, {name(target), serial}, std::move(evidence), action});
  }

  void look_at(std::uint32_t target, const Serials& found) {
    const auto here = promised_.find(target);
    std::vector<std::string> unknown, lost;
    Phrase note;
    for (const std::string& serial : found) {
      if (here != promised_.end() && here->second.contains(serial)) continue;
      if (const auto elsewhere = promised_at_.find(serial); elsewhere != promised_at_.end()) {
        const std::string& where = name(elsewhere->second.front());
        extend(note, texts::kThen, {verdict_texts::kPromisedAt, serial, where});
        add("part moved", target, serial,
            {texts::kPartMoved, Phrase(kind_.name), serial, name(target), where}, texts::kPutBack);
      } else if (here != promised_.end()) {
        unknown.push_back(serial);
      }
    }
    if (here != promised_.end()) {
      for (const std::string& serial : here->second) {
        if (!found.contains(serial) && !found_at_.contains(serial)) lost.push_back(serial);
      }
    }
    for (std::size_t i = 0; i < std::max(unknown.size(), lost.size()); ++i)
      tell(target, i < unknown.size() ? &unknown[i] : nullptr, i < lost.size() ? &lost[i] : nullptr, note);
    const auto key = keys_.find(target);
    if (!note.empty() && key != keys_.end() && !key->second.empty())
      notes[{target, key->second}] = std::move(note);
  }

  void tell(std::uint32_t target, const std::string* unknown, const std::string* lost, Phrase& note) {
    if (unknown != nullptr && lost != nullptr) {
      extend(note, texts::kThen, {verdict_texts::kReplacedBy, *lost, *unknown});
      add("part replaced", target, *unknown,
          {texts::kPartReplaced, Phrase(kind_.name), *unknown, name(target), *lost}, texts::kEnterPart);
    } else if (unknown != nullptr) {
      extend(note, texts::kThen, {verdict_texts::kUnknownPart, *unknown});
      add("unknown part", target, *unknown, {texts::kPartUnknown, Phrase(kind_.name), *unknown, name(target)},
          texts::kTracePart);
    } else {
      extend(note, texts::kThen, {verdict_texts::kFoundNowhere, *lost});
      add("part not found", target, *lost, {texts::kPartLost, Phrase(kind_.name), *lost, name(target)},
          texts::kLookForPart);
    }
  }

  void look_for_twins(const std::string& serial, const std::vector<std::uint32_t>& places) {
    const bool is_real = std::ranges::none_of(
        places, [&](std::uint32_t target) { return results_.targets.at(target).is_virtual; });
    if (places.size() < 2 || !is_real) return;
    std::vector<std::string> subjects;
    for (const std::uint32_t target : places) subjects.push_back(name(target));
    findings.push_back({"",
                        "serial twice",
                        subjects,
                        {texts::kFoundTwice, Phrase(kind_.name), serial},
                        texts::kFindMiskeyed});
  }

  const Results& results_;
  const MarkKind& kind_;
  Places promised_;
  Places found_;
  std::map<std::string, std::vector<std::uint32_t>> promised_at_, found_at_;
  std::map<std::uint32_t, std::string> keys_;  // metric that told what was found
};

}  // namespace

Parts::Parts(const Results& results) {
  for (const MarkKind& kind : kMarkKinds) {
    SerialComparison comparison(results, kind);
    comparison.run();
    std::ranges::move(comparison.findings, std::back_inserter(found_));
    notes_.merge(comparison.notes);
  }
}

void Parts::report(Findings& findings) const {
  for (const Finding& one : found_) findings.add(one.kind, one.subjects, one.evidence, one.action);
}

Phrase Parts::note(std::uint32_t target, std::string_view metric) const {
  const auto found = notes_.find({target, std::string(metric)});
  return found == notes_.end() ? Phrase() : found->second;
}

}  // namespace rackproof
