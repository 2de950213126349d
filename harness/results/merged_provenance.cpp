#include "harness/results/merged_provenance.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "harness/base/digest.hpp"
#include "harness/base/version.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kNamed = 3;  // plans or sites, before "and N more"

template <class T>
T shared(const std::vector<Part>& parts, T Provenance::*field, T otherwise = {}) {
  const bool same =
      std::ranges::all_of(parts, [&](const Part& part) { return part.*field == parts.front().*field; });
  return same ? parts.front().*field : otherwise;
}

std::string listed(const std::vector<Part>& parts, std::string Provenance::*name) {
  std::vector<std::string> names;
  for (const Part& part : parts) {
    if (std::ranges::find(names, part.*name) == names.end()) names.push_back(part.*name);
  }
  const std::size_t left_out = names.size() > kNamed ? names.size() - kNamed : 0;
  names.resize(names.size() - left_out);
  std::string text = fmt::format("{}", fmt::join(names, ", "));
  return left_out == 0 ? text : fmt::format("{} and {} more", text, left_out);
}

std::string id_of(const std::vector<Part>& parts) {
  std::string text;
  for (const Part& part : parts) text += part.campaign_id + "\n" + part.file_sha256 + "\n";
  return "merge-" + sha256(text).substr(0, 32);
}

bool same(const BackendIdentity& a, const BackendIdentity& b) {
  return a.name == b.name && a.version == b.version && a.path == b.path && a.sha256 == b.sha256;
}

}  // namespace

Provenance merged_provenance(const std::vector<Part>& parts) {
  Provenance whole;
  whole.campaign_id = id_of(parts);
  whole.program_version = kProgramVersion;
  whole.catalogue_hash = shared(parts, &Provenance::catalogue_hash);
  whole.started_utc = std::ranges::min_element(parts, {}, &Part::started_utc)->started_utc;
  whole.finished_utc = std::ranges::max_element(parts, {}, &Part::finished_utc)->finished_utc;
  whole.plan_text = shared(parts, &Provenance::plan_text);
  whole.plan_sha256 = shared(parts, &Provenance::plan_sha256);
  whole.plan_name = listed(parts, &Provenance::plan_name);
  whole.site_text = shared(parts, &Provenance::site_text);
  whole.site_sha256 = shared(parts, &Provenance::site_sha256);
  whole.serials_text = shared(parts, &Provenance::serials_text);
  whole.serials_sha256 = shared(parts, &Provenance::serials_sha256);
  whole.site_name = listed(parts, &Provenance::site_name);
  whole.seed = shared(parts, &Provenance::seed);
  whole.launches = shared(parts, &Provenance::launches);
  whole.launch_component =
      shared(parts, &Provenance::launch_component, std::numeric_limits<double>::quiet_NaN());
  whole.attribute_virtual = shared(parts, &Provenance::attribute_virtual);
  unite_environment(parts, whole);
  return whole;
}

void unite_environment(const std::vector<Part>& parts, Provenance& whole) {
  for (const Part& part : parts) {
    for (const BackendIdentity& backend : part.backends) {
      const bool known = std::ranges::any_of(
          whole.backends, [&](const BackendIdentity& other) { return same(backend, other); });
      if (!known) whole.backends.push_back(backend);
    }
    for (const auto& [variable, value] : part.removed_environment) {
      const auto [place, added] = whole.removed_environment.emplace(variable, value);
      if (!added && place->second != value) place->second = "differs between campaigns";
    }
    for (const auto& [variable, value] : part.setup_environment) {
      const auto [place, added] = whole.setup_environment.emplace(variable, value);
      if (!added && place->second != value) place->second = "differs between campaigns";
    }
    whole.hwloc_xml.insert(part.hwloc_xml.begin(), part.hwloc_xml.end());
  }
}

Ended ended_of_all(const std::vector<Part>& parts) {
  const bool complete =
      std::ranges::all_of(parts, [](const Part& part) { return part.ended == Ended::complete; });
  return complete ? Ended::complete : Ended::interrupted;
}

}  // namespace rackproof
