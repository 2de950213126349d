#include "suites/step_system.hpp"
namespace rackproof {
SystemRoot system_root_of(const BundleStep& step, int rank) {
  if (step.system_roots.empty()) return SystemRoot();
  const auto at = step.system_roots.size() == 1 ? 0 : static_cast<std::size_t>(rank);
  const std::string& root = step.system_roots.at(at);
  return root.empty() ? SystemRoot() : SystemRoot(root);
}
}  // namespace rackproof
