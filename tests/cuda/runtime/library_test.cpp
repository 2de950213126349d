// The dynamic linker itself, which the fake replaces everywhere else.
#include <gtest/gtest.h>

#include "kernels/cuda/shared_library.hpp"

namespace rackproof::cuda {
namespace {

TEST(SharedLibrary, IsThereOrNot) {
  const SharedLibrary mathematics("libm.so.6");
  ASSERT_TRUE(mathematics.found());
  EXPECT_NE(mathematics.symbol("cos"), nullptr);
  EXPECT_EQ(mathematics.symbol("no_such_function"), nullptr);
  const SharedLibrary none("librackproof-none.so.1");
  EXPECT_FALSE(none.found());
  EXPECT_EQ(none.symbol("cos"), nullptr);
}

}  // namespace
}  // namespace rackproof::cuda
