#include "harness/verdict/trend/critical_values.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

using Row = std::array<double, 3>;  // by ScanLevel

// Made by tests/bench/trend_critical.cpp with 4,000,000 series a row. Odd and even numbers of nights differ, as their medians do.
constexpr Row kTable[]{
    {3.210, 7.034, 9.034},  // 10
    {3.145, 6.600, 8.421},  // 11
    {3.246, 6.759, 8.671},  // 12
    {3.188, 6.415, 8.215},  // 13
    {3.258, 6.531, 8.378},  // 14
    {3.205, 6.233, 7.982},  // 15
    {3.256, 6.317, 8.092},  // 16
    {3.212, 6.087, 7.775},  // 17
    {3.248, 6.153, 7.814},  // 18
    {3.211, 5.933, 7.544},  // 19
    {3.243, 6.011, 7.626},  // 20
    {3.209, 5.819, 7.370},  // 21
    {3.238, 5.856, 7.394},  // 22
    {3.210, 5.721, 7.148},  // 23
    {3.229, 5.736, 7.205},  // 24
    {3.204, 5.614, 7.017},  // 25
    {3.224, 5.660, 7.106},  // 26
    {3.203, 5.526, 6.901},  // 27
    {3.217, 5.548, 6.930},  // 28
    {3.198, 5.462, 6.781},  // 29
    {3.213, 5.462, 6.767},  // 30
    {3.193, 5.387, 6.649},  // 31
    {3.207, 5.404, 6.682},  // 32
    {3.195, 5.344, 6.549},  // 33
    {3.204, 5.334, 6.565},  // 34
    {3.189, 5.288, 6.510},  // 35
    {3.199, 5.287, 6.489},  // 36
    {3.188, 5.224, 6.410},  // 37
    {3.197, 5.246, 6.430},  // 38
    {3.185, 5.180, 6.280},  // 39
    {3.194, 5.197, 6.345},  // 40
    {3.186, 5.144, 6.304},  // 41
    {3.192, 5.147, 6.263},  // 42
    {3.183, 5.080, 6.149},  // 43
    {3.189, 5.112, 6.215},  // 44
    {3.181, 5.062, 6.165},  // 45
    {3.188, 5.090, 6.176},  // 46
    {3.180, 5.025, 6.090},  // 47
    {3.187, 5.039, 6.098},  // 48
    {3.179, 5.012, 6.034},  // 49
    {3.184, 5.022, 6.020},  // 50
    {3.177, 4.977, 5.968},  // 51
    {3.182, 4.984, 5.989},  // 52
    {3.177, 4.958, 5.950},  // 53
    {3.181, 4.959, 5.972},  // 54
    {3.178, 4.923, 5.931},  // 55
    {3.181, 4.942, 5.951},  // 56
    {3.175, 4.921, 5.851},  // 57
    {3.181, 4.918, 5.880},  // 58
    {3.174, 4.882, 5.847},  // 59
    {3.180, 4.892, 5.858},  // 60
};
static_assert(std::size(kTable) == kScanNights - kLeastNights + 1);

}  // namespace

double nominal(ScanLevel level) {
  constexpr std::array<double, 3> kLevels{0.05, 0.001, 0.0001};
  return kLevels.at(static_cast<std::size_t>(level));
}

double critical_value(std::size_t nights, ScanLevel level) {
  if (nights < kLeastNights || nights > kScanNights)
    throw Error(fmt::format("no critical value for {} nights", nights));
  return kTable[nights - kLeastNights].at(static_cast<std::size_t>(level));
}

}  // namespace rackproof
