#include "harness/measure/backend.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <utility>

#include "harness/base/digest.hpp"
#include "harness/measure/host_buffer.hpp"
#include "kernels/stream.h"

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
  EXPECT_NE(refusal(tiny("OTHER_MAJOR")).find(fmt::format("ABI version {}.", RP_ABI_MAJOR + 1)),
            std::string::npos);
  EXPECT_NE(refusal(tiny("LACKS_ENTRY")).find("lacks the required entry stream_sync"), std::string::npos);
  EXPECT_NE(refusal(tiny("HALF_CLOCK")).find("1 of 4 entries"), std::string::npos);
}

/// The table of the smallest library, to be spoiled.
rp_backend whole_table() {
  const auto entry = reinterpret_cast<rp_backend_entry>(open_library(tiny("WHOLE"), RP_BACKEND_SYMBOL));
  return *entry();
}

std::string refusal(const rp_backend& table) {
  try {
    adopt_table(table, "it");
  } catch (const Error& error) {
    return error.what();
  }
  return "adopted";
}

TEST_F(BackendTest, TenEntriesAreRequiredAndNamedWhenTheyAreMissing) {
  const auto without = [](auto rp_backend::*entry) {
    rp_backend table = whole_table();
    table.*entry = nullptr;
    return refusal(table);
  };
  for (const auto& [reason, name] : {std::pair{without(&rp_backend::device_count), "device_count"},
                                     {without(&rp_backend::device_info), "device_info"},
                                     {without(&rp_backend::device_open), "device_open"},
                                     {without(&rp_backend::memory_allocate), "memory_allocate"},
                                     {without(&rp_backend::memory_write), "memory_write"},
                                     {without(&rp_backend::memory_read), "memory_read"},
                                     {without(&rp_backend::stream_create), "stream_create"},
                                     {without(&rp_backend::stream_sync), "stream_sync"},
                                     {without(&rp_backend::op_enqueue), "op_enqueue"},
                                     {without(&rp_backend::last_error), "last_error"},
                                     {without(&rp_backend::name), "name"},
                                     {without(&rp_backend::version), "version"},
                                     {without(&rp_backend::implementation), "implementation"}}) {
    EXPECT_EQ(reason, fmt::format("it lacks the required entry {}: refused", name));
  }
  for (const std::string& reason : {without(&rp_backend::open), without(&rp_backend::device_close),
                                    without(&rp_backend::memory_release), without(&rp_backend::memory_fill),
                                    without(&rp_backend::stream_destroy), without(&rp_backend::op_query)}) {
    EXPECT_EQ(reason, "adopted");
  }
}

/// An entry that is never called.
template <class R, class... Arguments>
auto any_entry(R (*)(Arguments...)) -> R (*)(Arguments...) {
  return [](Arguments...) { return R(); };
}

TEST_F(BackendTest, EntriesThatBelongTogetherAreThereTogether) {
  const auto only = [](auto rp_backend::*entry) {
    rp_backend table = whole_table();
    table.*entry = any_entry(table.*entry);
    return refusal(table);
  };
  for (const auto& [reason, expected] :
       {std::pair{only(&rp_backend::event_record), "1 of 4 entries that belong together, event_create is"},
        {only(&rp_backend::present_info), "1 of 2 entries that belong together, present_count is"},
        {only(&rp_backend::host_allocate), "1 of 2 entries that belong together, host_release is"},
        {only(&rp_backend::enqueue_write), "1 of 3 entries that belong together, enqueue_read is"},
        {only(&rp_backend::stream_hold), "1 of 2 entries that belong together, stream_release is"},
        {only(&rp_backend::communicator_id),
         "1 of 4 entries that belong together, communicator_create is"}}) {
    EXPECT_EQ(reason, fmt::format("it has {} missing: refused", expected));
  }
}

TEST_F(BackendTest, AShorterTableLacksItsLastEntriesAndALongerOneIsCut) {
  rp_backend table = whole_table();
  table.stream_hold = [](rp_stream*) { return RP_OK; };
  table.stream_release = table.stream_hold;
  EXPECT_NE(adopt_table(table, "it").stream_hold, nullptr);
  table.struct_size = offsetof(rp_backend, present_count);
  const rp_backend adopted = adopt_table(table, "it");
  EXPECT_EQ(adopted.stream_hold, nullptr);
  EXPECT_EQ(adopted.last_error, table.last_error);
  EXPECT_EQ(adopted.struct_size, sizeof(rp_backend));
  table.struct_size = sizeof table + 64;
  EXPECT_NE(adopt_table(table, "it").stream_hold, nullptr);
  table.struct_size = offsetof(rp_backend, last_error);
  EXPECT_EQ(refusal(table), "it lacks the required entry last_error: refused");
  for (const std::size_t size : {std::size_t{0}, offsetof(rp_backend, abi_minor)}) {
    table.struct_size = size;
    EXPECT_EQ(refusal(table), fmt::format("it has a table of {} bytes: refused", size));
  }
}

TEST_F(BackendTest, WhatIsMissingIsDoneByTheEntriesThatAreThere) {
  const fs::path minimal = fs::path(RACKPROOF_BINARY_DIR) / "lib/rackproof/librackproof-minimal.so";
  EXPECT_NE(refusal(minimal, "speed=high").find("takes no options"), std::string::npos);
  const Backend backend(minimal, "");
  const Device device(backend, "minimal-0");
  const Buffer buffer(device, (std::uint64_t{1} << 20) + 3);  // more than one piece
  std::vector<unsigned char> bytes(buffer.bytes() - 2);
  buffer.poison(1, bytes.size());
  buffer.read(std::span(bytes), 1);
  EXPECT_EQ(std::ranges::count(bytes, 0xFF), static_cast<std::ptrdiff_t>(bytes.size()));
  const rp_stream_params params{buffer.at(), buffer.at(1024), {}, 16, 0, 0, 0};
  device.require(RP_OP_UPDATE, RP_F64, params);  // nobody to ask
  const Stream stream(device);
  const auto expect_unsupported = [](const char* what, const auto& action) {
    try {
      action();
      ADD_FAILURE() << what;
    } catch (const CaseStopped& stop) {
      EXPECT_EQ(stop.outcome().status, Status::unsupported) << what;
    }
  };
  expect_unsupported("operation", [&] { stream.enqueue(RP_OP_UPDATE, RP_F64, params); });
  expect_unsupported("copy from the host", [&] { stream.write(buffer.at(), bytes.data(), 8); });
  expect_unsupported("copy to the host", [&] { stream.read(bytes.data(), buffer.at(), 8); });
  expect_unsupported("copy", [&] { stream.copy(buffer.at(), buffer.at(1024), 8); });
  expect_unsupported("pinned memory", [&] { const HostBuffer pinned(device, HostMemory::pinned, 8); });
  EXPECT_NE(HostBuffer(device, HostMemory::pageable, 8).data(), nullptr);
}

TEST_F(BackendTest, RefusesALibraryOfSomebodyElse) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const fs::path copy = folder_ / "given.so";
  fs::copy_file(tiny("WHOLE"), copy);
  ASSERT_EQ(::chown(copy.c_str(), 12345, 0), 0);
  EXPECT_NE(refusal(copy).find("belongs neither to root nor to this user"), std::string::npos);
  ASSERT_EQ(::chown(copy.c_str(), 0, 12345), 0);
  ::chmod(copy.c_str(), 0775);
  EXPECT_NE(refusal(copy).find("may be written by group 12345"), std::string::npos);
  ::chmod(copy.c_str(), 0755);
  EXPECT_EQ(refusal(copy), "loaded");
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
