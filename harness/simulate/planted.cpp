#include "harness/simulate/planted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "harness/base/error.hpp"
#include "harness/simulate/streams.hpp"

namespace rackproof {

namespace {

/// What faults have; subjects of one kind are drawn once only.
enum class SubjectKind : std::uint8_t { device, rack, leaf, node, pair, night };
constexpr std::size_t kSubjectKinds = 6;

SubjectKind subject_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::slow_device:
    case FaultKind::drift:
    case FaultKind::launch_effect:
    case FaultKind::swap:
      return SubjectKind::device;
    case FaultKind::hot_rack:
      return SubjectKind::rack;
    case FaultKind::bad_leaf:
      return SubjectKind::leaf;
    case FaultKind::bad_node:
    case FaultKind::driver_step:
      return SubjectKind::node;
    case FaultKind::bad_link:
      return SubjectKind::pair;
    case FaultKind::missing_night:
      return SubjectKind::night;
  }
  throw Error("unknown kind of fault");
}

bool has_many_subjects(FaultKind kind) {
  return kind == FaultKind::driver_step || kind == FaultKind::launch_effect;
}

/// As many as the fault wants of the numbers first, …, end − 1 that are not taken, rising.
std::vector<std::uint32_t> draw(RandomSequence& random, Range range, const FaultSpec& spec,
                                const std::set<std::uint32_t>& taken) {
  std::vector<std::uint32_t> left;
  left.reserve(range.end - range.first);
  for (std::uint32_t i = range.first; i < range.end; ++i) {
    if (taken.empty() || !taken.contains(i)) left.push_back(i);
  }
  if (spec.count > left.size())
    throw Error(fmt::format("{}: {} are wanted where {} are left; ask for fewer", to_string(spec.kind),
                            spec.count, left.size()));
  for (std::uint32_t i = 0; i < spec.count; ++i) std::swap(left[i], left[i + random.index(left.size() - i)]);
  left.resize(spec.count);
  std::ranges::sort(left);
  return left;
}

class Planter {
 public:
  Planter(const SimulationSize& size, const std::vector<NodePair>& pairs, std::uint64_t seed)
      : size_(size), fleet_(size), pairs_(pairs), seed_(seed), next_part_(fleet_.devices()) {}

  void add(const FaultSpec& spec, int row) {
    RandomSequence random(seed_, stream_of({.part = StreamPart::fault, .metric = row}));
    const SubjectKind of = subject_of(spec.kind);
    const bool is_shared = has_many_subjects(spec.kind);
    auto& taken = taken_[static_cast<std::size_t>(of)];
    const auto subjects = draw(random, range(of, spec), spec, is_shared ? std::set<std::uint32_t>() : taken);
    Planted planted{spec.kind, 0, spec.from_night, spec.until_night, spec.metrics, {}, 0};
    const auto effect = [&] { return spec.least + (spec.most - spec.least) * random.uniform(); };
    if (is_shared) {
      planted.effect = effect();
      planted.subjects = subjects;
      out.push_back(planted);
      return;
    }
    taken.insert(subjects.begin(), subjects.end());
    for (const std::uint32_t subject : subjects) {
      planted.effect = effect();
      planted.subjects = {subject};
      if (spec.kind == FaultKind::swap) planted.new_part = next_part_++;
      out.push_back(planted);
    }
  }

  std::vector<Planted> out;

 private:
  Range range(SubjectKind of, const FaultSpec& spec) const {
    switch (of) {
      case SubjectKind::device:
        return {0, fleet_.devices()};
      case SubjectKind::rack:
        return {0, fleet_.racks()};
      case SubjectKind::leaf:
        return {0, fleet_.leaves()};
      case SubjectKind::node:
        return {0, fleet_.nodes()};
      case SubjectKind::pair:
        return {0, static_cast<std::uint32_t>(pairs_.size())};
      case SubjectKind::night:
        return {static_cast<std::uint32_t>(spec.from_night), static_cast<std::uint32_t>(size_.nights) + 1};
    }
    throw Error("unknown kind of subject");
  }

  const SimulationSize& size_;
  Fleet fleet_;
  const std::vector<NodePair>& pairs_;
  std::uint64_t seed_;
  std::uint32_t next_part_;
  std::array<std::set<std::uint32_t>, kSubjectKinds> taken_;
};

}  // namespace

bool Planted::touches(int metric) const {
  return metrics.empty() || std::ranges::binary_search(metrics, metric);
}

double Planted::effect_in(int night) const {
  if (night < from_night || night > until_night) return 0;
  if (kind != FaultKind::drift) return effect;
  return effect * (night - from_night + 1) / (until_night - from_night + 1);
}

std::vector<Planted> plant(const SimulationSpec& spec, const SimulationSize& size,
                           const std::vector<NodePair>& pairs, std::uint64_t seed) {
  Planter planter(size, pairs, seed);
  for (std::size_t i = 0; i < spec.faults.size(); ++i) planter.add(spec.faults[i], static_cast<int>(i));
  return std::move(planter.out);
}

std::vector<int> measured_nights(const std::vector<Planted>& planted, int nights) {
  std::set<std::uint32_t> missing;
  for (const Planted& row : planted) {
    if (row.kind == FaultKind::missing_night) missing.insert(row.subjects.begin(), row.subjects.end());
  }
  std::vector<int> out;
  for (int night = 1; night <= nights; ++night) {
    if (!missing.contains(static_cast<std::uint32_t>(night))) out.push_back(night);
  }
  return out;
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> swapped_parts(const std::vector<Planted>& planted,
                                                                   int night) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> out;
  for (const Planted& row : planted) {
    if (row.kind == FaultKind::swap && night >= row.from_night)
      out.emplace_back(row.subjects.front(), row.new_part);
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace rackproof
