// bench-pointer-walk bytes=B steps=S cpu=C: the method of lmbench's lat_mem_rd, written from its description
// (L. McVoy, C. Staelin, "lmbench: portable tools for performance analysis", USENIX 1996): a ring of pointers, every
// load gives the address of the next one, a hundred loads unrolled; here in random order over all lines.
#include <fmt/format.h>
#include <sched.h>

#include <utility>

#include "tests/bench/huge_array.hpp"
#include "tests/bench/process_state.hpp"
#include "tests/bench/random_cycle.hpp"
#include "tests/bench/side.hpp"

namespace rackproof::bench {

namespace {

constexpr std::uint64_t kUnrolled = 100;

class PointerWalk : public Side {
 public:
  PointerWalk(std::uint64_t bytes, std::uint64_t steps, int cpu)
      : cycle_(bytes), steps_(steps), ring_(cycle_.lines() * kLine) {
    if (steps % kUnrolled != 0) throw std::invalid_argument("steps must be a multiple of 100");
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(cpu), &set);
    if (::sched_setaffinity(0, sizeof set, &set) != 0) throw std::runtime_error("cannot be pinned");
    for (std::uint64_t i = 0; i < cycle_.lines(); ++i)
      *reinterpret_cast<char**>(ring_.data() + cycle_.offset(i)) = ring_.data() + cycle_.offset(i + 1);
  }

  std::vector<std::int64_t> run(int iterations) override {
    return time_each(iterations, [this](int) {
      const char* const end = walk(ring_.data() + cycle_.offset(place_), steps_ / kUnrolled);
      place_ += steps_;
      if (end != ring_.data() + cycle_.offset(place_)) throw std::runtime_error("the walk ended elsewhere");
    });
  }

  std::string about() const override {
    return fmt::format("pointer ring, {} loads unrolled, GCC {}; {}; {}", kUnrolled, __VERSION__,
                       describe_threads(), describe_pages());
  }

 private:
  static char* walk(char* place, std::uint64_t hundreds) {
    char** p = reinterpret_cast<char**>(place);
    while (hundreds-- > 0) {
      // Unrolled by the language: compilers decline the pragma for so long a loop.
      [&p]<std::size_t... I>(std::index_sequence<I...>) {
        ((static_cast<void>(I), p = reinterpret_cast<char**>(*p)), ...);
      }
      (std::make_index_sequence<kUnrolled>());
    }
    return reinterpret_cast<char*>(p);
  }

  RandomCycle cycle_;
  std::uint64_t steps_;
  HugeArray<char> ring_;
  std::uint64_t place_ = 0;
};

}  // namespace

}  // namespace rackproof::bench

int main(int argc, char** argv) {
  using namespace rackproof::bench;
  return serve(argc, argv, [](const Arguments& arguments) -> std::unique_ptr<Side> {
    return std::make_unique<PointerWalk>(arguments.number("bytes"), arguments.number("steps"),
                                         static_cast<int>(arguments.number("cpu")));
  });
}
