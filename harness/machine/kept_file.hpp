// A file of sysfs or procfs that is read again and again: opened once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/machine/system_root.hpp"

namespace rackproof {

/// What reading costs, in calls of the system.
struct FileTally {
  std::int64_t opens = 0;
  std::int64_t reads = 0;
};

class KeptFile {
 public:
  /// `tally` outlives the file.
  KeptFile(const SystemRoot& root, std::string_view file, FileTally& tally);
  ~KeptFile();
  KeptFile(const KeptFile&) = delete;
  KeptFile& operator=(const KeptFile&) = delete;

  /// Its first 4 KiB, without white space at the ends. Unavailable: as SystemRoot::text; "… is gone" when it was removed. One that
  /// could not be read is opened again no sooner than at the fiftieth call after.
  Reading<std::string> text();
  /// A whole decimal number, alone in its file.
  Reading<std::int64_t> integer();

 private:
  Reading<std::string> lost(int error);
  std::string file_, path_;
  FileTally& tally_;
  int descriptor_ = -1;
  int skip_ = 0;  // calls before it is opened again
  std::string why_;
};

}  // namespace rackproof
