// One thing that a machine tells again and again: what it is, whose it is, and its reading now.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/sensor_source.hpp"

namespace rackproof {

class Sensor {
 public:
  explicit Sensor(SensorSource source) : source_(std::move(source)) {}
  virtual ~Sensor() = default;
  Sensor(const Sensor&) = delete;
  Sensor& operator=(const Sensor&) = delete;

  const SensorSource& source() const { return source_; }
  /// The reading at `now_ns` of a clock that only goes on; or why there is none. Never a number that cannot be true.
  virtual Reading<double> read(std::int64_t now_ns) = 0;

 private:
  SensorSource source_;
};

using Sensors = std::vector<std::unique_ptr<Sensor>>;

/// One that is not there: it tells why, for ever.
class MissingSensor final : public Sensor {
 public:
  MissingSensor(SensorSource source, std::string why) : Sensor(std::move(source)), why_(std::move(why)) {}
  Reading<double> read(std::int64_t) override { return Reading<double>::unavailable(why_); }

 private:
  std::string why_;
};

}  // namespace rackproof
