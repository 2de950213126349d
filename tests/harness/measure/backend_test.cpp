#include "harness/measure/backend.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <utility>

#include "harness/base/digest.hpp"

namespace rackproof {
namespace {

namespace fs = std::filesystem;

fs::path tiny(const std::string& flaw) {
  return fs::path(RACKPROOF_BINARY_DIR) / "tests" / ("tiny_" + flaw + ".so");
}

std::string refusal(const fs::path& path, const std::string& options = {}) {
  try {
    const Backend backend(path, options);
  } catch (const Error& error) {
    return error.what();
  }
  return "loaded";
}

class BackendTest : public ::testing::Test {
 protected:
  BackendTest() { fs::create_directories(folder_); }
  ~BackendTest() override { fs::remove_all(folder_); }
  /// A library of its own: opening a backend twice in one process is not foreseen.
  fs::path fault_backend() const {
    const fs::path copy = folder_ / "fault.so";
    fs::copy_file(fs::path(RACKPROOF_BINARY_DIR) / "lib/rackproof/librackproof-fault.so", copy);
    return copy;
  }
  fs::path folder_ = fs::temp_directory_path() /
                     fmt::format("rackproof-backend-{}-{}", ::getpid(),
                                 ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(BackendTest, LoadsAWholeLibraryAndSaysWhichOne) {
  const Backend backend(tiny("WHOLE"), "");
  EXPECT_EQ(backend.identity().name, "tiny");
  EXPECT_EQ(backend.identity().sha256, sha256_file(tiny("WHOLE")));
  EXPECT_TRUE(backend.devices().empty());
}

TEST_F(BackendTest, RefusesWhatIsNoBackend) {
  EXPECT_NE(refusal(folder_ / "none.so").find("no library"), std::string::npos);
  std::ofstream(folder_ / "text.so") << "not a library\n";
  EXPECT_NE(refusal(folder_ / "text.so").find("cannot load"), std::string::npos);
  EXPECT_NE(refusal(tiny("NO_SYMBOL")).find("has no rackproof_backend"), std::string::npos);
  EXPECT_NE(refusal(tiny("NO_TABLE")).find("no table"), std::string::npos);
}

TEST_F(BackendTest, RefusesAnotherMajorVersionAndIncompleteTables) {
  EXPECT_NE(refusal(tiny("OTHER_MAJOR")).find("ABI version 1."), std::string::npos);
  EXPECT_NE(refusal(tiny("LACKS_ENTRY")).find("lacks a required entry"), std::string::npos);
  EXPECT_NE(refusal(tiny("HALF_CLOCK")).find("1 of 4 entries"), std::string::npos);
}

TEST_F(BackendTest, SaysWhyItDoesNotOpenInOneLine) {
  const std::string reason = refusal(tiny("DOES_NOT_OPEN"));
  EXPECT_NE(reason.find("a reason"), std::string::npos);
  EXPECT_EQ(reason.find('\n'), std::string::npos);
}

TEST_F(BackendTest, RefusesALibraryThatAnybodyMayWrite) {
  const fs::path copy = folder_ / "open.so";
  fs::copy_file(tiny("WHOLE"), copy);
  ::chmod(copy.c_str(), 0757);
  EXPECT_NE(refusal(copy).find("may be written by anybody"), std::string::npos);
  ::chmod(copy.c_str(), 0755);
  EXPECT_EQ(refusal(copy), "loaded");
}

TEST_F(BackendTest, TranslatesResultsIntoOutcomes) {
  const Backend backend(tiny("WHOLE"), "");
  const auto outcome = [&](rp_result result) {
    try {
      backend.expect(result, Phase::measure, "thing");
    } catch (const CaseStopped& stop) {
      return stop.outcome();
    }
    return Outcome{Status::ok, Phase::finish, ""};
  };
  EXPECT_EQ(outcome(RP_OK).status, Status::ok);
  EXPECT_EQ(outcome(RP_UNSUPPORTED).status, Status::unsupported);
  for (const auto& [result, text] : {std::pair{RP_OUT_OF_MEMORY, "out of memory"},
                                     {RP_DEVICE_LOST, "device lost"},
                                     {RP_INVALID, "invalid call"},
                                     {RP_FAILED, "error"}}) {
    EXPECT_EQ(outcome(result).status, Status::failed);
    EXPECT_EQ(outcome(result).phase, Phase::measure);
    EXPECT_NE(outcome(result).reason.find(text), std::string::npos);
    EXPECT_EQ(outcome(result).reason.find('\n'), std::string::npos);
  }
}

TEST_F(BackendTest, SelectsDevicesByIdentityAndCopiesThroughThem) {
  const Backend backend(fault_backend(), "");
  const auto devices = backend.devices();
  ASSERT_EQ(devices.size(), 2u);
  try {
    const Device device(backend, "no such device");
    ADD_FAILURE() << "opened";
  } catch (const CaseStopped& stop) {
    EXPECT_EQ(stop.outcome().status, Status::failed);
    EXPECT_EQ(stop.outcome().phase, Phase::load);
  }
  const Device device(backend, devices[1].uuid);
  EXPECT_STREQ(device.info().uuid, devices[1].uuid);
  const Buffer buffer(device, 4 * sizeof(double));
  const std::vector<double> in{1, 2, 3, 4};
  buffer.write(std::span<const double>(in));
  std::vector<double> out(2);
  buffer.read(std::span<double>(out), 2);
  EXPECT_EQ(out, (std::vector<double>{3, 4}));
  buffer.poison();
  buffer.read(std::span<double>(out));
  EXPECT_TRUE(std::isnan(out[0]) && std::isnan(out[1]));
}

TEST_F(BackendTest, OutOfMemoryIsAFailure) {
  const Backend backend(fault_backend(), "fault=oom,above=1024");
  const Device device(backend, backend.devices()[0].uuid);
  EXPECT_NO_THROW(Buffer(device, 1024));
  try {
    const Buffer buffer(device, 4096);
    ADD_FAILURE() << "allocated";
  } catch (const CaseStopped& stop) {
    EXPECT_EQ(stop.outcome().status, Status::failed);
    EXPECT_EQ(stop.outcome().phase, Phase::prepare);
    EXPECT_NE(stop.outcome().reason.find("out of memory"), std::string::npos);
  }
}

TEST_F(BackendTest, NoEventClockIsUnsupported) {
  const Backend backend(fault_backend(), "fault=no_event");
  const Device device(backend, backend.devices()[0].uuid);
  try {
    const EventTimer timer(device);
    ADD_FAILURE() << "has a clock";
  } catch (const CaseStopped& stop) {
    EXPECT_EQ(stop.outcome().status, Status::unsupported);
  }
}

TEST_F(BackendTest, OptionsThatTheBackendDoesNotKnowAreAnError) {
  EXPECT_NE(refusal(fault_backend(), "fault=nonsense").find("does not open"), std::string::npos);
}

}  // namespace
}  // namespace rackproof
