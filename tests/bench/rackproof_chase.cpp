#include "kernels/chase.h"

#include "tests/bench/rackproof_device.hpp"
#include "tests/bench/random_cycle.hpp"

namespace rackproof::bench {

namespace {

constexpr std::uint64_t kWordsPerLine = kLine / sizeof(std::uint64_t);
constexpr std::uint64_t kSlice = std::uint64_t{1} << 20;  // words

class Chase : public Side {
 public:
  Chase(const std::string& library, std::uint64_t bytes, std::uint64_t steps)
      : device_(library),
        cycle_(bytes),
        steps_(steps),
        chain_(*device_, cycle_.lines() * kLine),
        result_(*device_, sizeof(std::uint64_t)),
        stream_(*device_) {
    device_->require(RP_OP_CHASE, RP_U64, params());
    write_chain();
  }

  std::vector<std::int64_t> run(int iterations) override {
    return time_each(iterations, [this](int) {
      stream_.enqueue(RP_OP_CHASE, RP_U64, params());
      stream_.sync();
      place_ += steps_;
      check();
    });
  }

  std::string about() const override { return device_.about(); }

 private:
  rp_chase_params params() const {
    return {chain_.at(), result_.at(), chain_.bytes(), cycle_.offset(place_), steps_};
  }

  /// Eight bytes, once per walk of many milliseconds: inside the time, and not to be seen there.
  void check() const {
    std::uint64_t end = 0;
    result_.read(std::span(&end, 1));
    if (end != cycle_.offset(place_)) throw Error("the walk ended at a wrong place");
  }

  void write_chain() const {
    std::vector<std::uint64_t> chain(cycle_.lines() * kWordsPerLine);
    for (std::uint64_t i = 0; i < cycle_.lines(); ++i)
      chain[cycle_.offset(i) / sizeof(std::uint64_t)] = cycle_.offset(i + 1);
    for (std::uint64_t at = 0; at < chain.size(); at += kSlice) {
      const std::uint64_t n = std::min<std::uint64_t>(kSlice, chain.size() - at);
      chain_.write(std::span<const std::uint64_t>(chain.data() + at, n), at);
    }
  }

  RackproofDevice device_;
  RandomCycle cycle_;
  std::uint64_t steps_;
  Buffer chain_, result_;
  Stream stream_;
  std::uint64_t place_ = 0;
};

}  // namespace

std::unique_ptr<Side> make_chase(const Arguments& arguments) {
  return std::make_unique<Chase>(arguments.text("library"), arguments.number("bytes"),
                                 arguments.number("steps"));
}

}  // namespace rackproof::bench
