#include "suites/catalogue/catalogue.hpp"

#include <vector>

namespace rackproof {

Catalogue all_cases() {
  static const std::vector<CaseRow> cases = [] {
    std::vector<CaseRow> all;
    for (const Catalogue suite :
         {inventory_cases(), memory_cases(), compute_cases(), interconnect_cases(), ai_cases()}) {
      all.insert(all.end(), suite.begin(), suite.end());
    }
    return all;
  }();
  return cases;
}

}  // namespace rackproof
