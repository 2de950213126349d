// Causes in words, and what to measure next to be sure of them.
#include <set>

#include "harness/base/error.hpp"
#include "harness/verdict/finding_texts.hpp"
#include "harness/verdict/localise/localise.hpp"

namespace rackproof {

namespace texts = finding_texts;

Phrase words_of(const Cause& cause, const PairNetwork& network) {
  switch (cause.kind) {
    case CauseKind::group:
      return network.groups.at(cause.a).name;
    case CauseKind::node:
      return {cause.way == Way::both    ? texts::kNode
              : cause.way == Way::forth ? texts::kNodeSending
                                        : texts::kNodeReceiving,
              network.nodes.at(cause.a)};
    case CauseKind::link: {
      const std::string &a = network.nodes.at(cause.a), &b = network.nodes.at(cause.b);
      if (cause.way == Way::both) return {texts::kLink, a, b};
      return {texts::kLinkOneWay, a, b, cause.way == Way::forth ? a : b, cause.way == Way::forth ? b : a};
    }
  }
  throw Error("unknown cause");
}

std::string to_string(const Cause& cause, const PairNetwork& network) { return words_of(cause, network).en; }

std::vector<NodePair> retest_pairs(const Localisation& localisation, std::size_t nodes) {
  std::set<std::uint32_t> suspects(localisation.unseen.begin(), localisation.unseen.end());
  for (const Cause& cause : localisation.causes) {
    if (cause.kind == CauseKind::group) continue;
    suspects.insert(cause.a);
    if (cause.kind == CauseKind::link) suspects.insert(cause.b);
  }
  std::vector<std::uint32_t> healthy;
  for (std::uint32_t node = 0; node < nodes; ++node) {
    if (!suspects.contains(node)) healthy.push_back(node);
  }
  std::vector<NodePair> out;
  std::size_t next = 0;
  const auto with_healthy = [&](std::uint32_t node) {
    if (!healthy.empty()) out.emplace_back(node, healthy[next++ % healthy.size()]);
  };
  for (const Cause& cause : localisation.causes) {
    if (cause.kind == CauseKind::group) continue;
    with_healthy(cause.a);
    if (cause.kind == CauseKind::link) {
      out.emplace_back(cause.a, cause.b);
      with_healthy(cause.b);
    }
  }
  return out;
}

}  // namespace rackproof
