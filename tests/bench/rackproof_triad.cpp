#include "suites/run/stream_arrays.hpp"
#include "tests/bench/rackproof_device.hpp"

namespace rackproof::bench {

namespace {

/// What the suite's cold case does: its arrays, its passes, its check.
class Triad : public Side {
 public:
  Triad(const std::string& library, std::uint64_t count, rp_stores stores)
      : device_(library), arrays_(*device_, *device_, {RP_OP_TRIAD, stores, count}, 1) {}

  std::vector<std::int64_t> run(int iterations) override {
    arrays_.reset();
    const auto times = time_each(iterations, [this](int) {
      arrays_.enqueue(++pass_);
      arrays_.stream().sync();
    });
    arrays_.check(pass_);
    return times;
  }

  std::string about() const override { return device_.about(); }

 private:
  RackproofDevice device_;
  StreamArrays arrays_;
  std::int64_t pass_ = 0;
};

}  // namespace

std::unique_ptr<Side> make_triad(const Arguments& arguments) {
  const bool streaming = arguments.text("stores") == "streaming";
  return std::make_unique<Triad>(arguments.text("library"), arguments.number("count"),
                                 streaming ? RP_STORES_STREAMING : RP_STORES_REGULAR);
}

}  // namespace rackproof::bench
