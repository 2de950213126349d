#include "harness/verdict/finding_words.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "harness/verdict/finding_texts.hpp"

namespace rackproof {

namespace {

namespace texts = finding_texts;

constexpr auto kKinds = std::to_array<Text>({{"answers again", "恢复应答"},
                                             {"boot", "启动标识变化"},
                                             {"busy host", "主机繁忙"},
                                             {"clock", "时钟不一致"},
                                             {"clock skew", "时钟偏差"},
                                             {"cloned identity", "标识重复"},
                                             {"counter", "计数器"},
                                             {"drift", "配置不一致"},
                                             {"emulated device", "模拟设备"},
                                             {"incident", "事件"},
                                             {"incomplete step", "步骤不完整"},
                                             {"left out", "未参与"},
                                             {"not settled", "未稳定即开始"},
                                             {"numa placement", "NUMA 内存位置"},
                                             {"one machine twice", "同一机器重复登记"},
                                             {"overhead", "测量开销"},
                                             {"part moved", "部件移位"},
                                             {"part not found", "部件未找到"},
                                             {"part replaced", "部件被更换"},
                                             {"path unproved", "路径未证实"},
                                             {"peer", "同类比较"},
                                             {"promised, not judged", "有承诺未判定"},
                                             {"quarantined", "已隔离"},
                                             {"recorded machine", "记录的机器"},
                                             {"repeatability", "重复性"},
                                             {"residency", "缓存驻留"},
                                             {"score", "评分项"},
                                             {"serial twice", "序列号重复"},
                                             {"shard", "分片"},
                                             {"stopped", "已停止"},
                                             {"suspect", "可疑对象"},
                                             {"throttled", "降频"},
                                             {"unknown part", "未知部件"},
                                             {"unplanned boot", "计划外启动"},
                                             {"unreachable", "不可达"},
                                             {"unsteady", "未达稳态"},
                                             {"unusable until reboot", "重启前不可用"},
                                             {"unused-limit", "限值未使用"}});

constexpr auto kSubjects = std::to_array<Text>(
    {texts::kUncorrected, texts::kMachineChecks, texts::kLostDevices, texts::kMachineEvents,
     texts::kDriverErrors, texts::kBusErrors, texts::kLinkErrors, texts::kFlaps, texts::kNetworkErrors,
     texts::kKilled, texts::kDriveErrors, texts::kCpuHeat, texts::kOthersOut});

constexpr auto kScopes =
    std::to_array<Text>({{"device", "设备"}, {"node", "节点"}, {"pair", "节点对"}, {"rack", "机柜"}});

Phrase found_in(std::span<const Text> known, std::string_view english) {
  const auto found = std::ranges::find(known, english, &Text::en);
  return found == known.end() ? Phrase(english) : Phrase(*found);
}

}  // namespace

Phrase kind_words(std::string_view kind) { return found_in(kKinds, kind); }
Phrase subject_words(std::string_view subject) { return found_in(kSubjects, subject); }
Phrase scope_words(std::string_view scope) { return found_in(kScopes, scope); }

}  // namespace rackproof
