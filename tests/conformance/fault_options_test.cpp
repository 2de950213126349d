#include <gtest/gtest.h>

#include "kernels/edge.h"
#include "kernels/fault/options.hpp"

namespace rackproof::fault {
namespace {

std::string problem(std::string_view text) {
  try {
    parse_options(text);
    return "";
  } catch (const kernels::Failure& failure) {
    EXPECT_EQ(failure.result(), RP_INVALID);
    return failure.what();
  }
}

TEST(FaultOptions, EmptyIsNoFault) {
  const Options options = parse_options("");
  EXPECT_EQ(options.fault, Fault::none);
  EXPECT_EQ(options.devices, 2u);
  EXPECT_FALSE(options.hits(RP_OP_TRIAD, RP_F64, "fault-0"));
}

TEST(FaultOptions, DefaultsDependOnTheFault) {
  EXPECT_EQ(parse_options("fault=slow").factor, 100.0);
  EXPECT_EQ(parse_options("fault=lying_clock").factor, 3.0);
  EXPECT_EQ(parse_options("fault=slow_clock").factor, 1.5);
  EXPECT_TRUE(parse_options("fault=dtype_missing").hits(RP_OP_GEMM, RP_F64, "fault-0"));
  EXPECT_FALSE(parse_options("fault=dtype_missing").hits(RP_OP_GEMM, RP_F32, "fault-0"));
  EXPECT_EQ(parse_options("fault=emulated").bits, 50u);
  EXPECT_TRUE(parse_options("fault=emulated").cuts_a && parse_options("fault=emulated").cuts_b);
  EXPECT_FALSE(parse_options("fault=emulated,operand=b").cuts_a);
  EXPECT_FALSE(parse_options("fault=emulated,operand=a").cuts_b);
  EXPECT_TRUE(parse_options("fault=emulated").hits(RP_OP_GEMM, RP_F64, "fault-0"));
  EXPECT_FALSE(parse_options("fault=emulated").hits(RP_OP_GEMM, RP_F32, "fault-0"));
  EXPECT_FALSE(parse_options("fault=emulated").hits(RP_OP_FMA, RP_F64, "fault-0"));
}

TEST(FaultOptions, FiltersChooseOperationTypeAndDevice) {
  const Options options =
      parse_options("fault=flip,op=gemm,dtype=f32,device=fault-1,at=7,every=3,element=2,bit=5");
  EXPECT_TRUE(options.hits(RP_OP_GEMM, RP_F32, "fault-1"));
  EXPECT_FALSE(options.hits(RP_OP_GEMM, RP_F32, "fault-0"));
  EXPECT_FALSE(options.hits(RP_OP_GEMM, RP_F64, "fault-1"));
  EXPECT_FALSE(options.hits(RP_OP_TRIAD, RP_F32, "fault-1"));
  EXPECT_EQ(options.at, 7u);
  EXPECT_EQ(options.every, 3u);
  EXPECT_EQ(options.element, 2u);
  EXPECT_EQ(options.bit, 5u);
}

TEST(FaultOptions, TheEmptyOperationIsHitOnlyWhenNamed) {
  EXPECT_FALSE(parse_options("fault=hang").hits(RP_OP_NOTHING, RP_F64, "fault-0"));
  EXPECT_TRUE(parse_options("fault=hang,op=nothing").hits(RP_OP_NOTHING, RP_F64, "fault-0"));
}

TEST(FaultOptions, NoiseHasAShape) {
  const Options options = parse_options("fault=noise,op=nothing,shape=bimodal,median=5000,sigma=0.2,seed=9");
  EXPECT_EQ(options.shape, Shape::bimodal);
  EXPECT_EQ(options.median_ns, 5000);
  EXPECT_EQ(options.sigma, 0.2);
  EXPECT_EQ(options.seed, 9u);
  EXPECT_NE(problem("fault=noise,shape=square"), "");
  EXPECT_NE(problem("fault=noise,median=0"), "");
  EXPECT_NE(problem("fault=noise,median=1.5"), "");
  EXPECT_NE(problem("fault=noise,sigma=1.1"), "");
  EXPECT_NE(problem("fault=jitter,shape=normal"), "");
}

TEST(FaultOptions, MistakesAreNamed) {
  EXPECT_NE(problem("slow"), "");
  EXPECT_NE(problem("factor=3,fault=slow"), "");
  EXPECT_NE(problem("fault=sluggish").find("launch_offset"), std::string::npos)
      << "the names that exist are listed";
  EXPECT_NE(problem("fault=slow,sigma=1").find("factor"), std::string::npos)
      << "the keys that exist are listed";
  EXPECT_NE(problem("fault=slow,factor=x"), "");
  EXPECT_NE(problem("fault=slow,factor=nan"), "");
  EXPECT_NE(problem("fault=slow,factor=0.5"), "");
  EXPECT_NE(problem("fault=slow,factor="), "");
  EXPECT_NE(problem("fault=slow,,factor=2"), "");
  EXPECT_NE(problem("fault=flip,at=-1"), "");
  EXPECT_NE(problem("fault=flip,bit=64"), "");
  EXPECT_NE(problem("fault=wrong,op=fft"), "");
  EXPECT_NE(problem("fault=wrong,dtype=f9"), "");
  EXPECT_NE(problem("fault=wrong,device=fault-2"), "");
  EXPECT_NE(problem("fault=none,devices=3"), "");
  EXPECT_NE(problem("fault=crash,signal=9"), "");
  EXPECT_NE(problem("fault=emulated,bits=0"), "");
  EXPECT_NE(problem("fault=emulated,operand=c"), "");
  EXPECT_NE(problem("fault=wrong,operand=a"), "");
  EXPECT_NE(problem("fault=none,compute_mode=shared"), "");
  EXPECT_NE(problem("fault=none,other_processes=some"), "");
  EXPECT_NE(problem("fault=emulated,dtype=f32"), "") << "only f64 is emulated";
}

}  // namespace
}  // namespace rackproof::fault
