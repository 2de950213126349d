// The rejected campaign of the reports' tests with a hostile text in every field that a person or a device can set.
#pragma once

#include "tests/browser/hostile_texts.hpp"
#include "tests/reports/sample_campaign.hpp"

namespace rackproof::browser {

/// The rejected sample as files that can be judged: with launches, and its inconclusive pair in the cells, too.
test::Campaign rejected_campaign();

/// The text stands behind every name, so that names stay apart, and alone in every other field. What only a program of ours
/// can write keeps its meaning: units, enumerations, hashes, times. Fields of the limits file take the text only where such a
/// file can hold it.
test::Campaign hostile_campaign(const HostileText& hostile);

/// The same with the scopes of groups as they were: files of cells, which nights are read as, too, hold no others.
test::Campaign with_known_scopes(test::Campaign campaign);

/// The same as a merge of two campaigns, whose nodes answered differently in each.
test::Campaign hostile_merge(const HostileText& hostile);

}  // namespace rackproof::browser
