#include "harness/results/merged_targets.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kQualifierDigits = 12;

using Key = std::pair<std::string, std::string>;  // scope, name

/// What makes a part the own one of a target; more is more.
enum class Claim : std::uint8_t { listed, answered, promised, promised_and_answered, measured };

std::vector<Claim> claims_of(const Results& results) {
  std::vector<Claim> claims(results.targets.size(), Claim::listed);
  const auto raise = [&](std::uint32_t row, Claim claim) { claims[row] = std::max(claims[row], claim); };
  const auto answered = [&](std::uint32_t row) { return !results.targets[row].hostname.empty(); };
  for (std::uint32_t i = 0; i < results.targets.size(); ++i) {
    if (answered(i)) raise(i, Claim::answered);
  }
  for (const PromiseRow& promise : results.promises)
    raise(promise.target, answered(promise.target) ? Claim::promised_and_answered : Claim::promised);
  for (const AttemptRow& attempt : results.attempts) raise(attempt.target, Claim::measured);
  return claims;
}

std::vector<std::string> member_names(const Results& results, const TargetRow& target) {
  std::vector<std::string> names;
  for (const auto member : target.members) names.push_back(results.targets[member].name);
  return names;
}

/// What tells the site of a part from those of the others.
std::string qualifier(const std::vector<MergeInput>& parts, const Provenance& part) {
  const bool shared_name = std::ranges::any_of(parts, [&](const MergeInput& other) {
    return other.results.provenance.site_name == part.site_name &&
           other.results.provenance.site_sha256 != part.site_sha256;
  });
  return shared_name ? part.site_sha256.substr(0, kQualifierDigits) : part.site_name;
}

/// Groups that have other members in another part.
std::set<Key> ambiguous_groups(const std::vector<MergeInput>& parts) {
  std::map<Key, std::vector<std::string>> members;
  std::set<Key> ambiguous;
  for (const MergeInput& part : parts) {
    for (const TargetRow& target : part.results.targets) {
      if (target.placement != Placement::group) continue;
      auto names = member_names(part.results, target);
      const auto [known, is_new] = members.try_emplace({target.scope, target.name}, std::move(names));
      if (!is_new && known->second != names) ambiguous.insert(known->first);
    }
  }
  return ambiguous;
}

class TargetUnion {
 public:
  explicit TargetUnion(const std::vector<MergeInput>& parts) : parts_(parts) {}

  MergedTargets unite() {
    out_.row_of.resize(parts_.size());
    out_.new_names.resize(parts_.size());
    const std::set<Key> ambiguous = ambiguous_groups(parts_);
    for (std::uint32_t part = 0; part < parts_.size(); ++part) {
      const Results& results = parts_[part].results;
      const std::string suffix = "@" + qualifier(parts_, results.provenance);
      const std::vector<Claim> claims = claims_of(results);
      for (std::uint32_t i = 0; i < results.targets.size(); ++i) {
        std::string name = results.targets[i].name;
        if (ambiguous.contains({results.targets[i].scope, name})) {
          out_.new_names[part].emplace(name, name + suffix);
          name += suffix;
        }
        add(part, i, std::move(name), claims[i]);
      }
    }
    refuse_twice_measured();
    for (std::uint32_t row = 0; row < out_.targets.size(); ++row)
      set_members(out_.targets[row], places_[row]);
    note_answers();
    return std::move(out_);
  }

 private:
  /// Where the row of a target comes from.
  struct Place {
    std::uint32_t part;
    std::uint32_t row;
    Claim claim;
    std::uint32_t last_part;  // that has it
  };

  void add(std::uint32_t part, std::uint32_t row, std::string name, Claim claim) {
    const TargetRow& target = parts_[part].results.targets[row];
    const auto merged = static_cast<std::uint32_t>(out_.targets.size());
    const auto [known, is_new] = rows_.try_emplace({target.scope, name}, merged);
    out_.row_of[part].push_back(known->second);
    if (is_new) {
      out_.targets.push_back(target);
      places_.push_back({part, row, claim, part});
    } else {
      Place& place = places_[known->second];
      if (place.last_part == part)
        throw Error(fmt::format("{}: the target {} stands there twice", parts_[part].file, printable(name)));
      place.last_part = part;
      compare(place, part, target);
      if (claim == Claim::measured && place.claim == Claim::measured)
        twice_.push_back({known->second, place.part, part});
      if (claim <= place.claim) return;
      place = {part, row, claim, part};
      out_.targets[known->second] = target;
    }
    out_.targets[known->second].part = part;
    out_.targets[known->second].name = std::move(name);
  }

  /// Sites may say different things of labels, serials and absence over time, but not what a target is.
  void compare(const Place& place, std::uint32_t part, const TargetRow& target) const {
    const Results& first = parts_[place.part].results;
    const TargetRow& known = first.targets[place.row];
    const auto text = [](const Results& results, const TargetRow& row) {
      return std::vector<std::pair<const char*, std::string>>{
          {"placement", std::string(to_string(row.placement))},
          {"rack", row.rack},
          {"model", row.model},
          {"virtual", row.is_virtual ? "true" : "false"},
          {"members", fmt::format("{}", fmt::join(member_names(results, row), " "))}};
    };
    const auto a = text(first, known);
    const auto b = text(parts_[part].results, target);
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (a[i].second == b[i].second) continue;
      throw Error(fmt::format(
          "the sites of {} and {} contradict each other: {} has {} \"{}\" in one, \"{}\" in the other",
          parts_[place.part].file, parts_[part].file, printable(target.name), a[i].first,
          printable(a[i].second), printable(b[i].second)));
    }
  }

  void refuse_twice_measured() const {
    if (twice_.empty()) return;
    const auto [row, first, second] = twice_.front();
    const std::string more =
        twice_.size() > 1 ? fmt::format(", and so were {} more targets", twice_.size() - 1) : "";
    throw Error(fmt::format("{} ({}) was measured in both {} and {}{}; give one of them",
                            printable(out_.targets[row].name), printable(out_.targets[row].scope),
                            parts_[first].file, parts_[second].file, more));
  }

  void set_members(TargetRow& target, const Place& place) const {
    for (auto& member : target.members) member = out_.row_of[place.part][member];
  }

  /// A target's verdict asks what its nodes answered in its own campaign.
  void note_answers() {
    std::set<std::pair<std::uint32_t, std::uint32_t>> asked;  // node, part
    for (const TargetRow& target : out_.targets) {
      for (const auto member : target.members) {
        if (out_.targets[member].part != target.part) asked.emplace(member, target.part);
      }
    }
    if (asked.empty()) return;
    for (std::uint32_t part = 0; part < parts_.size(); ++part) {
      for (std::uint32_t i = 0; i < out_.row_of[part].size(); ++i) {
        const std::uint32_t row = out_.row_of[part][i];
        if (!asked.contains({row, part})) continue;
        const TargetRow& there = parts_[part].results.targets[i];
        const auto told = [](const TargetRow& node) {
          return std::tie(node.absent, node.hostname, node.boot_id, node.machine_id);
        };
        if (told(there) == told(out_.targets[row])) continue;
        out_.answers.push_back({row, part, there.absent, there.hostname, there.boot_id, there.machine_id});
      }
    }
    std::ranges::sort(out_.answers, {}, [](const NodeAnswer& a) { return std::pair(a.node, a.part); });
  }

  const std::vector<MergeInput>& parts_;
  MergedTargets out_;
  std::map<Key, std::uint32_t> rows_;
  std::vector<Place> places_;  // of each row of out_
  std::vector<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>>
      twice_;  // row, first part, second part
};

}  // namespace

MergedTargets unite_targets(const std::vector<MergeInput>& parts) { return TargetUnion(parts).unite(); }

}  // namespace rackproof
