#include "harness/verdict/trend/episode.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace rackproof {

namespace {

class Replay {
 public:
  Replay(std::span<const double> values, const NightNoise& noise, const EpisodeSettings& settings)
      : nights_(values.begin(), values.end()), noise_(noise), settings_(settings) {}

  void as_of(std::size_t night) {
    if (!std::isfinite(nights_[night])) return;  // nothing new was learned
    if (open_) {
      follow(night);
    } else {
      look(night);
    }
  }

  std::vector<Episode> take() {
    if (open_) close_with(*open_);
    return std::move(done_);
  }

 private:
  std::span<const double> window(std::size_t night) const {
    const std::size_t first = night + 1 > kScanNights ? night + 1 - kScanNights : 0;
    return std::span(nights_).subspan(first, night + 1 - first);
  }

  void look(std::size_t night) {
    StepScan scan = scan_step(window(night), noise_);
    if (!scan.is_above(ScanLevel::alarm)) return;
    if (!(std::abs(scan.effect()) >= settings_.min_effect * std::abs(scan.before))) return;
    Episode episode;
    episode.first_seen = episode.settled = night;
    episode.change = scan.change + (night + 1 - window(night).size());
    episode.scan = scan;
    open_ = episode;
    beyond_.clear();
    good_ = 0;
  }

  /// A night that was not used to see the episode: how far it is on the new level's side of the old one.
  void follow(std::size_t night) {
    Episode& episode = *open_;
    const double effect = episode.scan.effect();
    const double moved = (nights_[night] - episode.scan.before) * (effect < 0 ? -1 : 1);
    const double half = std::abs(effect) / 2;
    beyond_.push_back(moved);
    good_ = moved < half ? good_ + 1 : 0;
    if (good_ >= settings_.good_nights) {
      go_away(night);
    } else if (episode.state == EpisodeState::fresh && confirms(half)) {
      episode.state = EpisodeState::confirmed;
      episode.settled = night;
    } else if (is_new_level(night)) {
      finish(night);
      blank(0, done_.back().change);
    }
  }

  /// A confirmed change for the better that has lasted long enough to be held against.
  bool is_new_level(std::size_t night) const {
    if (open_->state != EpisodeState::confirmed || settings_.direction == Direction::neither) return false;
    if (open_->is_down() != (settings_.direction == Direction::lower_is_better)) return false;
    const auto since = std::span(nights_).subspan(open_->change, night + 1 - open_->change);
    return std::ranges::count_if(since, [](double value) { return std::isfinite(value); }) >=
           static_cast<std::ptrdiff_t>(kLeastNights);
  }

  void finish(std::size_t night) {
    open_->is_over = true;
    open_->last = night;
    done_.push_back(*open_);
    open_.reset();
  }

  /// Leaves nights [from, to) out of later scans.
  void blank(std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) nights_[i] = std::numeric_limits<double>::quiet_NaN();
  }

  bool confirms(double half) const {
    const double count = static_cast<double>(beyond_.size());
    double sum = 0;
    for (const double moved : beyond_) sum += moved;
    const double lag1 = open_->scan.lag1;
    // The old level is itself known from some nights only.
    const double before = static_cast<double>(open_->scan.nights - open_->scan.nights_after);
    const double error = open_->scan.scale * std::sqrt((1 / count + 1 / before) * (1 + lag1) / (1 - lag1));
    return sum / count >= half && sum / count >= settings_.confirm_z * error;
  }

  void go_away(std::size_t night) {
    open_->state = EpisodeState::went_away;
    open_->settled = night;
    finish(night);
    // All but the good ones.
    std::size_t good = settings_.good_nights;
    std::size_t end = night + 1;
    while (good > 0) good -= std::isfinite(nights_[--end]) ? 1 : 0;
    blank(done_.back().change, end);
  }

  /// The episode as it stands today: its night and levels by all that was measured since.
  void close_with(Episode episode) {
    const std::size_t last = nights_.size() - 1;
    const StepScan now = scan_step(window(last), noise_);
    const std::size_t offset = last + 1 - window(last).size();
    // Much later, the scan sees other things than the step that began the episode.
    const bool is_same = now.is_above(ScanLevel::alarm) && (now.effect() < 0) == episode.is_down() &&
                         now.change + offset <= episode.first_seen;
    if (is_same) {
      episode.scan = now;
      episode.change = now.change + offset;
    }
    episode.last = last;
    episode.drift = is_drift(window(last), noise_);
    done_.push_back(episode);
  }

  std::vector<double> nights_;
  NightNoise noise_;
  EpisodeSettings settings_;
  std::optional<Episode> open_;
  std::vector<double> beyond_;  // nights since the open one was seen
  std::size_t good_ = 0;
  std::vector<Episode> done_;
};

}  // namespace

std::vector<Episode> find_episodes(std::span<const double> values, std::size_t from, const NightNoise& noise,
                                   const EpisodeSettings& settings) {
  Replay replay(values, noise, settings);
  for (std::size_t night = from; night < values.size(); ++night) replay.as_of(night);
  return values.empty() ? std::vector<Episode>{} : replay.take();
}

}  // namespace rackproof
