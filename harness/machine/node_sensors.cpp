#include "harness/machine/node_sensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace rackproof {

namespace {

constexpr std::string_view kCpufreq = "/sys/devices/system/cpu/cpufreq", kMeminfo = "/proc/meminfo";

/// The clocks of all policies, read once for both sensors.
class Policies {
 public:
  Policies(const SystemRoot& root, FileTally& tally) {
    for (const std::string& name : root.entries(kCpufreq)) {
      if (name.starts_with("policy"))
        files_.push_back(
            std::make_unique<KeptFile>(root, fmt::format("{}/{}/scaling_cur_freq", kCpufreq, name), tally));
    }
  }
  bool none() const { return files_.empty(); }

  struct Clocks {
    double mean_hz, least_hz;
  };
  const Reading<Clocks>& read(std::int64_t now_ns) {
    if (now_ns == read_at_ns_) return clocks_;
    read_at_ns_ = now_ns;
    return clocks_ = read_all();
  }

 private:
  Reading<Clocks> read_all() {
    double sum = 0, least = 0;
    for (const auto& file : files_) {
      const auto khz = file->integer();
      if (!khz) return Reading<Clocks>::unavailable(khz.why());
      const double hz = static_cast<double>(*khz) * 1e3;
      if (!(hz > 0)) return Reading<Clocks>::unavailable(fmt::format("a policy tells {} kHz", *khz));
      least = sum > 0 ? std::min(least, hz) : hz;
      sum += hz;
    }
    return Clocks{sum / static_cast<double>(files_.size()), least};
  }

  std::vector<std::unique_ptr<KeptFile>> files_;
  std::int64_t read_at_ns_ = -1;
  Reading<Clocks> clocks_ = Reading<Clocks>::unavailable("not read yet");
};

class ClockSensor final : public Sensor {
 public:
  ClockSensor(SensorSource source, std::shared_ptr<Policies> policies, double Policies::Clocks::*which)
      : Sensor(std::move(source)), policies_(std::move(policies)), which_(which) {}
  Reading<double> read(std::int64_t now_ns) override {
    const auto& clocks = policies_->read(now_ns);
    if (!clocks) return Reading<double>::unavailable(clocks.why());
    return plausible((*clocks).*which_, source());
  }

 private:
  std::shared_ptr<Policies> policies_;
  double Policies::Clocks::*which_;
};

class AvailableMemory final : public Sensor {
 public:
  AvailableMemory(SensorSource source, const SystemRoot& root, FileTally& tally)
      : Sensor(source), file_(root, source.origin, tally) {}
  Reading<double> read(std::int64_t) override {
    constexpr std::string_view kKey = "MemAvailable:";
    const auto text = file_.text();
    if (!text) return Reading<double>::unavailable(text.why());
    const auto at = text->find(kKey);
    const auto begin = at == std::string::npos ? at : text->find_first_not_of(' ', at + kKey.size());
    std::int64_t kib = 0;
    if (begin == std::string::npos ||
        std::from_chars(text->data() + begin, text->data() + text->size(), kib).ec != std::errc())
      return Reading<double>::unavailable("/proc/meminfo has no MemAvailable");
    return plausible(static_cast<double>(kib) * 1024, source());
  }

 private:
  KeptFile file_;
};

}  // namespace

Sensors find_clocks(const SystemRoot& root, FileTally& tally) {
  SensorSource mean{"cpu/clock_mean", "clock", "Hz", SensorScope::node, std::string(kCpufreq)};
  // Some kernels ask every CPU for its clock: ten times a second would disturb.
  mean.slow = true;
  SensorSource least = mean;
  least.name = "cpu/clock_min";
  Sensors sensors;
  const auto policies = std::make_shared<Policies>(root, tally);
  if (policies->none()) {
    const std::string why = root.exists(kCpufreq) ? fmt::format("no policy in {}", kCpufreq)
                                                  : fmt::format("no such folder: {}", kCpufreq);
    sensors.push_back(std::make_unique<MissingSensor>(mean, why));
    return sensors;
  }
  sensors.push_back(std::make_unique<ClockSensor>(mean, policies, &Policies::Clocks::mean_hz));
  sensors.push_back(std::make_unique<ClockSensor>(least, policies, &Policies::Clocks::least_hz));
  return sensors;
}

Sensors find_memory(const SystemRoot& root, FileTally& tally) {
  SensorSource source{"memory/available", "memory", "B", SensorScope::node, std::string(kMeminfo)};
  source.slow = true;
  Sensors sensors;
  sensors.push_back(std::make_unique<AvailableMemory>(source, root, tally));
  return sensors;
}

Sensors find_node_sensors(const SystemRoot& root, FileTally& tally) {
  Sensors all;
  for (auto* const find : {find_rapl, find_hwmon, find_clocks, find_memory}) {
    Sensors some = find(root, tally);
    std::ranges::move(some, std::back_inserter(all));
  }
  return all;
}

}  // namespace rackproof
