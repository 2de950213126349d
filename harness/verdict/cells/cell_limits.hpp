// Which limits hold for which subjects of a file of cells.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "harness/results/cell_reader.hpp"
#include "harness/verdict/limits.hpp"

namespace rackproof {

/// One flag a subject.
using Mask = std::vector<std::uint8_t>;

class CellLimits {
 public:
  /// All must outlive it. Throws Error when a limit stands on a metric that the cells do not define, or on one of another kind or
  /// dimension.
  CellLimits(const CellReader& cells, const Limits& limits);

  /// Row of the series that a limit is on.
  std::size_t series(std::size_t limit) const { return series_[limit]; }

  /// Subjects of the placement that the limit holds for, whatever was found there. One that names a model takes the place of the
  /// one for every model, on the same metric, scope and severity.
  Mask holds(std::size_t limit, Placement placement) const;

  /// Subjects where the limit's `when` is not met, or where that is not known. Empty when it has none.
  Mask unmet(std::size_t limit, Placement placement) const;

  /// Subjects on which a gate was calibrated itself, or with which their node or either node of a pair was. Empty when there are
  /// none.
  Mask calibrated(std::size_t limit, Placement placement) const;

 private:
  using Naming = std::tuple<Placement, std::string, std::string>;  // scope and model
  /// Subjects of a scope and, unless it is empty, of a model. Most limits name the same ones.
  std::shared_ptr<const Mask> named(Placement placement, const std::string& scope,
                                    const std::string& model) const;

  const CellReader& cells_;
  const Limits& limits_;
  std::vector<std::size_t> series_;
  mutable std::mutex mutex_;
  mutable std::map<Naming, std::shared_ptr<const Mask>> named_;
};

}  // namespace rackproof
