// The sentences of verdicts: why a cell passes, fails or stays open, what a limit is, what became of a waiver. The English ones stand in
// files and on terminals, byte for byte.
#pragma once

#include "harness/language/joining_texts.hpp"

namespace rackproof::verdict_texts {

// What joins sentences and lists.
using joining_texts::kBecause;
using joining_texts::kBeside;
using joining_texts::kOr;
using joining_texts::kThen;
inline constexpr Text kBut{"{0}, but {1}", "{0}，但{1}"};
inline constexpr Text kOn{"{0} on {1}", "{1} 上{0}"};

// One number against one bound.
inline constexpr Text kNoFiniteValue{"not measured: no finite value with an interval around it",
                                     "未测：没有带区间的有限数值"};
inline constexpr Text kNoFiniteLaunch{"not measured: no launch with a finite value stands behind the number",
                                      "未测：该数值没有给出有限值的启动作为依据"};
inline constexpr Text kLaunchNotFinite{"not measured: a launch without a finite value",
                                       "未测：有一次启动没有有限值"};
inline constexpr Text kIntervalMeets{"the interval meets the limit", "区间满足限值"};
inline constexpr Text kIntervalAcross{"the interval reaches across the limit", "区间跨越限值"};
inline constexpr Text kIntervalMisses{"the interval and {0} of {1} launches miss the limit",
                                      "区间及 {1} 次启动中的 {0} 次不满足限值"};
inline constexpr Text kTooFewMiss{
    "the interval misses the limit, but only {0} of {1} launches do; a fail needs {2}",
    "区间不满足限值，但 {1} 次启动中仅 {0} 次不满足；判为未通过需要 {2} 次"};
inline constexpr Text kLaunchesMiss{"{0} of {1} launches miss the limit, the interval does not",
                                    "{1} 次启动中有 {0} 次不满足限值，但区间没有整体越过限值"};
inline constexpr Text kMeanMisses{
    "the mean of {0} launches misses the limit by its t interval at an error of {1}",
    "{0} 次启动的均值按 t 区间不满足限值，误判概率 {1}"};
inline constexpr Text kMeanDoesNotMiss{
    "the mean of {0} launches does not miss the limit by its t interval at an error of {1}",
    "{0} 次启动的均值按 t 区间不能认定为不满足限值，误判概率 {1}"};
inline constexpr Text kCountMisses{
    "{0} of {1} launches miss it by {2} × {3} %, {4} needed at an error of {5}",
    "{1} 次启动中有 {0} 次越过限值达 {2} × {3} %，误判概率 {5} 时需要 {4} 次"};
inline constexpr Text kAtBudgetEnd{"at_budget_end = {0}: {1}", "at_budget_end = {0}：{1}"};

// What an attempt came to.
inline constexpr Text kOk{"ok", "正常"};
inline constexpr Text kWrong{"wrong", "结果错误"};
inline constexpr Text kFailed{"failed", "失败"};
inline constexpr Text kCrashed{"crashed", "崩溃"};
inline constexpr Text kTimeout{"timeout", "超时"};
inline constexpr Text kUnsupported{"unsupported", "不支持"};
inline constexpr Text kSkipped{"skipped", "跳过"};
inline constexpr Text kPreempted{"preempted", "被抢占"};
inline constexpr Text kAtLaunch{"launch", "启动"};
inline constexpr Text kAtLoad{"load", "加载"};
inline constexpr Text kAtPrepare{"prepare", "准备"};
inline constexpr Text kAtMeasure{"measure", "测量"};
inline constexpr Text kAtCheck{"check", "核对"};
inline constexpr Text kAtFinish{"finish", "收尾"};
inline constexpr Text kAttempt{"{0} in launch {1} ({2})", "第 {1} 次启动{0}（{2}阶段）"};

// A case on a target.
inline constexpr Text kNotMeasured{"not measured", "未测"};
inline constexpr Text kAbsent{"absent: {0}", "不在位：{0}"};
inline constexpr Text kUnreachable{"unreachable: a node of the target never answered",
                                   "不可达：对象的某个节点从未应答"};
inline constexpr Text kMissing{"missing: {0}", "缺失：{0}"};
inline constexpr Text kExempt{"exempt: {0}", "豁免：{0}"};
inline constexpr Text kNotReproduced{"{0}; an earlier attempt ended ok, so it is not reproduced",
                                     "{0}；此前有一次尝试正常结束，故未复现"};
inline constexpr Text kTooFewReproductions{
    "{0}; only {1} of {2} fresh launches went wrong that are needed to blame the target itself",
    "{0}；认定为对象自身故障需 {2} 次全新启动均出错，目前仅 {1} 次"};
inline constexpr Text kNoControl{
    "{0}; no control: the case did not end ok on another machine of the same model since then",
    "{0}；无对照：此后该用例未在另一台同型号机器上正常结束"};
inline constexpr Text kReproduced{
    "{0}; reproduced in {1} fresh launches, while it ended ok on another target of the same model",
    "{0}；已在 {1} 次全新启动中复现，而在同型号的另一对象上正常结束"};
inline constexpr Text kClocksDisagree{"host and event clocks disagree in {0} launches",
                                      "主机时钟与事件时钟在 {0} 次启动中不一致"};
inline constexpr Text kDeviceLost{"{0}; the device was lost in two attempts in a row",
                                  "{0}；设备在连续两次尝试中丢失"};
inline constexpr Text kNodeEvidence{"{0}; evidence on the node meanwhile: {1}", "{0}；其间节点上的证据：{1}"};
inline constexpr Text kCounted{"{0} ({1} +{2})", "{0}（{1} +{2}）"};
inline constexpr Text kLaunchesMeasured{"{0} of {1} launches measured", "{1} 次启动中测得 {0} 次"};
inline constexpr Text kOkOnRetry{"ended ok on retry after {0} bad attempts",
                                 "{0} 次异常尝试后，重试正常结束"};

// A limit on what was measured.
inline constexpr Text kNumberMissing{"only {0} of {1} measured launches have the number",
                                     "{1} 次实测启动中仅 {0} 次有该数值"};
inline constexpr Text kUnavailable{"unavailable: {0}", "无法获取：{0}"};
inline constexpr Text kDiffers{"differs between launches: last {0}", "各次启动不一致：最后一次为 {0}"};
inline constexpr Text kFound{"found {0}", "实测 {0}"};
inline constexpr Text kFoundLimit{"found {0}, limit {1}", "实测 {0}，限值 {1}"};
inline constexpr Text kFoundAllowed{"found {0}, allowed {1}", "实测 {0}，允许 {1}"};
inline constexpr Text kFoundDiffers{"found {0}, launches differ", "实测 {0}，各次启动不一致"};
inline constexpr Text kTheLimitIs{"{0}; the limit is {1}", "{0}；限值为 {1}"};
inline constexpr Text kCaseItself{"the case itself", "用例本身"};
inline constexpr Text kNoGateLimit{"no gate limit", "没有判定限值"};
inline constexpr Text kCalibratedOn{"calibrated on {0} itself: such a limit is only a score",
                                    "限值由 {0} 自身标定：这样的限值只能作评分项"};
inline constexpr Text kHoldsOnlyWhen{"holds only when {0} is {1}; {2}", "仅在 {0} 为 {1} 时适用；{2}"};
inline constexpr Text kNotKnown{"it is not known", "情况未知"};

// What the site promises.
inline constexpr Text kPromised{"promised {0}{1}", "承诺 {0}{1}"};
inline constexpr Text kPromisedFound{"{0}, found {1}", "{0}，实测 {1}"};
inline constexpr Text kPromisedDiffers{"{0}, found counts that differ between launches: last {1}",
                                       "{0}，各次启动的计数不一致：最后一次为 {1}"};
inline constexpr Text kPromisedUnavailable{"{0}; unavailable: {1}", "{0}；无法获取：{1}"};
inline constexpr Text kPromisedAt{"{0} was promised at {1}", "{0} 应在 {1}"};
inline constexpr Text kReplacedBy{"{0} was replaced by {1}, which nobody was promised",
                                  "{0} 已被更换为 {1}，后者不属于任何承诺"};
inline constexpr Text kUnknownPart{"{0} is an unknown part: nobody was promised it",
                                   "{0} 是未知部件：不属于任何承诺"};
inline constexpr Text kFoundNowhere{"{0} is found nowhere", "{0} 各处均未找到"};

// What disturbed launches.
inline constexpr Text kBusyHost{"busy host in {0} of {1} launches", "{1} 次启动中有 {0} 次主机繁忙"};
inline constexpr Text kWaited{"a thread waited for a CPU up to {0} of the time",
                              "线程等待 CPU 的时间最多占 {0}"};
inline constexpr Text kStolen{"a hypervisor took up to {0} of the CPU time",
                              "虚拟机监控程序最多占用 {0} 的 CPU 时间"};
inline constexpr Text kOverhead{"overhead of up to {0} of a sample in {1} of {2} launches",
                                "{2} 次启动中有 {1} 次的开销最多占样本的 {0}"};

// Limits in words.
inline constexpr Text kAtLeast{"≥ {0}", "≥ {0}"};
inline constexpr Text kAtMost{"≤ {0}", "≤ {0}"};
inline constexpr Text kBetween{"between {0} and {1}", "{0} 至 {1}"};
inline constexpr Text kOneOf{"one of {0}", "{0} 之一"};
inline constexpr Text kAsPromised{"as promised", "同承诺"};
inline constexpr Text kWithShare{"{0} ({1})", "{0}（{1}）"};
inline constexpr Text kShareOfPeers{"{0} % of the median of peers", "同类中位数的 {0} %"};
inline constexpr Text kShareOfRated{"{0} % of rated.{1}", "rated.{1} 的 {0} %"};
inline constexpr Text kNotKnownHere{"{0} is not known here", "此处 {0} 未知"};
inline constexpr Text kTooFewPeers{"{0} peers of model \"{1}\" were measured; their median needs {2}",
                                   "型号“{1}”的同类测得 {0} 个；取其中位数需要 {2} 个"};
inline constexpr Text kOfPeers{"{0}, {1} of {2} targets of model \"{3}\"",
                               "{0}，型号“{3}”的 {2} 个对象为 {1}"};
inline constexpr Text kModelNotRated{"rated values of model \"{0}\" are not known", "型号“{0}”的额定值未知"};
inline constexpr Text kRatedUnknown{"rated.{0} of {1} is not known", "{1} 的 rated.{0} 未知"};
inline constexpr Text kRatedUndisclosed{"rated.{0} of {1} is undisclosed: {2}",
                                        "{1} 的 rated.{0} 未公开：{2}"};
inline constexpr Text kRatedSparse{"rated.{0} of {1} counts sparse operations, which nothing here does",
                                   "{1} 的 rated.{0} 按稀疏运算计，此处没有稀疏运算"};
inline constexpr Text kOfRated{"{0} of {1}, {2} ({3})", "{1} 的 {0}，{2}（{3}）"};

// Waivers.
inline constexpr Text kWaiver{"{0}: {1}, until {2}", "{0}：{1}，有效期至 {2}"};
inline constexpr Text kWaiverOf{"waiver of {0} for {1} at {2}: {3}", "{0} 对 {2} 上 {1} 的豁免：{3}"};
inline constexpr Text kWaiverUndated{"when the campaign ended is not known, so it does not hold",
                                     "测试的结束时间未知，豁免不生效"};
inline constexpr Text kWaiverEnded{"it ended on {0}, the campaign on {1}; the gate still fails",
                                   "豁免于 {0} 到期，测试于 {1} 结束；该项判定仍未通过"};
inline constexpr Text kWaiverNotNeeded{"nothing fails there, it is not needed",
                                       "该处没有未通过的项目，无需豁免"};
inline constexpr Text kWaiverNoGate{"no gate of that metric is judged there", "该处没有此指标的判定"};
inline constexpr Text kWaiverNoTarget{"no such target is judged", "没有对该对象的判定"};

}  // namespace rackproof::verdict_texts
