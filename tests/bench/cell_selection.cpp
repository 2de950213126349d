// cell-selection FILE [THREADS]: reads the cells that judging reads, and selects median and MAD of every series: what judging a fleet
// cannot do without. Prints "<seconds> s". The lower bound of judge-scale.
// cell-selection --miss-factor: k(2) of gate_error.hpp, for judge_numpy.py.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "harness/base/error.hpp"
#include "harness/base/parallel.hpp"
#include "harness/results/cell_reader.hpp"
#include "harness/verdict/gate_error.hpp"
#include "harness/verdict/peers/order_statistics.hpp"

using namespace rackproof;

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--miss-factor") {
    fmt::print("{:.17g}\n", miss_factor(2));
    return 0;
  }
  if (argc < 2 || argc > 3) {
    fmt::print(stderr, "usage: cell-selection FILE [THREADS]\n");
    return 3;
  }
  try {
    const auto begin = std::chrono::steady_clock::now();
    const CellReader cells(argv[1]);
    const unsigned threads = argc == 3 ? static_cast<unsigned>(std::atoi(argv[2])) : 0;
    std::vector<double> spread(cells.series().size(), NAN);
    for_each_index(spread.size(), threads, [&](std::size_t i) {
      const CellRow row = cells.read(i, Placement::device,
                                     {.interval = true, .range = true, .launches = true, .state = false});
      const OrderStatistics values(row.value);
      if (values.count() > 0) spread[i] = values.scaled_mad() / values.median();
    });
    double sum = 0;
    for (const double one : spread) sum += std::isnan(one) ? 0 : one;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    fmt::print("{:.2f} s, mean spread {:.4f}\n", took.count(), sum / static_cast<double>(spread.size()));
  } catch (const std::exception& error) {
    fmt::print(stderr, "cell-selection: {}\n", error.what());
    return 3;
  }
  return 0;
}
