// bench-hpcc-stream count=N: STREAM of the HPC Challenge suite, its source unmodified and timed by our clock.
//
// Its documented build option HPCC_MEMALLCTR leaves the allocator to the caller, so that its arrays lie on the same
// pages as everybody's. The linker leads its calls of MPI_Wtime and MPI_Allreduce here (--wrap). Each of its ten
// passes asks for the time before and after copy, scale, add and triad: eight readings a pass, then one more before
// it reduces the times over ranks. Readings before the first pass do not matter, so they are counted from the end.
#include <fmt/format.h>
#include <mpi.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "tests/bench/huge_array.hpp"
#include "tests/bench/process_state.hpp"
#include "tests/bench/side.hpp"

extern "C" {
#include <hpcc.h>
}

namespace {

using Clock = std::chrono::steady_clock;

// What the C functions that STREAM calls share with the side.
struct Recorded {
  int count = 0;
  std::vector<Clock::time_point> readings;
  std::vector<std::unique_ptr<rackproof::bench::HugeMemory>> memory;
  std::string pages;
};

Recorded& recorded() {
  static Recorded state;
  return state;
}

}  // namespace

extern "C" {

double __wrap_MPI_Wtime() {
  const auto now = Clock::now();
  recorded().readings.push_back(now);
  return std::chrono::duration<double>(now.time_since_epoch()).count();
}

int __real_MPI_Allreduce(const void* from, void* to, int count, MPI_Datatype type, MPI_Op op, MPI_Comm group);
int __wrap_MPI_Allreduce(const void* from, void* to, int count, MPI_Datatype type, MPI_Op op,
                         MPI_Comm group) {
  recorded().pages = rackproof::bench::describe_pages();
  return __real_MPI_Allreduce(from, to, count, type, op, group);
}

void* HPCC_malloc(size_t bytes) {
  recorded().memory.push_back(std::make_unique<rackproof::bench::HugeMemory>(bytes));
  return recorded().memory.back()->data();
}

void HPCC_free(void* pointer) {
  std::erase_if(recorded().memory, [pointer](const auto& memory) { return memory->data() == pointer; });
}

int HPCC_LocalVectorSize(HPCC_Params*, int, size_t, int) { return recorded().count; }

}  // extern "C"

namespace rackproof::bench {

namespace {

constexpr int kPasses = 10;  // fixed in its source
constexpr int kReadingsPerPass = 8;

class HpccStream : public Side {
 public:
  explicit HpccStream(std::uint64_t count) {
    if (count > std::numeric_limits<int>::max())
      throw Unsupported("the element count of hpcc's STREAM is an int");
    recorded().count = static_cast<int>(count);
    recorded().readings.reserve(1 << 20);  // checktick() reads the clock often
    MPI_Init(nullptr, nullptr);
  }
  ~HpccStream() override { MPI_Finalize(); }

  std::vector<std::int64_t> run(int iterations) override {
    if (iterations != kPasses - 1) throw std::invalid_argument("hpcc's STREAM makes ten passes");
    recorded().readings.clear();
    HPCC_Params params{};
    double copy = 0, scale = 0, add = 0, triad = 0;
    int failure = 1;
    const int status = HPCC_Stream(&params, 0, MPI_COMM_WORLD, 0, &copy, &scale, &add, &triad, &failure);
    if (status != 0 || failure != 0)
      throw std::runtime_error("hpcc's STREAM says that its results are wrong");
    const std::vector<std::int64_t> times = triads();
    compare_with_its_own(times, triad);
    return times;
  }

  std::string about() const override {
    return fmt::format("hpcc {}, {}; {}; {}", BENCH_HPCC_VERSION, BENCH_HPCC_FLAGS, describe_threads(),
                       recorded().pages);
  }

 private:
  static std::vector<std::int64_t> triads() {
    const auto& readings = recorded().readings;
    if (readings.size() < kPasses * kReadingsPerPass + 1) throw std::runtime_error("too few clock readings");
    const std::size_t first = readings.size() - 1 - kPasses * kReadingsPerPass;
    std::vector<std::int64_t> times;
    for (std::size_t pass = 1; pass < kPasses; ++pass) {  // as it does itself, without the first
      const std::size_t begin = first + pass * kReadingsPerPass + 6;
      times.push_back(
          std::chrono::duration_cast<std::chrono::nanoseconds>(readings[begin + 1] - readings[begin])
              .count());
    }
    return times;
  }

  /// The best time gives the rate that it reports: proof that the readings were taken apart rightly. It keeps the best
  /// over all its runs in a process.
  void compare_with_its_own(const std::vector<std::int64_t>& times, double reported_gbs) {
    for (const std::int64_t time : times) best_ns_ = std::min(best_ns_, static_cast<double>(time));
    const double gbs = 3.0 * sizeof(double) * recorded().count / best_ns_;
    if (!(std::abs(gbs / reported_gbs - 1) <= 1e-3))
      throw std::runtime_error(
          fmt::format("its best triad is {} GB/s by our clock, {} by its own account", gbs, reported_gbs));
  }

  double best_ns_ = std::numeric_limits<double>::infinity();
};

}  // namespace

}  // namespace rackproof::bench

int main(int argc, char** argv) {
  using namespace rackproof::bench;
  return serve(argc, argv, [](const Arguments& arguments) -> std::unique_ptr<Side> {
    return std::make_unique<HpccStream>(arguments.number("count"));
  });
}
