// The threads of libgomp that OpenBLAS and oneDNN work in, pinned one to a CPU of the device.
#pragma once

#include "kernels/cpu/thread_pool.hpp"

namespace rackproof::cpu {

/// Makes the calling thread and `threads` − 1 OpenMP threads the team of the next call into a library: thread i is
/// pinned to the i-th CPU of the pool. Call it before every such call, from the executor's thread: libgomp may end
/// threads and start new ones whenever the size of a team changes. About 1 us when nothing changed. `threads` is at
/// most pool.size(). Throws kernels::Failure.
void pin_omp_team(ThreadPool& pool, int threads);

}  // namespace rackproof::cpu
