#include "kernels/cpu/blas_threads.hpp"

#include <cblas.h>

#include <mutex>

namespace rackproof::cpu {

void set_blas_threads(int threads) {
  static std::mutex one_at_a_time;  // the executors of several devices come here
  const std::lock_guard lock(one_at_a_time);
  if (openblas_get_num_threads() != threads) openblas_set_num_threads(threads);
}

}  // namespace rackproof::cpu
