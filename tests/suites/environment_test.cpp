#include "suites/environment.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace rackproof {
namespace {

TEST(Environment, KeepsWhatIsAllowedAndRecordsWhatSpoilsNumbers) {
  clean_environment();  // of what whoever started the test had set
  const std::map<std::string, std::string> allowed{
      {"LC_TIME", "C"}, {"OMPI_MCA_btl", "tcp"}, {"SLURM_JOB_ID", "7"}};
  const std::map<std::string, std::string> spoiling{
      {"OPENBLAS_CORETYPE", "Prescott"}, {"OMP_NUM_THREADS", "1"}, {"MKL_DEBUG_CPU_TYPE", "5"},
      {"ONEDNN_MAX_CPU_ISA", "SSE41"},   {"OMP_EMPTY", ""},        {"GLIBC_TUNABLES", "a=b"}};
  const std::map<std::string, std::string> others{
      {"SOME_VARIABLE", "x"}, {"PATHS", "y"}, {"XOMP_THREADS", "1"}};
  for (const auto* variables : {&allowed, &spoiling, &others}) {
    for (const auto& [name, value] : *variables) ::setenv(name.c_str(), value.c_str(), 1);
  }
  const std::string path = ::getenv("PATH");

  EXPECT_EQ(clean_environment(), spoiling);
  for (const auto& [name, value] : allowed) EXPECT_STREQ(::getenv(name.c_str()), value.c_str()) << name;
  for (const auto* variables : {&spoiling, &others}) {
    for (const auto& [name, value] : *variables) EXPECT_EQ(::getenv(name.c_str()), nullptr) << name;
  }
  EXPECT_EQ(::getenv("PATH"), path);
  EXPECT_TRUE(clean_environment().empty());
}

}  // namespace
}  // namespace rackproof
