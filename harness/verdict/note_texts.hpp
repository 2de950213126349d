// What histories and comparisons note beside their findings: what was left out or counted once, who is suspect, why nothing is said.
#pragma once

#include "harness/language/joining_texts.hpp"

namespace rackproof::note_texts {

// Nights.
inline constexpr Text kLeftOut{"{0} is left out: its campaign {1} is in {2}",
                               "{0} 未计入：其测试批次 {1} 已在 {2} 中"};
inline constexpr Text kInterrupted{"{0} was interrupted; what it measured counts",
                                   "{0} 被中断；已测部分计入"};
inline constexpr Text kRedefined{"{0} has another definition from {1} on: its history begins there",
                                 "{0} 自 {1} 起定义不同：其历史从该时起算"};
inline constexpr Text kSharedSerials{
    "{0}: {1} subjects ({2}) tell a serial that others tell, too; their histories go by place",
    "{0}：{1} 个对象（{2}）的序列号与其他对象相同；其历史按位置计"};
inline constexpr Text kMoved{
    "{0}: {1} parts ({2}) are in another place than before; their histories go with them",
    "{0}：{1} 个部件（{2}）的位置与先前不同；其历史随部件走"};
inline constexpr Text kSameDay{
    "{0} runs are of a day that has a run of the same subjects already; each counts as a night",
    "{0} 次运行所在的日期已有相同对象的运行；每次各计为一夜"};
inline constexpr Text kClosed{"histories that are closed, as their parts are no longer where they were: {0}",
                              "因部件已不在原处而关闭的历史：{0} 个"};
inline constexpr Text kTooFewNights{"{0} nights; nothing can be said before there are {1}",
                                    "{0} 夜；不足 {1} 夜时不能得出结论"};
inline constexpr Text kNoSeries{"the event of line {0} is about no series here ({1} of {2})",
                                "第 {0} 行的事件与此处任何序列无关（{2} 的 {1}）"};

// Suspects.
using joining_texts::kThen;
inline constexpr Text kSumsAlarm{"sums alarm, {0}, without a step: perhaps a drift",
                                 "累积和报警（{0}），但没有阶跃：可能是渐变"};
inline constexpr Text kFar{"far from its cohort", "远离同类"};
inline constexpr Text kWorse{"worse", "劣化"};
inline constexpr Text kChanged{"changed", "变化"};

// Comparisons.
inline constexpr Text kCountedOnce{"{0}: {1} of scope {2} are {3} machines or devices; each counts once",
                                   "{0}：{2} 范围的 {1} 项实为 {3} 台机器或设备；每台只计一次"};
inline constexpr Text kTooFewDevices{"{0} and {1} devices; a verdict needs {2} on each side",
                                     "{0} 台与 {1} 台设备；判定要求每一方至少 {2} 台"};
inline constexpr Text kPickedByHand{"the devices were picked by hand", "设备为人工挑选"};
inline constexpr Text kPairsShareNodes{"its pairs share nodes", "其节点对共用节点"};
inline constexpr Text kSeveralDivisions{"its launches are of several divisions", "其各次启动属于不同分组"};

}  // namespace rackproof::note_texts
