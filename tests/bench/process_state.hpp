// Pages and threads that this process really has, read back from the system.
#pragma once

#include <string>

namespace rackproof::bench {

/// "pages: 1040 MiB huge of 1043 MiB resident".
std::string describe_pages();

/// How many threads may run on which CPUs, idle ones included: "threads: 1 on CPU 0, 1 on CPU 1, 2 on CPU 0-1".
std::string describe_threads();

}  // namespace rackproof::bench
