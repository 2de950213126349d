#include "harness/verdict/localise/localise.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>
#include <tuple>

#include "harness/base/error.hpp"
#include "harness/verdict/finding_texts.hpp"
#include "harness/verdict/localise/pair_occasions.hpp"

namespace rackproof {

namespace {

// Standard error of a median, in units of that of a mean, of normal noise.
constexpr double kMedianError = 1.2533;
// A group is a cause in place of its nodes only when it saves some.
constexpr std::size_t kFewestSlowNodes = 2;
constexpr std::size_t kFewestNodesOfPath = 4;
// Standard deviations: an occasion counts as slow when a group is looked for; each of a link's must be that far off.
constexpr double kSlowBeyond = 3;
constexpr double kEachBeyond = 3.5;

class Localiser {
 public:
  Localiser(const std::vector<PairResult>& results, const PairNetwork& network,
            const LocaliseSettings& settings)
      : network_(network),
        settings_(settings),
        occasions_(pair_occasions(results, network)),
        slow_(std::log1p(-settings.least_effect)),
        is_live_(occasions_.rows.size(), true),
        of_node_(network.nodes.size()),
        of_group_(network.groups.size()) {
    for (std::uint32_t row = 0; row < occasions_.rows.size(); ++row) {
      of_node_[occasions_.rows[row].low].push_back(row);
      of_node_[occasions_.rows[row].high].push_back(row);
      if (occasions_.rows[row].path != kNoPath) of_group_[occasions_.rows[row].path].push_back(row);
    }
    for (std::uint32_t group = 0; group < network.groups.size(); ++group) {
      for (const std::uint32_t node : network.groups[group].nodes) {
        if (node >= of_node_.size()) throw Error("a group of nodes that are not listed");
        of_group_[group].insert(of_group_[group].end(), of_node_[node].begin(), of_node_[node].end());
      }
      std::ranges::sort(of_group_[group]);
      const auto repeated = std::ranges::unique(of_group_[group]);
      of_group_[group].erase(repeated.begin(), repeated.end());
    }
  }

  Localisation localise() {
    while (const auto group = worst_group()) explain(*group, of_group_[group->a]);
    find_nodes();
    find_links();
    out_.noise = occasions_.noise;
    out_.occasions = occasions_.rows.size();
    out_.left_out = occasions_.left_out;
    std::set<std::uint32_t> blamed;
    for (const Cause& cause : out_.causes) {
      if (cause.kind == CauseKind::node) blamed.insert(cause.a);
    }
    for (std::uint32_t node = 0; node < of_node_.size(); ++node) {
      if (live(of_node_[node]).empty() && !blamed.contains(node)) out_.unseen.push_back(node);
    }
    return std::move(out_);
  }

 private:
  std::vector<std::uint32_t> live(const std::vector<std::uint32_t>& rows) const {
    std::vector<std::uint32_t> out;
    std::ranges::copy_if(rows, std::back_inserter(out), [&](std::uint32_t row) { return is_live_[row]; });
    return out;
  }

  bool is_slow(double residual) const {
    return residual < slow_ && residual < -kSlowBeyond * occasions_.noise;
  }

  std::vector<double> residuals(const std::vector<std::uint32_t>& rows) const {
    std::vector<double> out;
    for (const std::uint32_t row : rows) out.push_back(occasions_.rows[row].residual);
    return out;
  }

  bool is_cause(const Cause& cause) const {
    return cause.score < -settings_.score && cause.effect < -settings_.least_effect;
  }

  /// Of the middle one of some values with this noise; unlimited where there are none.
  void measure(Cause& cause, const std::vector<double>& values, double noise) const {
    if (values.empty()) return;
    const double middle = upper_median(values);
    cause.effect = std::expm1(middle);
    cause.score = middle / (kMedianError * noise / std::sqrt(static_cast<double>(values.size())));
  }

  bool is_slow_group(std::uint32_t group, const std::vector<std::uint32_t>& rows) const {
    const auto& nodes = network_.groups[group].nodes;
    std::size_t slow = 0;
    if (nodes.empty()) {  // not all of one node and its partners
      std::set<std::uint32_t> ends;
      for (const std::uint32_t row : rows) {
        if (!is_slow(occasions_.rows[row].residual)) continue;
        ends.insert(occasions_.rows[row].low);
        ends.insert(occasions_.rows[row].high);
      }
      return ends.size() >= kFewestNodesOfPath;
    }
    for (const std::uint32_t node : nodes) {
      const auto own = live(of_node_[node]);
      slow += !own.empty() && is_slow(upper_median(residuals(own)));
    }
    return slow >= kFewestSlowNodes && 2 * slow >= nodes.size();
  }

  /// The group that explains the most slow occasions, less the healthy ones that contradict it.
  std::optional<Cause> worst_group() const {
    std::optional<Cause> worst;
    std::ptrdiff_t most = 0;
    for (std::uint32_t group = 0; group < of_group_.size(); ++group) {
      const auto rows = live(of_group_[group]);
      std::ptrdiff_t gain = 0;
      for (const std::uint32_t row : rows) gain += is_slow(occasions_.rows[row].residual) ? 1 : -1;
      if (gain <= most || !is_slow_group(group, rows)) continue;
      Cause cause{.kind = CauseKind::group, .a = group};
      measure(cause, residuals(rows), occasions_.noise);
      if (!is_cause(cause)) continue;
      most = gain;
      worst = cause;
    }
    return worst;
  }

  /// Means of what a node has with each of its partners; a partner counts once, however often it was measured.
  struct NodeMeans {
    std::vector<double> both, sent, received;
  };
  NodeMeans means_of(std::uint32_t node) const {
    NodeMeans means;
    const auto rows = live(of_node_[node]);  // occasions of one pair follow one another
    const auto partner = [&](std::uint32_t row) {
      return occasions_.rows[row].low == node ? occasions_.rows[row].high : occasions_.rows[row].low;
    };
    const auto add = [](std::vector<double>& to, const std::vector<double>& values) {
      if (!values.empty())
        to.push_back(std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()));
    };
    for (auto first = rows.begin(); first != rows.end();) {
      const auto last =
          std::find_if(first, rows.end(), [&](std::uint32_t row) { return partner(row) != partner(*first); });
      std::vector<double> both, sent, received;
      for (; first != last; ++first) {
        const Occasion& occasion = occasions_.rows[*first];
        const auto& [out, in] = occasion.low == node ? std::tie(occasion.forth, occasion.back)
                                                     : std::tie(occasion.back, occasion.forth);
        both.push_back(occasion.residual);
        sent.insert(sent.end(), out.begin(), out.end());
        received.insert(received.end(), in.begin(), in.end());
      }
      add(means.both, both);
      add(means.sent, sent);
      add(means.received, received);
    }
    return means;
  }

  /// The worst of what a node does both ways, sends and receives.
  Cause judge_node(std::uint32_t node) const {
    Cause worst{.kind = CauseKind::node, .a = node};
    const NodeMeans means = means_of(node);
    if (means.both.size() < 2) return worst;  // its link explains as much
    measure(worst, means.both, occasions_.noise);
    for (const auto& [way, values] :
         {std::pair{Way::forth, &means.sent}, std::pair{Way::back, &means.received}}) {
      Cause cause{.kind = CauseKind::node, .a = node, .way = way};
      measure(cause, *values, occasions_.one_way_noise);
      if (is_cause(cause) && cause.score < worst.score) worst = cause;
    }
    return worst;
  }

  void find_nodes() {
    std::vector<Cause> judged(of_node_.size());
    for (std::uint32_t node = 0; node < of_node_.size(); ++node) judged[node] = judge_node(node);
    for (;;) {
      const Cause* worst = nullptr;
      for (const Cause& cause : judged) {
        if (is_cause(cause) && (worst == nullptr || cause.score < worst->score)) worst = &cause;
      }
      if (worst == nullptr) return;
      const std::uint32_t node = worst->a;
      const auto rows = live(of_node_[node]);
      explain(Cause(*worst), rows);
      judged[node] = {};
      for (const std::uint32_t row : rows) {
        const std::uint32_t partner =
            occasions_.rows[row].low == node ? occasions_.rows[row].high : occasions_.rows[row].low;
        judged[partner] = judge_node(partner);
      }
    }
  }

  /// Mean of values, with its score; no effect unless each of them is slow by itself: what passes is not a link.
  void measure_all(Cause& cause, const std::vector<double>& values, double noise) const {
    if (values.empty()) return;
    double mean = 0;
    for (const double value : values) {
      if (!(value < slow_ && value < -kEachBeyond * noise)) return;
      mean += value / static_cast<double>(values.size());
    }
    cause.effect = std::expm1(mean);
    cause.score = mean / (noise / std::sqrt(static_cast<double>(values.size())));
  }

  void find_links() {
    const auto& rows = occasions_.rows;
    std::vector<std::pair<Cause, std::vector<std::uint32_t>>> links;
    for (std::uint32_t first = 0, last = 0; first < rows.size(); first = last) {
      std::vector<std::uint32_t> own;
      std::vector<double> both, forth, back;
      for (last = first;
           last < rows.size() && rows[last].low == rows[first].low && rows[last].high == rows[first].high;
           ++last) {
        if (!is_live_[last]) continue;
        own.push_back(last);
        both.push_back(rows[last].residual);
        forth.insert(forth.end(), rows[last].forth.begin(), rows[last].forth.end());
        back.insert(back.end(), rows[last].back.begin(), rows[last].back.end());
      }
      Cause worst{.kind = CauseKind::link, .a = rows[first].low, .b = rows[first].high};
      measure_all(worst, both, occasions_.noise);
      for (const auto& [way, values] : {std::pair{Way::forth, &forth}, std::pair{Way::back, &back}}) {
        Cause cause{.kind = CauseKind::link, .a = worst.a, .b = worst.b, .way = way};
        measure_all(cause, *values, occasions_.one_way_noise);
        if (is_cause(cause) && cause.score < worst.score) worst = cause;
      }
      if (is_cause(worst)) links.emplace_back(worst, own);
    }
    std::ranges::stable_sort(links, {}, [](const auto& link) { return link.first.score; });
    for (const auto& [cause, own] : links) explain(cause, own);
  }

  void explain(Cause cause, const std::vector<std::uint32_t>& rows) {
    const auto own = live(rows);
    cause.occasions = own.size();
    cause.repeated = own.size() > 1;
    name_alike(cause, own);
    for (const std::uint32_t row : own) is_live_[row] = false;
    out_.causes.push_back(std::move(cause));
  }

  /// Parts that exactly the same occasions cross: equal columns of the path matrix.
  void name_alike(Cause& cause, const std::vector<std::uint32_t>& own) const {
    if (cause.kind == CauseKind::link) {
      for (const std::uint32_t node : {cause.a, cause.b}) {
        if (live(of_node_[node]) == own)
          cause.not_told_apart.emplace_back(finding_texts::kNode, network_.nodes[node]);
      }
    }
    for (std::uint32_t group = 0; group < of_group_.size(); ++group) {
      const bool is_itself = cause.kind == CauseKind::group && group == cause.a;
      if (!is_itself && of_group_[group].size() >= own.size() && live(of_group_[group]) == own)
        cause.not_told_apart.emplace_back(network_.groups[group].name);
    }
  }

  const PairNetwork& network_;
  const LocaliseSettings settings_;
  const PairOccasions occasions_;
  const double slow_;                                           // log of the least effect
  std::vector<bool> is_live_;                                   // no cause explains it yet
  std::vector<std::vector<std::uint32_t>> of_node_, of_group_;  // rows of occasions, growing
  Localisation out_;
};

}  // namespace

Localisation localise(const std::vector<PairResult>& results, const PairNetwork& network,
                      const LocaliseSettings& settings) {
  if (!(settings.least_effect > 0 && settings.least_effect < 1) || !(settings.score > 0))
    throw Error("localisation needs a least effect between 0 and 1 and a score above 0");
  return Localiser(results, network, settings).localise();
}

}  // namespace rackproof
