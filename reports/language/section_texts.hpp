// Headings, columns and notes of the acceptance page.
#pragma once

#include "reports/language/language.hpp"

namespace rackproof::texts {

inline constexpr Text kAcceptanceReport{"Acceptance report", "验收报告"};
inline constexpr Text kRackCertificate{"Certificate of rack {0}", "机柜 {0} 验收证书"};
inline constexpr Text kWaveSheetTitle{"Wave sheet", "批次验收单"};
inline constexpr Text kHeaderLine{"plan {0} · site {1} · limits {2} · {3} to {4} (UTC)",
                                  "计划 {0} · 站点 {1} · 限值 {2} · {3} 至 {4} (UTC)"};
inline constexpr Text kPageTitle{"{0}: {1} on {2}", "{0}：{2} 上的 {1}"};
inline constexpr Text kMore{"+{0} more", "另有 {0} 项"};

// Verdict strip.
inline constexpr Text kVerdict{"Verdict", "结论"};
inline constexpr Text kRacksCounted{"racks: accepted · rejected · undecided",
                                    "机柜：验收通过 · 验收不通过 · 待定"};
inline constexpr Text kReservedCounted{"racks accepted with reservations", "机柜：有保留验收"};
inline constexpr Text kNotStartedCounted{"racks not started", "机柜：未开始"};
inline constexpr Text kGatesCounted{"gates (what decides): pass · fail · inconclusive · not judged",
                                    "判定项（决定结论）：通过 · 未通过 · 临界 · 未判定"};
inline constexpr Text kMeasurementsExist{"promised measurements exist", "应测项目已实测"};
inline constexpr Text kExemptMore{"promised measurements exist ({0} more exempt by the plan)",
                                  "应测项目已实测（另有 {0} 项由计划豁免）"};
inline constexpr Text kRacks{"Racks", "机柜"};
inline constexpr Text kRacksElsewhere{"racks, listed below", "个机柜，见下文"};
inline constexpr Text kWhatFails{"What fails and where", "未通过的内容与位置"};
inline constexpr Text kWithItsLimit{", limit {0}", "，限值 {0}"};
inline constexpr Text kLimitFrom{"limit from:", "限值依据："};
inline constexpr Text kToSeeItAgain{"to see it again, on that node:", "在该节点上重测："};
inline constexpr Text kWhatIsOpen{"What is not decided", "尚未判定的内容"};
inline constexpr Text kAllUndecided{"all {0} undecided gates", "全部 {0} 项待定判定项"};
inline constexpr Text kAllFailures{"all {0} failures", "全部 {0} 项未通过"};

// Coverage.
inline constexpr Text kCoverage{"Coverage against the site", "测试覆盖情况（对照站点文件）"};
inline constexpr Text kRack{"rack", "机柜"};
inline constexpr Text kNodesAnswered{"nodes answered", "响应节点"};
inline constexpr Text kPromised{"promised", "应测"};
inline constexpr Text kMeasured{"measured", "实测"};
inline constexpr Text kMissing{"not measured", "未测"};
inline constexpr Text kShare{"share measured", "实测比例"};
inline constexpr Text kWhyNot{"why not", "未测原因"};
inline constexpr Text kExempt{"exempt by the plan: {0}", "由计划豁免：{0}"};
inline constexpr Text kMeasuredOf{"{0} of {1} measured", "应测 {1} 项，实测 {0} 项"};
inline constexpr Text kCoverageNote{
    "Promised: every case of the plan on every target of the site file, also where nothing answered.",
    "应测：测试计划的每个用例 × 站点文件所列的每个对象；未响应的对象也计入。"};
inline constexpr Text kMoreCovered{"racks, of which {0} lack something", "个机柜，其中 {0} 个有缺项"};
inline constexpr Text kMoreReasons{"other reasons, {0} in all", "种其他原因，共 {0} 项"};

// Certificate.
inline constexpr Text kCertificate{"Results by clause", "逐条验收结果"};
inline constexpr Text kClause{"clause", "条款"};
inline constexpr Text kMetric{"metric", "指标"};
inline constexpr Text kPlacement{"measured on", "测试对象"};
inline constexpr Text kLimitColumn{"limit, direction, provenance", "限值、方向、依据"};
inline constexpr Text kWorst{"worst", "最差值"};
inline constexpr Text kP1{"p1", "p1（最差 1 %）"};
inline constexpr Text kMedian{"median", "中位数"};
inline constexpr Text kSpread{"spread", "离散度"};
inline constexpr Text kDistribution{"distribution", "分布"};
inline constexpr Text kFailed{"failed, of", "未通过 / 总数"};
inline constexpr Text kVerdictColumn{"verdict", "结论"};
inline constexpr Text kModelOf{"model {0}", "型号 {0}"};
inline constexpr Text kInconclusiveCount{"{0} inconclusive", "临界 {0}"};
inline constexpr Text kNotJudgedCount{"{0} not judged", "未判定 {0}"};
inline constexpr Text kNotApplicableCount{"{0} not applicable", "不适用 {0}"};
inline constexpr Text kWaivedCount{"{0} waived", "豁免 {0}"};
inline constexpr Text kScore{"score, does not decide", "评分项，不影响结论"};
inline constexpr Text kCertificateNote{
    "In brackets: the 95 % interval of the worst value. Distribution: targets by value, heights as square "
    "roots; "
    "a dashed line is a bound of the limit.",
    "方括号内：最差值的 95 % 区间。分布：按数值统计的对象数，高度取平方根；虚线为限值。"};
inline constexpr Text kP1Note{"p1: the value that 1 % of the targets are worse than, from {0} targets on.",
                              "p1：1 % 的对象劣于此值，对象数不少于 {0} 时给出。"};
inline constexpr Text kStripTitle{"{0} targets by value; limit {1}", "{0} 个对象按数值的分布；限值 {1}"};
inline constexpr Text kSignatures{"Signatures", "签署"};
inline constexpr Text kBuyer{"Buyer", "甲方（买方）"};
inline constexpr Text kVendor{"Vendor", "乙方（供方）"};
inline constexpr Text kWitness{"Witness", "见证方"};
inline constexpr Text kNameAndDate{"name, signature, date", "姓名、签字、日期"};

// Punch list.
inline constexpr Text kPunchList{"Punch list", "整改清单"};
inline constexpr Text kPunchCounts{"{0} failing, {1} undecided gates.", "未通过 {0} 项，待定 {1} 项。"};
inline constexpr Text kRerunNote{
    "The line under each measures that one case again on that node, without the harness.",
    "每项下方的命令可脱离测试框架，在该节点上重测该用例。"};
inline constexpr Text kGroupInRack{"{0} cells of rack {1}", "机柜 {1} 的 {0} 项"};
inline constexpr Text kGroupOverRacks{"{0} cells in {1} racks", "{1} 个机柜的 {0} 项"};
inline constexpr Text kTheyShare{"They share: {0}.", "共同点：{0}。"};
inline constexpr Text kSingleCells{"Single cells", "单独的项目"};
inline constexpr Text kNode{"node", "节点"};
inline constexpr Text kSiteWide{"site", "站点"};
inline constexpr Text kOnHost{"on host {0}", "主机 {0}"};
inline constexpr Text kNoHost{"(no host answered)", "（无主机响应）"};
inline constexpr Text kValue{"value", "数值"};
inline constexpr Text kLimit{"limit", "限值"};
inline constexpr Text kReason{"reason", "原因"};
inline constexpr Text kWaivedBy{"waived by", "豁免"};
inline constexpr Text kFromLaunch{"from {0} launch", "{0} 次启动"};
inline constexpr Text kFromLaunches{"from {0} launches", "{0} 次启动"};
inline constexpr Text kTarget{"target", "对象"};
inline constexpr Text kAgain{"measure again", "重测命令"};
inline constexpr Text kMoreCells{"cells, in the verdicts file", "项，见判定文件"};

// Racks.
inline constexpr Text kRackCounts{"{0} pass, {1} fail, {2} inconclusive, {3} not judged, {4} not applicable",
                                  "通过 {0}，未通过 {1}，临界 {2}，未判定 {3}，不适用 {4}"};
inline constexpr Text kNotPlanned{"not planned", "未列入计划"};
inline constexpr Text kBetweenRacksTitle{"Between racks", "机柜之间"};
inline constexpr Text kSpanningTitle{"Between this rack and others", "本机柜与其他机柜之间"};
inline constexpr Text kSpanningNote{
    "These count for the campaign, not for this rack: {0} failing, {1} undecided gates.",
    "以下计入整个测试，不计入本机柜：未通过 {0} 项，待定 {1} 项。"};
inline constexpr Text kMoreAcceptedRacks{
    "accepted racks without values on this page; they are in the results file",
    "个验收通过的机柜，本页不列数值，见结果文件"};
inline constexpr Text kMoreRackTables{"racks without values on this page; they are in the results file",
                                      "个机柜，本页不列数值，见结果文件"};
inline constexpr Text kMoreTargets{"targets, in the results file", "个对象，见结果文件"};
inline constexpr Text kDenseNote{
    "The sign before a value, or before a metric for its whole row, is the verdict; intervals of values that "
    "do not pass stand in the punch list.",
    "数值前的符号为其结论，指标前的符号适用于整行；未通过者的区间见整改清单。"};
inline constexpr Text kTableOf{"Values of {0}, {1}", "{0} 的数值，{1}"};

// Pairs.
inline constexpr Text kPairs{"Pairs of nodes, the worst first", "节点对（最差者在前）"};
inline constexpr Text kPairsNote{
    "Against the median of all pairs that have the metric. A suspected node or link explains several slow "
    "pairs: see the findings.",
    "与该指标全部节点对的中位数相比。可疑的节点或链路可解释多个偏慢的节点对，见“发现”。"};
inline constexpr Text kPairsOf{"{0} pairs measured, {1} not; median {2}.",
                               "已测 {0} 对，未测 {1} 对；中位数 {2}。"};
inline constexpr Text kWithLimit{"Limit {0}.", "限值 {0}。"};
inline constexpr Text kPair{"pair", "节点对"};
inline constexpr Text kAgainstMedian{"against the median", "与中位数相比"};
inline constexpr Text kSuspected{"suspected", "可疑"};
inline constexpr Text kMorePairs{"pairs, in the results file", "个节点对，见结果文件"};

// Wave sheet.
inline constexpr Text kStanding{"standing", "状态"};
inline constexpr Text kGatesFailed{"gates failed", "未通过判定"};
inline constexpr Text kGatesOpen{"gates undecided", "待定判定"};
inline constexpr Text kGatesPassed{"gates passed", "通过判定"};
inline constexpr Text kRacksOfStanding{"racks", "个机柜"};

// Findings, incidents, provenance.
inline constexpr Text kFindings{"Findings", "发现"};
inline constexpr Text kNone{"None.", "无。"};
inline constexpr Text kFindingsNote{
    "Findings never change the verdict; a cell that a busy host keeps from failing says so itself.",
    "发现不改变结论；因主机繁忙而未判为未通过的项目会自行注明。"};
inline constexpr Text kKind{"kind", "类别"};
inline constexpr Text kSubjects{"subjects", "对象"};
inline constexpr Text kEvidence{"evidence", "证据"};
inline constexpr Text kAction{"action", "建议措施"};
inline constexpr Text kId{"id", "编号"};
inline constexpr Text kMoreFindings{"findings, in the verdicts file", "项发现，见判定文件"};
inline constexpr Text kIncidents{"Incidents", "事件"};
inline constexpr Text kNoIncidents{"Every attempt ended ok.", "所有尝试均正常结束。"};
inline constexpr Text kIncidentsNote{
    "{0} attempts did not end ok, also counting those that succeeded when tried again.",
    "{0} 次尝试未正常结束，包括重试后成功者。"};
inline constexpr Text kCase{"case", "用例"};
inline constexpr Text kLaunch{"launch", "启动"};
inline constexpr Text kAttempt{"attempt", "尝试"};
inline constexpr Text kStatus{"status", "状态"};
inline constexpr Text kPhase{"phase", "阶段"};
inline constexpr Text kEndedAt{"ended (UTC)", "结束时间 (UTC)"};
inline constexpr Text kControl{"control", "对照"};
inline constexpr Text kMoreIncidents{"incidents, in the results file", "项事件，见结果文件"};
inline constexpr Text kProvenance{"Provenance and method", "依据与方法"};
inline constexpr Text kBackends{"Backends and their SHA-256", "后端及其 SHA-256"};
inline constexpr Text kNoneRecorded{"None recorded.", "无记录。"};
inline constexpr Text kRemovedEnvironment{"Environment variables removed before measuring",
                                          "测量前移除的环境变量"};
inline constexpr Text kSetupEnvironment{"Environment variables changed by the site's setup script",
                                        "站点设置脚本更改的环境变量"};
inline constexpr Text kMethodTitle{"Method", "方法"};

}  // namespace rackproof::texts
