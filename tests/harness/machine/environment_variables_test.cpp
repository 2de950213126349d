#include "harness/machine/environment_variables.hpp"

#include <gtest/gtest.h>

namespace rackproof {
namespace {

TEST(EnvironmentVariables, PatternsAreNamesOrPrefixes) {
  EXPECT_TRUE(matches_variable("LD_PRELOAD", "LD_PRELOAD"));
  EXPECT_FALSE(matches_variable("LD_PRELOAD", "LD_PRELOAD_2"));
  EXPECT_TRUE(matches_variable("OMP_*", "OMP_NUM_THREADS"));
  EXPECT_FALSE(matches_variable("OMP_*", "GOMP_SPINCOUNT"));
}

TEST(EnvironmentVariables, ThoseOfLibrariesSpoilNumbers) {
  for (const char* name : {"OPENBLAS_CORETYPE", "OMP_NUM_THREADS", "MKL_CBWR", "ONEDNN_MAX_CPU_ISA",
                           "GLIBC_TUNABLES", "LD_PRELOAD", "MALLOC_ARENA_MAX"})
    EXPECT_TRUE(spoils_numbers(name)) << name;
  for (const char* name : {"PATH", "HOME", "LD_LIBRARY_PATH", "OMPI_MCA_btl", "MY_OMP_THREADS", ""})
    EXPECT_FALSE(spoils_numbers(name)) << name;
}

}  // namespace
}  // namespace rackproof
