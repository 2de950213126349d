// The fixed words of the nightly page.
#pragma once

#include "reports/language/language.hpp"

namespace rackproof {

/// Nothing but Text, so that a test can go through all of them.
struct TrendTexts {
  Text title{"Nightly page", "夜测晨报"};
  Text nights_and_runs{"{0} nights from {1} runs, {2} to {3}", "{1} 次运行，共 {0} 夜：{2} 至 {3}"};
  Text no_nights{"no nights", "没有任何一夜的数据"};
  Text verdict{"What changed", "变化概要"};

  Text headline_confirmed{"Confirmed changes for the worse: {0}", "已确认的劣化：{0} 项"};
  Text headline_fresh{"New changes for the worse, not yet confirmed: {0}", "新出现、尚未确认的劣化：{0} 项"};
  Text headline_little{"Too little was measured", "测得太少，不能下结论"};
  Text headline_partial{"No new change for the worse in what was measured", "已测部分没有新的劣化"};
  Text headline_nothing{"No new change for the worse", "没有新的劣化"};
  Text sentence_little{"That nothing is listed does not mean that nothing changed.",
                       "未列出变化，不等于没有变化。"};
  Text sentence_causes{"{0} of them have a cause in common with others; causes: {1}.",
                       "其中 {0} 项归于 {1} 个共同原因。"};
  Text sentence_partial{"{0} promised cases of the last night were not measured.",
                        "最近一夜有 {0} 项应测用例未测到。"};
  Text little_nights{"There are {0} nights; nothing can be said before there are {1}.",
                     "只有 {0} 夜；不足 {1} 夜时不能得出结论。"};
  Text little_series{"No series has enough nights to be watched.", "没有任何序列积累了足够的夜数。"};
  Text little_coverage{"Less than half of what was promised was measured on the last night.",
                       "最近一夜测到的不足应测的一半。"};

  Text count_confirmed{"confirmed, worse", "已确认的劣化"};
  Text count_fresh{"new, worse", "新出现的劣化"};
  Text count_other{"better, or changed without a better side", "改善，或无优劣之分的变化"};
  Text count_acknowledged{"acknowledged", "已知悉"};
  Text count_went_away{"went away", "已消失"};
  Text count_measured{"promised cases measured on the last night", "最近一夜已测 / 应测用例"};

  Text coverage{"Coverage of the last night", "最近一夜的覆盖"};
  Text promised{"promised cases", "应测用例"};
  Text measured{"measured", "已测"};
  Text missing{"not measured on the last night", "最近一夜未测"};
  Text watched{"series watched", "受监视的序列"};
  Text scanned{"series scanned", "受扫描的序列"};
  Text by_chance{"alarms on one night by chance, at most, before confirmation",
                 "每夜偶然报警数的上限（确认之前）"};
  Text item{"item", "项目"};
  Text count{"count", "数量"};

  Text causes{"What those that changed have in common", "发生变化者的共同点"};
  Text cause{"cause", "原因"};
  Text cause_number{"cause {0}", "原因 {0}"};
  Text shared{"they share", "共同具有"};
  Text or_else{"or", "或"};
  Text same_subjects{"the same subjects have these, so they cannot be told apart",
                     "具有它们的对象相同，无法区分"};
  Text changed_with{"changed, with it", "变化且具有"};
  Text unchanged_with{"unchanged, with it", "未变但具有"};
  Text chance{"probability by chance", "偶然发生的概率"};
  Text metrics{"metrics", "指标"};
  Text environment{"Environment differences at the change", "变化发生时的环境差异"};
  Text environment_line{"{0}: {1} is {2} on {3} of the {4} that changed, and on {5} of the {6} that did not.",
                        "{0}：{1} 为 {2}，见于 {4} 个变化者中的 {3} 个、{6} 个未变者中的 {5} 个。"};

  Text changes{"Changes", "变化"};
  Text no_changes{"None is new or confirmed.", "没有新出现的，也没有已确认的。"};
  Text state{"state", "状态"};
  Text change{"change", "变化"};
  Text effect{"effect [95 %]", "幅度 [95 %]"};
  Text level{"level", "水平"};
  Text since{"since", "起于"};
  Text drifts{"drifts", "渐变"};
  Text subject{"subject", "对象"};
  Text host{"host", "主机"};
  Text metric{"metric", "指标"};
  Text id{"id", "编号"};
  Text chart{"chart", "图"};
  Text seen{"seen {0}", "发现于 {0}"};
  Text settled_confirmed{"confirmed {0}", "确认于 {0}"};
  Text settled_away{"gone {0}", "消失于 {0}"};
  Text more{"+{0} more", "另有 {0} 项"};
  Text more_changes{"+{0} more changes are not listed here; `rackproof trend --all` lists them.",
                    "另有 {0} 项变化未列出；`rackproof trend --all` 可列出全部。"};
  Text listed_of_cause{"Of each cause at most {0} are listed.", "每个原因最多列出 {0} 项。"};

  Text state_fresh{"new", "新出现"};
  Text state_confirmed{"confirmed", "已确认"};
  Text state_acknowledged{"acknowledged", "已知悉"};
  Text state_went_away{"went away", "已消失"};
  Text change_worse{"worse", "劣化"};
  Text change_better{"better", "改善"};
  Text change_changed{"changed", "变化"};

  Text suspects{"Suspects", "可疑对象"};
  Text suspects_note{"A shortlist, no findings: look at these when there is time.",
                     "仅为候选名单，并非结论；有空时查看。"};
  Text why{"why", "理由"};
  Text acknowledged{"Acknowledged: {0}", "已知悉：{0} 项"};
  Text went_away{"Went away: {0}", "已消失：{0} 项"};
  Text settled{"Acknowledged or gone", "已知悉或已消失"};
  Text notes{"Notes", "说明"};

  Text charts{"Night by night", "逐夜数值"};
  Text charts_note{
      "Dots: what was measured. Thick lines: the levels before and after. Band: 95 % interval of the level "
      "after. Dashed: "
      "the night of the change. A gap is a night that was not measured. The axis does not begin at 0.",
      "圆点：测得值。粗线：变化前后的水平。色带：变化后水平的 95 % "
      "区间。虚线：发生变化的那一夜。断开处为未测之夜。纵轴不从 0 开始。"};
  Text chart_title{"{0} on {1}", "{1} 的 {0}"};
  Text chart_description{
      "{0} nights from {1} to {2}, {3} of them measured, between {4} and {5}; level {6} before and {7} after "
      "{8}.",
      "{1} 至 {2} 共 {0} 夜，其中 {3} 夜测到，介于 {4} 与 {5} 之间；{8} 之前水平为 {6}，之后为 {7}。"};
  Text chart_empty{"No night of this series was measured.", "该序列没有任何一夜测到。"};
  Text show_values{"values", "数值"};
  Text night{"night", "夜"};
  Text value{"value", "数值"};
  Text not_measured{"not measured", "未测"};
};

inline constexpr TrendTexts kTrendTexts;

}  // namespace rackproof
