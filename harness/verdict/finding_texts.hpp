// The sentences of findings: what was seen, and what to do about it. The English ones stand in files and on terminals, byte for byte.
#pragma once

#include "harness/language/joining_texts.hpp"

namespace rackproof::finding_texts {

using joining_texts::kAndMore;
using joining_texts::kBecause;
using joining_texts::kBeside;
using joining_texts::kThen;
inline constexpr Text kAndMoreThen{"{0}; and {1} more", "{0}；另有 {1} 项"};

// What attempts tell.
inline constexpr Text kIncident{"{0} of {1} attempts went wrong before a retry ended ok; first {2}",
                                "重试正常结束之前，{1} 次尝试中有 {0} 次异常；首次为{2}"};
inline constexpr Text kBadAttempt{"{0} ({1})", "{0}（{1}阶段）"};
inline constexpr Text kReadBadLogs{"read the log of the bad attempts; watch whether it comes back",
                                   "查看异常尝试的日志；留意是否再次出现"};
inline constexpr Text kClock{"host and event clock disagree in launch {0}",
                             "主机时钟与事件时钟在第 {0} 次启动中不一致"};
inline constexpr Text kMeasureClock{"measure again; in two launches it is a fail",
                                    "重新测量；两次启动均如此则判为未通过"};

// What the campaign noticed.
inline constexpr Text kNoHardware{"accept no hardware by its figures", "不得依据其数值验收任何硬件"};
inline constexpr Text kNoMachine{"accept no machine by what a recorded tree says",
                                 "不得依据记录的信息验收任何机器"};
inline constexpr Text kReadStepLog{
    "read the log of the step; something on the node prints into the worker's output",
    "查看该步骤的日志；节点上有程序向工作进程的输出中打印内容"};
inline constexpr Text kLookAtNode{"look at the node, its network and the launcher's line; then --resume",
                                  "检查节点、其网络以及启动命令；然后用 --resume 继续"};
inline constexpr Text kRepairNode{"repair the node; then measure the group again",
                                  "修复该节点；然后重测整组"};
inline constexpr Text kReplaceDevice{"replace or reset the device; then --resume",
                                     "更换或复位该设备；然后用 --resume 继续"};
inline constexpr Text kRebootNode{"reboot the node; then --resume", "重启该节点；然后用 --resume 继续"};
inline constexpr Text kSetClock{"set the node's clock; times in its records are its own",
                                "校准节点时钟；其记录中的时间是节点自身的时间"};
inline constexpr Text kMeasureWhole{"measure groups over several shards in a campaign of the whole site",
                                    "跨多个分片的组应在覆盖整个站点的测试中测量"};
inline constexpr Text kFindShared{"find what all of them have in common; then --resume",
                                  "找出它们的共同点；然后用 --resume 继续"};
inline constexpr Text kCompareSite{"compare the site file with the machines", "将站点文件与实际机器核对"};

// Limits and promises.
inline constexpr Text kScoreMissed{"score limit {0}: {1}", "评分限值 {0}：{1}"};
inline constexpr Text kScoreMissedBy{"score limit {0}: {1} targets miss it",
                                     "评分限值 {0}：{1} 个对象不满足"};
inline constexpr Text kCompareIt{"compare with its peers; a score never rejects",
                                 "与同类比较；评分项不会导致验收不通过"};
inline constexpr Text kCompareThem{"compare with their peers; a score never rejects",
                                   "分别与各自的同类比较；评分项不会导致验收不通过"};
inline constexpr Text kUnusedGate{"the gate limit in line {0} applies to no target",
                                  "第 {0} 行的判定限值不适用于任何对象"};
inline constexpr Text kUnusedScore{"the score limit in line {0} applies to no target",
                                   "第 {0} 行的评分限值不适用于任何对象"};
inline constexpr Text kCheckLimit{"check its placement and model against the site",
                                  "对照站点检查其测试对象与型号"};
inline constexpr Text kPromisedFor{"the site promises it for {0}, and no limit holds it to that",
                                   "站点文件为 {0} 承诺了该项，但没有限值据此判定"};
inline constexpr Text kWritePromised{"write promised = true in a limit on it, and let the plan run its case",
                                     "为其写一条 promised = true 的限值，并让计划运行该用例"};

// Counters.
inline constexpr Text kCountedOnce{"{0} in {1} attempt; most of {2}, {3} during {4}",
                                   "{1} 次尝试中计 {0}；以 {2} 为主，{4} 期间计 {3}"};
inline constexpr Text kCountedOften{"{0} in {1} attempts; most of {2}, {3} during {4}",
                                    "{1} 次尝试中共计 {0}；以 {2} 为主，{4} 期间计 {3}"};
inline constexpr Text kNamePath{"let the site's [launch] path name an interface that every node has",
                                "在站点文件的 [launch] path 中填写每个节点都有的接口"};
inline constexpr Text kUncorrected{"uncorrected memory errors", "不可纠正的内存错误"};
inline constexpr Text kReplaceMemory{"replace the module or the device", "更换该内存模块或设备"};
inline constexpr Text kMachineChecks{"machine check exceptions", "机器检查异常"};
inline constexpr Text kReplaceNamed{"read the kernel's log and the BMC's; replace what they name",
                                    "查看内核日志与 BMC 日志；更换其中指出的部件"};
inline constexpr Text kLostDevices{"devices that fell off the bus", "设备掉线（脱离总线）"};
inline constexpr Text kCheckSeating{"read the kernel's log; check seating, power and firmware",
                                    "查看内核日志；检查插接、供电与固件"};
inline constexpr Text kMachineEvents{"machine check messages", "机器检查消息"};
inline constexpr Text kReadKernelAndBmc{"read the kernel's log and the BMC's", "查看内核日志与 BMC 日志"};
inline constexpr Text kDriverErrors{"errors that the device's driver logged", "设备驱动记录的错误"};
inline constexpr Text kLookUpCodes{"look the codes up in the kernel's log (Xid)",
                                   "在内核日志中查对错误码（Xid）"};
inline constexpr Text kBusErrors{"PCI Express errors", "PCI Express 错误"};
inline constexpr Text kCheckRisers{"check seating, risers and retimers", "检查插接、转接卡与重定时器"};
inline constexpr Text kLinkErrors{"errors on links of devices", "设备链路错误"};
inline constexpr Text kCheckCables{"check cables, seating and firmware", "检查线缆、插接与固件"};
inline constexpr Text kFlaps{"link flaps", "链路抖动"};
inline constexpr Text kNetworkErrors{"network errors", "网络错误"};
inline constexpr Text kCheckPort{"check cable, transceiver and switch port", "检查线缆、光模块与交换机端口"};
inline constexpr Text kKilled{"processes killed for want of memory", "因内存不足被终止的进程"};
inline constexpr Text kLookWhoElse{"look at what else uses the node", "检查节点上还有哪些程序在运行"};
inline constexpr Text kDriveErrors{"NVMe errors", "NVMe 错误"};
inline constexpr Text kReadDriveLog{"read the kernel's log and the drive's own",
                                    "查看内核日志与硬盘自身的日志"};
inline constexpr Text kCpuHeat{"thermal throttling of CPUs", "CPU 过热降频"};
inline constexpr Text kLookAtCooling{"look at cooling", "检查散热"};

// The state of machines.
inline constexpr Text kQuiet{
    "measure again on a quiet host; a miss on a busy one is inconclusive, not a fail",
    "在空闲主机上重测；繁忙主机上的不满足判为临界，而非未通过"};
inline constexpr Text kNotOperation{"up to {0} of the median sample is not the operation",
                                    "样本中位数中最多有 {0} 不是被测运算"};
inline constexpr Text kSameOverhead{
    "compare with the same overhead only; a limit is missed when it is missed without the overhead too",
    "仅与开销相同者比较；扣除开销后仍不满足限值，才算不满足"};
inline constexpr Text kUnsteady{
    "nothing showed that the time was steady at the end of a sustained window: it changed by up to {0} "
    "over it, or there were too few samples to tell",
    "没有迹象表明持续窗口结束时耗时已稳定：窗口内变化最多达 {0}，或样本过少而无法判断"};
inline constexpr Text kMeasureLonger{"measure longer; look at cooling and power", "延长测量；检查散热与供电"};
inline constexpr Text kNotSettled{
    "clock or temperature still changed when it began, after a wait of up to {0} s",
    "等待最多 {0} s 后，测量开始时频率或温度仍在变化"};
inline constexpr Text kLookAtUse{"look at cooling, and at what else uses the device",
                                 "检查散热，以及还有什么在使用该设备"};
inline constexpr Text kThrottled{"throttle bits were set", "降频标志位被置位"};
inline constexpr Text kLookAtPower{"look at cooling and the power limit", "检查散热与功耗上限"};
inline constexpr Text kRemotePages{"up to {0} of the pages lie on another NUMA node",
                                   "最多有 {0} 的内存页位于其他 NUMA 节点"};
inline constexpr Text kLookAtMemory{"look at free memory per NUMA node and at the kernel's balancing",
                                    "检查各 NUMA 节点的空闲内存与内核的 NUMA 平衡"};
inline constexpr Text kResident{"memory was not measurably slower than the caches, or faster than its roof",
                                "内存未测得比缓存慢，或快于其上限"};
inline constexpr Text kCheckCacheSize{"check the size of the last-level cache that the backend reports",
                                      "核对后端报告的末级缓存大小"};
inline constexpr Text kOnTargets{"on {0}", "位于 {0}"};
inline constexpr Text kWorstOn{"{0}; worst on {1}", "{0}；{1} 最严重"};
inline constexpr Text kInLaunches{"{0}, in {1} of {2} launches, {3}", "{0}，见于 {2} 次启动中的 {1} 次，{3}"};

// Inventory.
inline constexpr Text kLater{"{0}, later {1}", "{0}，后为 {1}"};
inline constexpr Text kDrift{"{0} of {1} {2}s say {3}; {4}", "{1} 个{2}中有 {0} 个为 {3}；{4}"};
inline constexpr Text kMakeAlike{"make them alike, or promise in the site file what is right",
                                 "使其一致，或在站点文件中承诺正确的值"};
inline constexpr Text kSerial{"serial", "序列号"};
inline constexpr Text kUuid{"UUID", "UUID"};
inline constexpr Text kMemoryModule{"memory module", "内存模块"};
inline constexpr Text kPartMoved{"{0} {1} is found at {2}; the site promises it at {3}",
                                 "{0} {1} 位于 {2}；站点文件承诺其位于 {3}"};
inline constexpr Text kPutBack{"put the part back, or correct serials.csv",
                               "将部件装回原处，或更正 serials.csv"};
inline constexpr Text kPartReplaced{
    "{0} {1}, which nobody was promised, stands at {2} in the place of {3}, which is found nowhere",
    "{0} {1} 不属于任何承诺，却位于 {2}，取代了各处均未找到的 {3}"};
inline constexpr Text kEnterPart{"enter the new part in serials.csv, if it was delivered",
                                 "若新部件确已交付，请录入 serials.csv"};
inline constexpr Text kPartUnknown{"{0} {1} is found at {2}; the site promises it nowhere",
                                   "{0} {1} 位于 {2}；站点文件中没有对它的承诺"};
inline constexpr Text kTracePart{"find out where the part comes from", "查明该部件的来源"};
inline constexpr Text kPartLost{"{0} {1} is promised at {2} and found nowhere",
                                "{0} {1} 承诺位于 {2}，但各处均未找到"};
inline constexpr Text kLookForPart{"look for the part; it may have failed", "查找该部件；它可能已失效"};
inline constexpr Text kFoundTwice{"{0} {1} is found at each of them", "{0} {1} 在它们每一处都出现"};
inline constexpr Text kFindMiskeyed{"find out which of them is mis-keyed", "查明其中哪一个录入有误"};

// How numbers repeat.
inline constexpr Text kRepeats{
    "a launch's number repeats with a standard deviation of {0} % (at most {1} %, {2} launches of {3} {4}s; "
    "the plan declares {5} %): two launches of one differ by up to {6} %",
    "单次启动的数值重复性标准差为 {0} %（至多 {1} %，{3} 个{4}共 {2} 次启动；计划声明为 {5} "
    "%）：同一对象的两次启动最多相差 {6} %"};
inline constexpr Text kNoiseRules{
    "{0}; {1} % of what {2}s differ by is their own: nobody is judged among peers",
    "{0}；各{2}之间的差异仅有 {1} % 来自其自身：不在同类之间作任何判断"};
inline constexpr Text kRepeatMore{"more launches, longer windows, or a quieter host",
                                  "增加启动次数、延长窗口，或换用更空闲的主机"};

// Who stands out among peers.
inline constexpr Text kBelow{"{0} % below", "低 {0} %"};
inline constexpr Text kAbove{"{0} % above", "高 {0} %"};
inline constexpr Text kUnusual{" (unusual: neither side is worse)", "（异常：无优劣之分）"};
inline constexpr Text kSkewed{"the tail is skewed by nature, and these are not told from it",
                              "分布尾部本身偏斜，无法与之区分"};
inline constexpr Text kHardlyFarther{"these are hardly farther out than the better side reaches",
                                     "偏离程度与较优一侧相比并无明显差别"};
inline constexpr Text kHeavy{"the tail is heavy by nature, and these are not told from it",
                             "分布尾部本身较重，无法与之区分"};
inline constexpr Text kFalseAlarms{"expected false alarms {0}", "预期误报 {0} 次"};
inline constexpr Text kNaturalShare{"{0}, natural share by the better side's mirror at most {1} %",
                                    "{0}，按较优一侧镜像估计的自然占比至多 {1} %"};
inline constexpr Text kWentWrong{"{0}; {1} peers have no number because they went wrong",
                                 "{0}；{1} 个同类因异常而没有数值"};
inline constexpr Text kSubjects{"subjects", "对象"};
inline constexpr Text kRacks{"racks", "机柜"};
inline constexpr Text kHaveIt{"{0}: {1} of {2} {3} that stand out have it, {4} % of the {5} others",
                              "{0}：{2} 个突出的{3}中有 {1} 个具有此项，其余 {5} 个中占 {4} %"};
inline constexpr Text kSameHave{"{0}; the same have {1}", "{0}；同样的对象还具有 {1}"};
inline constexpr Text kMember{"{0} {1}", "{0} {1}"};
inline constexpr Text kOutlier{"{0} {1} what its peers let expect{2} (z {3}, {4} of {5}; {6})",
                               "{0} 比同类预期{1}{2}（z {3}，{5} 共 {4} 个；{6}）"};
inline constexpr Text kRackOut{"{0} {1} that of other {2}s{3} (z {4}; {5} of its subjects, of {6})",
                               "{0} 比其他{2}{1}{3}（z {4}；其下对象 {5} 个，属于 {6}）"};
inline constexpr Text kCohortOut{"{0} {1} that of {2}{3} (medians of {4} and {5}, z {6})",
                                 "{0} 比 {2} {1}{3}（{4} 个与 {5} 个的中位数，z {6}）"};
inline constexpr Text kTwoLevels{
    "{0}: {1} % of {2} lie at a level {3} the others', and no label tells the two apart: nobody is judged",
    "{0}：{2} 个中有 {1} % 的水平比其余{3}，且没有标签能区分两者：不作任何判断"};
inline constexpr Text kFarOut{
    "{0}: {1} of {2} are far out on the worse side, {3} on the better one: {4}: {5}",
    "{0}：{2} 个中有 {1} 个远在较差一侧，{3} 个远在较优一侧：{4}：{5}"};
inline constexpr Text kMoreMetrics{"{0}; and {1} more metrics", "{0}；另有 {1} 个指标"};
inline constexpr Text kOthersOut{"others that stand out", "其他突出的对象"};
inline constexpr Text kLessFarOut{"{0} more subjects without a common cause, less far out",
                                  "另有 {0} 个对象没有共同原因，偏离较小"};
inline constexpr Text kLookAtShared{"look at what they have in common before any of them",
                                    "先检查它们的共同点，再检查个体"};
inline constexpr Text kLookAtRack{"look at its cooling, power and leaf switch", "检查其散热、供电与叶交换机"};
inline constexpr Text kCompareConfigurations{"compare the two configurations", "比较两种配置"};
inline constexpr Text kBesidePeer{
    "measure again beside a good peer; then look at its clocks, power and links",
    "与正常的同类并排重测；然后检查其频率、功耗与链路"};
inline constexpr Text kMoreLaunches{"measure with more launches; find what makes them differ",
                                    "增加启动次数重测；找出造成差异的原因"};

// Slow pairs and what explains them.
inline constexpr Text kNode{"node {0}", "节点 {0}"};
inline constexpr Text kNodeSending{"node {0}, sending", "节点 {0} 发送方向"};
inline constexpr Text kNodeReceiving{"node {0}, receiving", "节点 {0} 接收方向"};
inline constexpr Text kLink{"link {0} {1}", "链路 {0} {1}"};
inline constexpr Text kLinkOneWay{"link {0} {1}, from {2} to {3}", "链路 {0} {1}，从 {2} 到 {3}"};
inline constexpr Text kExplains{
    "{0} explains {1} slow measurements of pairs: {2} is {3} % worse than usual, {4} standard errors",
    "{0} 可解释 {1} 次偏慢的成对测量：{2} 比通常差 {3} %，{4} 个标准误"};
inline constexpr Text kNotToldApart{"{0}; not told apart from {1}", "{0}；与 {1} 无法区分"};
inline constexpr Text kSuspectAgain{"measure it again, alone and with partners that are not suspected",
                                    "重新测量：单独测，以及与无嫌疑的对象配对测"};

}  // namespace rackproof::finding_texts
