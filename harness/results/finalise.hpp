// Journal → Results: the summaries that a results file holds, from nothing but what was recorded.
//
// Journal records beyond record.hpp (kind, direction, placement as numbers; members, target as rows of targets):
//   campaign      {type, id, version, catalogue_hash, utc_ns, plan:{name,text}, site:{name,text}, seed, samples,
//                  launches, launch_component, attribute_virtual, virtual_on,
//                  series:[{case,quantity,kind,unit,direction,formula,clock,definition_hash,title}],
//                  targets:[{name,placement,scope,members,rack,model,serial,absent,labels,virtual,promised:{table,own}}],
//                  promised:[{key: values}] (tables that targets share; since protocol 2),
//                  promises:[{target,case,exempt}]}
//   step_begin    {type, step, target (name), launch, attempt, cases:[…], ranks:[node of each], utc_ns}
//                 (a step id begins once); together: of a step that was collected, with how many records it stands or
//                 falls
//   hello … end   worker records with "step" added
//   step_end      {type, step, outcome, complete, reason, utc_ns}; collected: digest of what its worker's journal said
//   notice        {type, kind, subjects:[…], evidence}
//   fact          {type, target (name), key, promised, found, source}
//   campaign_end  {type, ended: 0|1, utc_ns}
#pragma once

#include <filesystem>

#include "harness/results/journal_samples.hpp"
#include "harness/results/results.hpp"

namespace rackproof {

struct CampaignResults {
  Results results;  ///< without samples
  JournalSamples samples;
};

/// Builds results from a journal, which is walked twice, or three times when it has telemetry, an entry in memory at a time; samples and series stay there until they are
/// written (results_file.hpp): what it takes of memory grows with attempts, not with samples. No row but `log_offset`,
/// times and measured values depends on the order in which steps ended (row_order.hpp). The value of a cell is the
/// median of its launches' values (of the `ok` attempt of each launch); lo and hi widen the launches' mean interval by
/// the plan's launch component (base/statistics `widened`). A cell with a `wrong` attempt carries no number. A case_end
/// without its step's `end` record still counts: it was durable. Throws Error when the journal has no campaign record or
/// breaks the protocol.
CampaignResults finalise(const std::filesystem::path& journal);

}  // namespace rackproof
