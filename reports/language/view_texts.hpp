// What the views say in words of their own: the answer in one sentence, banners, margins, method, labels of the provenance.
#pragma once

#include "harness/language/joining_texts.hpp"
#include "reports/language/language.hpp"

namespace rackproof::texts {

// Words that stand in place of data.
inline constexpr Text kNotMeasured{"not measured", "未测"};
inline constexpr Text kBetweenRacks{"between racks", "机柜之间"};
inline constexpr Text kAllRacks{"all", "合计"};
inline constexpr Text kNoLedgerEntry{"no entry in the coverage ledger", "覆盖台账中无此条目"};
inline constexpr Text kNoReason{"no reason recorded", "未记录原因"};
inline constexpr Text kNotRecorded{"not recorded", "未记录"};
inline constexpr Text kHigherIsBetter{"higher is better", "越高越好"};
inline constexpr Text kLowerIsBetter{"lower is better", "越低越好"};
inline constexpr Text kNeither{"neither", "无方向"};
inline constexpr Text kExact{"exact", "精确值"};
inline constexpr Text kOneTarget{"one target", "仅一个对象"};
inline constexpr Text kMedianIsZero{"median is 0", "中位数为 0"};
inline constexpr Text kCompletion{"completion", "完成情况"};
inline constexpr Text kEveryCase{"every planned case ends ok", "计划中的每个用例均正常结束"};
inline constexpr Text kAllOfThem{"all of them", "全部"};
inline constexpr Text kThePlan{"the plan", "测试计划"};
inline constexpr Text kCaseEndsOk{"the case ends ok", "用例正常结束"};
inline constexpr Text kFailureLimit{"limit", "超出限值"};
inline constexpr Text kFailureCorrectness{"correctness", "结果错误"};
inline constexpr Text kFailureStability{"stability", "不稳定"};
inline constexpr Text kFailureInventory{"inventory", "清单不符"};

// Filled with data.
inline constexpr Text kNotMeasuredStatus{"not measured ({0})", "未测（{0}）"};
inline constexpr Text kLaunchesDiffer{"{0} (launches differ)", "{0}（各次启动不一致）"};
inline constexpr Text kAllNodes{"all {0} nodes", "全部 {0} 个节点"};
inline constexpr Text kEndedOk{"{0} of {1} ended ok", "{1} 项中 {0} 项正常结束"};
inline constexpr Text kSameHost{"{0} (same host, not informative)", "{0}（同一主机，无参考意义）"};
inline constexpr Text kBelowLimit{"{0} below the limit", "低于限值 {0}"};
inline constexpr Text kAboveLimit{"{0} above the limit", "高于限值 {0}"};
inline constexpr Text kClauseOf{"clause {0}: {1}", "条款 {0}：{1}"};
inline constexpr Text kBeside{"{0}, {1}", "{0}, {1}"};
using joining_texts::kAndMore;
using joining_texts::kBecause;

// The answer in one sentence.
inline constexpr Text kOneGate{"{0} gate", "{0} 项判定"};
inline constexpr Text kManyGates{"{0} gates", "{0} 项判定"};
inline constexpr Text kGateFails{"{0} gate fails", "{0} 项判定未通过"};
inline constexpr Text kGatesFail{"{0} gates fail", "{0} 项判定未通过"};
inline constexpr Text kOneRack{"{0} rack", "{0} 个机柜"};
inline constexpr Text kManyRacks{"{0} racks", "{0} 个机柜"};
inline constexpr Text kPartlyInterrupted{
    "{0} of {1} campaigns interrupted: {2} of {3} promised measurements exist. The whole is not accepted, "
    "nor is a rack of an "
    "interrupted campaign.",
    "{1} 次测试中 {0} 次被中断：应测 {3} 项，实测 {2} 项。整体不能验收通过，被中断测试中的机柜也不能。"};
inline constexpr Text kInterrupted{
    "The campaign was interrupted: {0} of {1} promised measurements exist. Nothing is accepted.",
    "测试被中断：应测 {1} 项，实测 {0} 项。不作任何验收。"};
inline constexpr Text kNoRackToBlame{"{0}, on what spans racks; no single rack is to blame.",
                                     "{0}，均在跨机柜的项目上；不能归于单个机柜。"};
inline constexpr Text kRacksRejected{"{0} of {1} rejected: {2}. {3}.", "{1}中 {0} 个验收不通过：{2}。{3}。"};
inline constexpr Text kReservedRacks{
    "{0} of {1} accepted with reservations: every gate that fails is waived. {2}.",
    "{1}中 {0} 个有保留验收：未通过的判定均已获豁免。{2}。"};
inline constexpr Text kTheRackIs{"The rack is accepted: {0} passed, everything promised was measured.",
                                 "该机柜验收通过：{0}通过，应测项目全部实测。"};
inline constexpr Text kAllRacksAre{
    "All {1} racks are accepted: {0} passed, everything promised was measured.",
    "全部 {1} 个机柜验收通过：{0}通过，应测项目全部实测。"};
inline constexpr Text kNothingPromised{
    "Nothing was promised by the plan on this site, so nothing is accepted.",
    "测试计划在本站点未列出任何项目，因此不作任何验收。"};
inline constexpr Text kNothingJudged{
    "Nothing was judged: no limit applies to what was planned. {0} of {1} promised measurements exist.",
    "未作任何判定：没有限值适用于计划的内容。应测 {1} 项，实测 {0} 项。"};
inline constexpr Text kGateHoldsNobody{
    "Not decided: {0} passed and everything promised was measured, but a gate limit applies to nothing.",
    "待定：{0}通过，应测项目全部实测，但有限值不适用于任何对象。"};
inline constexpr Text kNotDecided{
    "Not decided: {0} inconclusive, {1} not judged, {2} of {3} promised measurements missing. No gate fails.",
    "待定：临界 {0} 项，未判定 {1} 项，应测 {3} 项中缺 {2} 项。没有判定未通过。"};

// What of the site is not real.
inline constexpr Text kOneVirtualNode{
    "Virtual nodes on one host{0}: these racks are not real racks, and no hardware is accepted or rejected "
    "here. The "
    "one node of the site is an entry on one machine and shares its cores, memory and links; differences "
    "between them "
    "say nothing about hardware.",
    "单台主机{0}"
    "上的虚拟节点：这些机柜不是真实机柜，本报告不作为硬件验收依据。站点唯一的节点是该主机上的虚拟节点，共用其"
    "核心、内存和"
    "链路；节点间差异不反映硬件差异。"};
inline constexpr Text kVirtualNodes{
    "Virtual nodes on one host{0}: these racks are not real racks, and no hardware is accepted or rejected "
    "here. All "
    "{1} nodes of the site are entries on one machine and share its cores, memory and links; differences "
    "between them "
    "say nothing about hardware.",
    "单台主机{0}上的虚拟节点：这些机柜不是真实机柜，本报告不作为硬件验收依据。站点的全部 {1} "
    "个节点均为该主机上的虚拟节点，共用其核心、"
    "内存和链路；节点间差异不反映硬件差异。"};
inline constexpr Text kSomeVirtualNodes{
    "{0} of {1} nodes are virtual{2}: entries that share a machine with others are not real nodes.",
    "{1} 个节点中 {0} 个是虚拟节点{2}：与其他节点共用一台机器，不是真实节点。"};
inline constexpr Text kEmulatedDevices{
    "Emulated devices ({0}): software stands in for them, and nothing is verified on hardware. Their "
    "figures, and "
    "verdicts on them, say nothing about hardware.",
    "模拟设备（{0}）：由软件代替，未在硬件上验证。其数值及判定不能说明硬件。"};
inline constexpr Text kUnusedGate{
    "A gate limit applies to nothing, so nothing is accepted: its placement or model may be mistyped, and "
    "then what it was meant for was not judged by it.",
    "有限值不适用于任何对象，因此不作任何验收：其测试对象或型号可能有误，若然则本应按其判定的对象未获判定。"};
inline constexpr Text kGateLeftOut{
    "A gate limit is on groups or pairs that span parts of the site, which this campaign leaves out: racks "
    "are decided without it, the whole is not accepted.",
    "有限值针对跨站点分片的组或节点对，本次测试未包含这些对象：各机柜的结论与其无关，但整体不能验收通过。"};
inline constexpr Text kRecordedMachines{
    "Recorded machines ({0}): what is said of their parts was read from files, not from the machine.",
    "记录的机器（{0}）：其部件信息读自文件，而非机器本身。"};

// Provenance.
inline constexpr Text kCampaign{"campaign", "测试编号"};
inline constexpr Text kCampaignOf{"campaign {0}", "测试 {0}"};
inline constexpr Text kMerge{"merge", "合并编号"};
inline constexpr Text kStarted{"started (UTC)", "开始时间 (UTC)"};
inline constexpr Text kFinished{"finished (UTC)", "结束时间 (UTC)"};
inline constexpr Text kEnded{"ended", "结束状态"};
inline constexpr Text kComplete{"complete", "完整"};
inline constexpr Text kWasInterrupted{"interrupted", "中断"};
inline constexpr Text kProgram{"rackproof", "rackproof 版本"};
inline constexpr Text kVerdictEngine{"verdict engine", "判定引擎"};
inline constexpr Text kResultsHash{"results SHA-256", "结果文件 SHA-256"};
inline constexpr Text kJournalHash{"journal SHA-256", "日志 SHA-256"};
inline constexpr Text kCatalogueHash{"catalogue hash", "用例目录哈希"};
inline constexpr Text kSeed{"seed of the data", "数据种子"};
inline constexpr Text kLaunches{"launches", "启动次数"};
inline constexpr Text kLaunchComponent{"launch component", "启动间分量"};
inline constexpr Text kPartOf{
    "plan {0} on site {1}, {2} to {3}, {4}; rackproof {5}, catalogue hash {6}, seed {7}, launches {8}, "
    "launch component {9}; results "
    "SHA-256 {10}, journal SHA-256 {11}",
    "计划 {0}，站点 {1}，{2} 至 {3}，{4}；rackproof {5}，用例目录哈希 {6}，种子 {7}，启动次数 "
    "{8}，启动间分量 {9}；结果文件 SHA-256 "
    "{10}，日志 SHA-256 {11}"};
inline constexpr Text kWaiversFile{"waivers", "豁免文件"};
inline constexpr Text kFileWithHash{"{0}, SHA-256 {1}", "{0}，SHA-256 {1}"};
inline constexpr Text kWaiverWithoutEffect{"waiver without effect", "未生效的豁免"};
inline constexpr Text kVerdictsFile{"verdicts.h5", "判定文件 verdicts.h5"};
inline constexpr Text kJudgedOfOtherResults{
    "was judged of other results (SHA-256 {0}); this page says what these are judged to be",
    "由其他结果文件判定（SHA-256 {0}）；本页为现有结果文件的判定"};
inline constexpr Text kJudgedWithOtherLimits{
    "was judged with other limits ({0}, SHA-256 {1}); this page says what these give",
    "按其他限值判定（{0}，SHA-256 {1}）；本页按现有限值判定"};
inline constexpr Text kJudgedWithOtherRated{
    "was judged with other rated values; this page says what the limits give with those at hand",
    "按其他标称值判定；本页按现有标称值判定"};
inline constexpr Text kJudgedByOtherEngine{
    "was judged by rackproof {0}; this page says what this version judges",
    "由 rackproof {0} 判定；本页由当前版本判定"};
inline constexpr Text kJudgedWithoutWaivers{"was judged without these waivers, which change no verdict",
                                            "判定时未使用这些豁免；豁免不改变任何判定"};
inline constexpr Text kJudgedWithOtherWaivers{
    "was judged with other waivers ({0}, SHA-256 {1}), which change no verdict",
    "判定时使用其他豁免（{0}，SHA-256 {1}）；豁免不改变任何判定"};
inline constexpr Text kTakenAway{"(taken away)", "（已移除）"};
inline constexpr Text kPlan{"Plan", "测试计划"};
inline constexpr Text kSite{"Site", "站点"};
inline constexpr Text kLimits{"Limits", "限值"};
using joining_texts::kOr;
inline constexpr Text kFurtherLaunches{"{0} (up to {1} where a verdict was open)",
                                       "{0}（判定待定处至多 {1}）"};
inline constexpr Text kErrorBudget{
    "{0} gates on numbers, each with an error of {1} at most: {2} false fails expected at most",
    "{0} 项数值判定，每项误判概率至多 {1}：预期误判至多 {2} 次"};
inline constexpr Text kMethod{
    "A host clock surrounds every sample, and what is timed is checked; a wrong answer yields no number. The "
    "value of a launch is the "
    "median of its samples. The value of a cell is the median over {0} fresh launches; its interval covers "
    "95 % and is widened by a "
    "declared launch-to-launch component of {1} (relative standard deviation). A gate passes when the whole "
    "interval is on the good "
    "side of its limit. It fails when the whole interval is on the bad side and at least two launches are "
    "each on the bad side, by so "
    "much that at most one of {2} verdicts on a number that is exactly at its limit would be a false fail. "
    "Otherwise it is "
    "inconclusive. A wrong answer or an inventory difference fails at once. Spread is 1.4826 times the "
    "median absolute deviation from "
    "the median over targets, as a share of the median. A missing number is never zero and never a pass. "
    "Error budget: {3}.",
    "每个样本均由主机时钟计时，被计时的运算均经核对；结果错误则不产生数值。一次启动的值是其样本的中位数。单元"
    "的值是 {0} "
    "次全新启动的中位数；其区间覆盖 95 %，并按声明的启动间分量 "
    "{1}（相对标准差）放宽。整个区间位于限值的合格一侧时判为通过。"
    "整个区间位于不合格一侧，且至少两次启动各自位于不合格一侧，其差距使恰好等于限值的数值在 {2} "
    "次判定中至多误判一次时，判为未通过。其余为临界。结果错误或清单不符立即判为未通过。离散度为各对象对中位数"
    "的绝对偏差中位数的 "
    "1.4826 倍，以占中位数的比例表示。缺失的数值绝不视为零，也绝不视为通过。误差预算：{3}。"};

}  // namespace rackproof::texts
