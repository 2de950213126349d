#include "reports/verdicts_file_view.hpp"

#include "reports/language/view_texts.hpp"

namespace rackproof {

KeyValues judged_otherwise_rows(const JudgedOtherwise& otherwise, const Verdicts& stored) {
  KeyValues rows;
  const auto add = [&](bool differs, const Phrase& how) {
    if (differs) rows.emplace_back(texts::kVerdictsFile, how);
  };
  add(otherwise.results, {texts::kJudgedOfOtherResults, stored.results_sha256});
  add(otherwise.limits, {texts::kJudgedWithOtherLimits, stored.limits_name, stored.limits_sha256});
  add(otherwise.rated, {texts::kJudgedWithOtherRated});
  add(otherwise.engine, {texts::kJudgedByOtherEngine, stored.engine_version});
  add(otherwise.waivers, stored.waivers_sha256.empty() ? Phrase(texts::kJudgedWithoutWaivers)
                                                       : Phrase(texts::kJudgedWithOtherWaivers,
                                                                stored.waivers_name, stored.waivers_sha256));
  return rows;
}

}  // namespace rackproof
