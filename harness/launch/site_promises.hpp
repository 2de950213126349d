// What the site promises of each target, as the campaign record holds it: once for all that share it.
#pragma once

#include <map>
#include <nlohmann/json.hpp>

#include "harness/plan/catalogue.hpp"
#include "harness/plan/site.hpp"
#include "harness/plan/target.hpp"

namespace rackproof {

class SitePromises {
 public:
  /// Both must outlive it.
  SitePromises(const Site& site, Catalogue catalogue) : site_(site), catalogue_(catalogue) {}

  /// Of a node or device: {table: index into tables(), own: {key: values}}, each where there is something; of others {}.
  /// `node`: the target's first. Throws ConfigurationError for a promise that the catalogue does not know.
  nlohmann::json of(const Target& target, const SiteNode& node);
  /// Each {metric: values}.
  const nlohmann::json& tables() const { return tables_; }

 private:
  std::size_t table_of(const std::vector<SitePromise>& promises, std::string_view subject);

  const Site& site_;
  Catalogue catalogue_;
  nlohmann::json tables_ = nlohmann::json::array();
  std::map<std::string, std::size_t> known_;   // by content
  std::map<const void*, std::size_t> shared_;  // by what nodes or devices share
};

}  // namespace rackproof
