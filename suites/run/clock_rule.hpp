// Does a device's event clock agree with the host's? The tested party must not hold the stopwatch.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "harness/measure/backend.hpp"
#include "harness/measure/sampler.hpp"

namespace rackproof {

/// Throws CaseStopped (wrong: clocks disagree) when an event time exceeds the host's by more than both
/// resolutions, the event clock's counted up to 1 % of the sample.
/// Returns true when, over the samples of at least 10 ms, the median of (host − event − empty)/host is above
/// 2 % and all of the missing time together is more than 2 % plus the time for which the thread that reads the clock may
/// have been kept from running (Sampled::clock_wait_s). Waits of other threads explain nothing: a backend could make
/// them as long as it likes.
/// Two such launches are a wrong answer; the verdict decides that, not one launch.
/// Throws CaseStopped (skipped) when it cannot be told: no sample is long enough, or waiting may explain the gap. Then there
/// is no number, and nobody is blamed. A wait that could not be read explains nothing.
bool clocks_disagree(const Sampled& sampled, double event_resolution_s, double empty_s);

/// As many operations, `most` at most, as make a sample of `least_s` on the host's clock: an event clock that lies must not
/// choose how long it is looked at. `sample_s`: host time of a sample of so many.
std::int64_t fixed_repeats(double least_s, std::int64_t most,
                           const std::function<double(std::int64_t)>& sample_s);

/// Host time of a sample that does nothing, s: `operations` empty operations on each device at once, and their
/// synchronisation. 0 when a device has none. Each comes after a pause, as a sample comes after its preparation: a backend's
/// threads that wait for work have gone to sleep, and waking them is part of every sample. The smallest median of 3 rounds
/// of 21: a busy machine only adds.
double empty_sample_s(std::span<const Device> devices, std::int64_t operations = 1);

}  // namespace rackproof
