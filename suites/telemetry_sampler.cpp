#include "suites/telemetry_sampler.hpp"

#include <algorithm>
#include <utility>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::size_t kToldReasons = 4;  // per source: one that changes each time tells no more
constexpr std::size_t kLongestReason = 200;

/// As it may stand in a record: valid UTF-8 of bounded length, also when a machine tells garbage.
std::string told(const std::string& text) {
  std::string out = printable(text.substr(0, kLongestReason));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  return out.substr(0, kLongestReason);
}

TelemetrySource described(const SensorSource& source, std::string device) {
  return {told(source.name),       source.quantity,      source.unit,
          to_string(source.scope), ee_hpc_level(source), told(source.origin),
          std::move(device),       source.limit,         source.slow};
}

}  // namespace

std::int64_t telemetry_block_ns(std::int64_t period_ns) { return std::max(kSecondNs, period_ns); }

TelemetrySampler::TelemetrySampler(Sensors sensors, const std::vector<std::string>& devices,
                                   std::int64_t period_ns, std::int64_t now_ns)
    : sensors_(std::move(sensors)),
      begin_ns_(now_ns),
      period_ns_(period_ns),
      block_ns_(telemetry_block_ns(period_ns)) {
  if (sensors_.size() > kMostTelemetrySources) sensors_.resize(kMostTelemetrySources);
  for (std::uint32_t i = 0; i < sensors_.size(); ++i) {
    const SensorSource& source = sensors_[i]->source();
    sources_.push_back(described(source, i < devices.size() ? devices[i] : std::string()));
    (source.slow ? slow_ : fast_).sources.push_back(i);
    (void)sensors_[i]->read(now_ns);
  }
  told_reasons_.resize(sensors_.size());
  clear(fast_);
  clear(slow_);
}

void TelemetrySampler::clear(Set& set) {
  set.group.sources = set.sources;
  set.group.times_ns.clear();
  set.group.values.assign(set.sources.size(), {});
}

void TelemetrySampler::read(Set& set, std::int64_t now_ns) {
  if (set.sources.empty() || set.group.times_ns.size() >= kMostTelemetryTimes) return;
  set.group.times_ns.push_back(now_ns - begin_ns_);
  for (std::size_t i = 0; i < set.sources.size(); ++i) {
    const std::uint32_t source = set.sources[i];
    const Reading<double> reading = sensors_[source]->read(now_ns);
    set.group.values[i].push_back(reading.value_or(std::nan("")));
    if (reading) continue;
    auto& known = told_reasons_[source];
    std::string why = told(reading.why());
    if (known.size() >= kToldReasons || std::ranges::find(known, why) != known.end()) continue;
    known.push_back(why);
    reasons_[source] = std::move(why);
  }
}

void TelemetrySampler::tick(std::int64_t now_ns) {
  if (now_ns <= last_ns_) return;  // times grow
  last_ns_ = now_ns;
  const bool begins = block_began_ns_ < 0;
  if (begins) block_began_ns_ = now_ns;
  read(fast_, now_ns);
  if (begins) read(slow_, now_ns);
}

bool TelemetrySampler::has_block() const {
  return block_began_ns_ >= 0 && last_ns_ - block_began_ns_ >= block_ns_ - period_ns_ - period_ns_ / 2;
}

Telemetry TelemetrySampler::take_block() {
  Telemetry block;
  for (Set* set : {&fast_, &slow_}) {
    if (!set->group.times_ns.empty()) block.groups.push_back(set->group);
    clear(*set);
  }
  block.reasons = std::exchange(reasons_, {});
  block_began_ns_ = -1;
  return block;
}

}  // namespace rackproof
