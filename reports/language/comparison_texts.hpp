// The fixed words of the comparison page.
#pragma once

#include "reports/language/language.hpp"

namespace rackproof {

/// Nothing but Text, so that a test can go through all of them.
struct ComparisonTexts {
  Text title{"Comparison", "对比"};
  Text file{"file {0}", "文件 {0}"};
  Text reference{"reference", "基准"};
  Text no_model{"no model stated", "未注明型号"};
  Text summary{"What may explain the ratios", "可能解释比值的因素"};

  Text hand_picked{
      "The devices were picked by hand: the ratios describe these devices, and nothing is said of others. "
      "There are no verdicts.",
      "设备为人工挑选：比值仅描述这些设备，不能推及其他设备，也没有判定。"};
  Text headline_differ{"Conditions that differ: {0}", "不同的条件：{0} 项"};
  Text headline_same{"No known condition differs", "已知条件没有差异"};
  Text sentence_differ{"Each of them may explain every ratio below.", "其中任何一项都可能是下列比值的原因。"};
  Text sentence_same{"What is not known may differ, too.", "未知的条件也可能不同。"};
  Text chosen{"Devices chosen", "设备选取方式"};
  Text chosen_all{"all", "全部"};
  Text chosen_random{"random with seed {0}", "随机，种子 {0}"};
  Text chosen_by_hand{"hand-picked", "人工挑选"};
  Text margin{"Within ±{0} % makes no difference", "±{0} % 以内视为无差异"};

  Text conditions{"Conditions that differ", "不同的条件"};
  Text condition{"condition", "条件"};
  Text not_known{"not known", "未知"};

  Text division_closed{"Closed division", "封闭组"};
  Text division_open{"Open division", "开放组"};
  Text division_other{"Division: {0}", "分组：{0}"};
  Text closed_note{
      "Shapes, types and accumulation are the suite's, and everybody had an equal budget for tuning.",
      "形状、数据类型与累加方式由本套件规定，各方的调优预算相同。"};
  Text open_note{"Each side chose for itself how to compute; never mixed with the closed division.",
                 "各方自行选择计算方式；绝不与封闭组混合。"};
  Text other_note{"The results do not tell the division, or it was not the same one everywhere.",
                  "结果文件未注明分组，或各处分组不一。"};
  Text no_ratio{"No metric of the reference is in another file.", "基准文件的指标均不见于其他文件。"};
  Text counts{
      "{0} ratios: faster or higher {1}, slower or lower {2}, equivalent {3}, no difference shown {4}, "
      "described only {5}.",
      "{0} 个比值：更快或更高 {1}，更慢或更低 {2}，等效 {3}，未显示差异 {4}，仅描述 {5}。"};

  Text metric{"metric", "指标"};
  Text means{"reference → this", "基准 → 本方"};
  Text ratio{"ratio", "比值"};
  Text interval{"{0} % interval", "{0} % 区间"};
  Text chart{"ratio on a common logarithmic axis; band: no difference",
             "比值（共同对数轴；色带：无差异范围）"};
  Text chart_label{"ratio {0}, interval {1}", "比值 {0}，区间 {1}"};
  Text no_interval{"none", "无"};
  Text says{"says", "结论"};
  Text p_better{"P(better) {0}", "P(更优) {0}"};
  Text devices{"devices", "设备数"};
  Text left_out{"left out: {0} : {1}", "未计入：{0} : {1}"};
  Text of_rated{"{0} % of {1}", "{1} 的 {0} %"};
  Text rated_note{
      "A share of a rated peak is shown beside a value and ranks nobody. Left out are devices that were to "
      "be measured and have "
      "no positive number.",
      "额定峰值的占比仅附在数值旁，不作排名。未计入者是应测但没有正数值的设备。"};
  Text per_watt{"per watt ({0})", "每瓦（{0}）"};
  Text no_equal_power{"Per watt: {0} of {1} ratios of rates have no power of equal scope and source.",
                      "每瓦：{1} 个速率比值中有 {0} 个缺少范围与来源相同的功率。"};
  Text implementations{"implementations: {0} → {1}", "实现：{0} → {1}"};
  Text by_racks{"by racks", "以机柜为单位"};
  Text taken_alone{"taken alone", "单独看"};
  Text direction_higher{"higher is better", "越高越好"};
  Text direction_lower{"lower is better", "越低越好"};
  Text direction_neither{"neither side is better", "无优劣之分"};

  Text word_faster{"faster", "更快"};
  Text word_slower{"slower", "更慢"};
  Text word_higher{"higher", "更高"};
  Text word_lower{"lower", "更低"};
  Text word_equivalent{"equivalent", "等效"};
  Text word_undecided{"no difference shown", "未显示差异"};
  Text word_descriptive{"described only", "仅描述"};

  Text unmatched{"Not in every file", "并非所有文件都有"};
  Text placement{"placement", "放置"};
  Text division{"division", "分组"};
  Text only_in{"only in", "仅见于"};

  Text method{"Method and files", "方法与文件"};
  Text multiplicity{
      "{0} ratios have a verdict. Taken alone, {1} of them would be called different by chance, were all "
      "machines the same; the "
      "word in bold holds for all of them together (Holm).",
      "{0} 个比值有判定。若逐个来看，即使所有机器完全相同，也会有 {1} "
      "个偶然被判为不同；粗体结论已对全部判定联合校正（Holm）。"};
  Text replicate{
      "The replicate is the device; “by racks” the rack, where racks of a side differ by more than their "
      "devices do. The ratio is of "
      "geometric means, its interval by Welch's t of the logarithms; with fewer than {0} devices on a side "
      "there is neither an interval "
      "nor a verdict. P(better): the probability that a device is better than one of the reference.",
      "以设备为重复单位；标注“以机柜为单位”处，同侧各机柜的差异大于其设备的差异，故以机柜为重复单位。比值为几"
      "何平均之比，区间由对数的 "
      "Welch t 检验给出；任何一侧少于 {0} 台设备时，既无区间也无判定。P(更优)：任一设备优于基准设备的概率。"};
  Text files{"file", "文件"};
  Text name{"name", "名称"};
  Text campaign{"campaign", "测试批次"};
  Text notes{"Notes", "说明"};
  Text more{"+{0} more", "另有 {0} 项"};
  Text more_ratios{"+{0} more ratios are not listed here; `rackproof compare --json` has them.",
                   "另有 {0} 个比值未列出；`rackproof compare --json` 中有全部。"};
  Text not_measured{"not measured", "未测"};
};

inline constexpr ComparisonTexts kComparisonTexts;

}  // namespace rackproof
