// One side of a comparison: a process that runs when it is told to and answers with its times.
//
// Lines on stdin:            answers on stdout:
//   (start)                    ready | unsupported REASON | failed REASON
//   run N                      times T1 … TN (ns, one per iteration) | failed REASON
//   about                      about TEXT (conditions, read back after the runs)
//   end of file                the process ends
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace rackproof::bench {

/// What this side cannot do here. Thrown while a side is made.
class Unsupported : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The arguments of the process, each "key=value".
class Arguments {
 public:
  Arguments(int argc, char** argv);
  /// Throws std::invalid_argument when there is no such key.
  const std::string& text(const std::string& key) const;
  std::uint64_t number(const std::string& key) const;

 private:
  std::map<std::string, std::string> values_;
};

class Side {
 public:
  Side() = default;
  Side(const Side&) = delete;
  virtual ~Side() = default;
  /// Times of `iterations` iterations, ns. What was timed is checked before this returns; throws when it is wrong.
  virtual std::vector<std::int64_t> run(int iterations) = 0;
  /// "key value; key value": versions, threads, pages.
  virtual std::string about() const = 0;
};

using MakeSide = std::function<std::unique_ptr<Side>(const Arguments&)>;

/// Makes the side and serves it until stdin ends. What libraries print on stdout goes to stderr. Returns the status
/// of the process.
int serve(int argc, char** argv, const MakeSide& make);

/// Times `iterations` calls after one that is not timed, ns. STREAM drops its first iteration too.
std::vector<std::int64_t> time_each(int iterations, const std::function<void(int iteration)>& call);

}  // namespace rackproof::bench
