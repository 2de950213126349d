// Every fixed word that the scripts show, in both languages. What data says (names, units, limits) is never translated.
// {0}, {1} are filled in.

export interface Text {
  en: string;
  zh: string;
}

const table = {
  language: { en: 'Language', zh: '语言' },
  languageBoth: { en: 'Both', zh: '双语' },
  theme: { en: 'Colours', zh: '外观' },
  themeSystem: { en: 'as the system', zh: '跟随系统' },
  themeLight: { en: 'light', zh: '浅色' },
  themeDark: { en: 'dark', zh: '深色' },
  print: { en: 'Print', zh: '打印' },

  fleetMap: { en: 'Fleet map', zh: '机群分布图' },
  racksTable: { en: 'All racks', zh: '全部机柜' },
  rackDetail: { en: 'Rack {0}', zh: '机柜 {0}' },
  printedRacks: { en: 'Racks that are not accepted', zh: '未验收通过的机柜' },
  moreRacks: { en: '+{0} more', zh: '另有 {0} 个' },

  show: { en: 'Show', zh: '显示' },
  standing: { en: 'Standing', zh: '验收状态' },
  worst: { en: 'Worst metric of each rack', zh: '各机柜最差指标' },
  withFailing: { en: '{0} ({1} fail)', zh: '{0}（{1} 项未通过）' },
  mapSummary: { en: 'Map of {0} racks: {1}.', zh: '{0} 个机柜的分布图：{1}。' },
  mapHelp: { en: 'Arrow keys move from rack to rack, Enter opens one.', zh: '用方向键在机柜间移动，按 Enter 键查看详情。' },
  mapPrompt: { en: 'Point at a rack, or move with the arrow keys.', zh: '请指向一个机柜，或用方向键移动。' },
  allRacks: { en: 'all racks', zh: '全部机柜' },
  withoutLabel: { en: '(none)', zh: '（无）' },
  where: { en: 'Where', zh: '位置' },
  whereSummary: { en: 'Racks by place, as a table', zh: '按位置统计的机柜表' },
  racks: { en: 'racks', zh: '机柜' },
  moreOf: { en: '{0}: +{1} more', zh: '{0}：另有 {1} 个' },
  legend: { en: 'Legend', zh: '图例' },

  failFar: { en: 'fail, more than 5 % beyond the limit', zh: '未通过，超出限值 5 % 以上' },
  failMiddle: { en: 'fail, 2 to 5 % beyond', zh: '未通过，超出 2–5 %' },
  failNear: { en: 'fail, less than 2 % beyond', zh: '未通过，超出不足 2 %' },
  passNear: { en: 'pass, less than 2 % to spare', zh: '通过，裕量不足 2 %' },
  passMiddle: { en: 'pass, 2 to 5 % to spare', zh: '通过，裕量 2–5 %' },
  passFar: { en: 'pass, 5 to 10 % to spare', zh: '通过，裕量 5–10 %' },
  passFarthest: { en: 'pass, more than 10 % to spare', zh: '通过，裕量 10 % 以上' },
  inconclusive: { en: 'inconclusive', zh: '临界' },
  notMeasured: { en: 'not measured or not judged', zh: '未测或未判定' },
  noCell: { en: 'nothing to judge', zh: '无判定项' },
  information1: { en: 'lowest quarter of the range', zh: '取值范围最低四分之一' },
  information2: { en: 'second quarter', zh: '第二个四分之一' },
  information3: { en: 'third quarter', zh: '第三个四分之一' },
  information4: { en: 'highest quarter', zh: '最高四分之一' },
  accepted: { en: 'accepted', zh: '验收通过' },
  withReservations: { en: 'accepted with reservations', zh: '有保留验收' },
  rejected: { en: 'rejected', zh: '验收不通过' },
  undecided: { en: 'undecided', zh: '待定' },
  notStarted: { en: 'not started', zh: '未开始' },

  pass: { en: 'pass', zh: '通过' },
  fail: { en: 'fail', zh: '未通过' },
  notJudged: { en: 'not judged', zh: '未判定' },
  notApplicable: { en: 'not applicable', zh: '不适用' },
  noVerdict: { en: 'no limit', zh: '无限值' },
  valueMissing: { en: 'not measured', zh: '未测' },

  rack: { en: 'Rack', zh: '机柜' },
  metric: { en: 'Metric', zh: '指标' },
  value: { en: 'Value', zh: '数值' },
  limit: { en: 'Limit', zh: '限值' },
  margin: { en: 'Margin', zh: '裕量' },
  verdict: { en: 'Verdict', zh: '判定' },
  score: { en: 'score', zh: '评分项' },
  place: { en: 'Against the fleet', zh: '与机群相比' },
  filter: { en: 'Filter', zh: '筛选' },
  filterHint: { en: 'name or label', zh: '名称或标签' },
  onlyOpen: { en: 'only not accepted', zh: '仅未验收通过' },
  shownRacks: { en: '{0} of {1} racks', zh: '{1} 个机柜中的 {0} 个' },
  close: { en: 'Close', zh: '关闭' },
  unknownRack: { en: 'No rack is called {0}.', zh: '没有名为 {0} 的机柜。' },
  stripHelp: {
    en: 'Each line: the middle 98 % of the fleet, its median, the limit (dashed) and this rack (dot; cross: it fails), relative to the median.',
    zh: '每行：机群中间 98 % 的范围、中位数、限值（虚线）与本机柜（圆点；叉号表示未通过），以相对中位数表示。',
  },
  launches: { en: 'Launches', zh: '各次启动' },
  launchHelp: { en: 'A dot (cross: the part fails) is one launch, on the axis above.', zh: '圆点（叉号：部件未通过）为一次启动，坐标轴同上。' },
  launchCount: { en: '{0} parts, {1} launches', zh: '{0} 个部件，{1} 次启动' },
  part: { en: 'Part', zh: '部件' },
  showData: { en: 'Show data', zh: '显示数据' },

  pairs: { en: 'Pairs of nodes', zh: '节点对' },
  pairHelp: { en: 'From the row to the column. Arrow keys move.', zh: '从行到列。用方向键移动。' },
  suspected: { en: 'suspected', zh: '可疑' },
  againstMedian: { en: 'Against the median', zh: '与中位数相比' },
  nearMedian: { en: 'less than 2 % worse than the median', zh: '比中位数差不足 2 %，或更好' },
  behindMedian2: { en: '2 to 5 % worse than the median', zh: '比中位数差 2–5 %' },
  behindMedian5: { en: '5 to 10 % worse', zh: '差 5–10 %' },
  behindMedian10: { en: 'more than 10 % worse', zh: '差 10 % 以上' },

  tooOld: {
    en: 'This browser is too old for the map and the tables; all that decides stands above.',
    zh: '此浏览器版本过旧，无法显示分布图与表格；判定所需的内容均见上文。',
  },
  unreadable: {
    en: 'The data of the map and the tables cannot be read ({0}); all that decides stands above.',
    zh: '分布图与表格的数据无法读取（{0}）；判定所需的内容均见上文。',
  },
} satisfies Record<string, Text>;

export type Key = keyof typeof table;
export const texts: Readonly<Record<Key, Text>> = table;

/// A text with its placeholders filled in.
export function fill(format: string, values: readonly (string | number)[]): string {
  return format.replace(/\{(\d)\}/g, (_, place: string) => String(values[Number(place)] ?? ''));
}
