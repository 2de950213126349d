// Fixed words of the page about a site.
#pragma once

#include "reports/language/language.hpp"

namespace rackproof::texts {

// The answer in one sentence.
inline constexpr Text kSiteNothingPromised{
    "Nothing was promised by the plan on this site, so nothing is accepted.",
    "测试计划在本站点未列出任何项目，因此不作任何验收。"};
inline constexpr Text kSiteAllAccepted{
    "All {0} racks are accepted: {1} gates passed, everything promised was measured.",
    "全部 {0} 个机柜验收通过：{1} 项判定通过，应测项目全部实测。"};
inline constexpr Text kSiteRacks{"Of {0} racks: {1}.", "共 {0} 个机柜：{1}。"};
inline constexpr Text kSiteAccepted{"{0} accepted", "{0} 个验收通过"};
inline constexpr Text kSiteReserved{"{0} accepted with reservations", "{0} 个有保留验收"};
inline constexpr Text kSiteRejected{"{0} rejected", "{0} 个验收不通过"};
inline constexpr Text kSiteUndecided{"{0} undecided", "{0} 个待定"};
inline constexpr Text kSiteNotStarted{"{0} not started", "{0} 个尚未开始"};
inline constexpr Text kSiteGatesFail{"{0} gate cells fail.", "{0} 项判定未通过。"};
inline constexpr Text kSiteMissing{"{0} of {1} promised measurements are missing.",
                                   "应测 {1} 项中缺 {0} 项。"};
inline constexpr Text kSiteInterrupted{"{0} of {1} campaigns were interrupted.",
                                       "{1} 次测试中 {0} 次被中断。"};

// Why something was not measured, or was not decided.
inline constexpr Text kSiteExempt{"exempt by the plan", "由计划豁免"};
inline constexpr Text kSitePartial{"some planned launches did not end ok", "部分计划的启动未正常结束"};
inline constexpr Text kSiteWrong{"an answer did not check", "有结果未通过核对"};
inline constexpr Text kSiteUnstable{"it goes wrong there again and again", "在该处反复出错"};
inline constexpr Text kSiteMissingTarget{"the target is not there", "对象不存在"};
inline constexpr Text kSiteNotMeasured{"no measurement, and nothing shows why",
                                       "没有测量，也没有任何信息说明原因"};
inline constexpr Text kSiteNotCertain{"neither a pass nor a certain fail by its interval and launches",
                                      "按其区间与各次启动，既不能判为通过，也不能确定未通过"};
inline constexpr Text kSiteNotHeld{"measured, but this limit could not be held against it",
                                   "已测量，但无法用此限值判定"};

// What of the site is not real.
inline constexpr Text kSiteVirtual{
    "{0} of {1} nodes are virtual or simulated: entries that share a machine with others are not real nodes.",
    "{1} 个节点中有 {0} 个是虚拟或模拟的：与其他节点共用一台机器，不是真实节点。"};
inline constexpr Text kSiteEmulated{
    "{0} emulated devices: software stands in for them. Their figures, and verdicts on them, say nothing "
    "about "
    "hardware.",
    "{0} 个仿真设备：由软件代替。其数值及判定不说明任何硬件情况。"};

}  // namespace rackproof::texts
