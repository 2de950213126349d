// Which devices may be opened: those that nobody else is on, as far as that can be known.
#include <cuda_runtime_api.h>
#include <unistd.h>

#include <memory>

#include "kernels/cuda/entry.hpp"
#include "kernels/cuda/inventory.hpp"
#include "kernels/cuda/nvml.hpp"
#include "tests/cuda/runtime/opened.hpp"

namespace rackproof::fake {
namespace {

class Opening : public FakeTest {
 protected:
  Opening() {
    cuda::backend().contexts.clear();
    start_nvml();
  }
  ~Opening() override {
    reset();
    start_nvml();
  }
  /// As the library is now.
  static void start_nvml() { cuda::backend().nvml = std::make_unique<cuda::Nvml>(); }

  rp_result open_first(rp_device** device) { return b.device_open(uuid_of(0).c_str(), device); }
  rp_result open_and_close() {
    rp_device* device = nullptr;
    const rp_result result = open_first(&device);
    if (result == RP_OK) b.device_close(device);
    return result;
  }
  std::int32_t other_processes() {
    auto facts = sized<rp_device_facts>();
    EXPECT_EQ(b.device_facts(0, &facts), RP_OK) << last_text();
    return facts.other_processes;
  }
};

TEST_F(Opening, AreOpenedOnceEach) {
  rp_device *device = nullptr, *again = nullptr;
  ASSERT_EQ(open_first(&device), RP_OK) << last_text();
  EXPECT_EQ(open_first(&again), RP_INVALID) << "it is open";
  EXPECT_EQ(b.device_open("GPU-none", &again), RP_INVALID);
  EXPECT_NE(last_text().find("GPU-none"), std::string::npos);
  b.device_close(device);
  ASSERT_EQ(open_first(&device), RP_OK) << last_text();
  b.device_close(device);
}

TEST_F(Opening, AModeThatLetsNoProcessShareItIsRefused) {
  for (const int mode :
       {cudaComputeModeExclusive, cudaComputeModeProhibited, cudaComputeModeExclusiveProcess}) {
    Configuration configuration;
    configuration.compute_mode = mode;
    reset(configuration);
    rp_device* device = nullptr;
    EXPECT_EQ(open_first(&device), RP_UNSUPPORTED) << mode;
    EXPECT_NE(last_text().find(mode == cudaComputeModeProhibited ? "prohibited" : "exclusive"),
              std::string::npos)
        << last_text();
  }
}

TEST_F(Opening, AnotherProcessOnItIsRefused) {
  nvml().processes = {static_cast<unsigned>(getpid()), 1u};
  EXPECT_EQ(open_and_close(), RP_UNSUPPORTED);
  EXPECT_NE(last_text().find("1 other process is on"), std::string::npos) << last_text();
  nvml().processes = {1u, 2u, 3u};
  nvml().processes_overflow = true;  // more of them than there is room for
  EXPECT_EQ(open_and_close(), RP_UNSUPPORTED);
  EXPECT_NE(last_text().find("other processes are on"), std::string::npos) << last_text();
  nvml().processes_overflow = false;
  nvml().processes = {static_cast<unsigned>(getpid())};
  EXPECT_EQ(open_and_close(), RP_OK) << last_text();
}

TEST_F(Opening, ProcessesOfEveryKindCountOnce) {
  nvml().shared_processes = {1u};
  EXPECT_EQ(open_and_close(), RP_UNSUPPORTED) << "by MPS";
  nvml().shared_processes = {};
  nvml().graphics_processes = {1u};
  EXPECT_EQ(open_and_close(), RP_UNSUPPORTED) << "it draws";
  nvml().processes = {1u, 2u};
  nvml().shared_processes = {2u, static_cast<unsigned>(getpid())};
  EXPECT_EQ(other_processes(), 2);
  missing() = {"nvmlDeviceGetMPSComputeRunningProcesses_v3", "nvmlDeviceGetGraphicsRunningProcesses_v3"};
  start_nvml();
  nvml().graphics_processes = {3u};
  EXPECT_EQ(other_processes(), 2) << "a driver that does not know of them";
}

TEST_F(Opening, AProcessThatIsJustEndingIsWaitedFor) {
  EXPECT_EQ(cuda::Backend().process_patience, std::chrono::seconds(2));
  nvml().processes = {1u};
  nvml().ending_after = 2;
  EXPECT_EQ(open_and_close(), RP_UNSUPPORTED) << "without patience";
  nvml().ending_after = 2;
  cuda::backend().process_patience = std::chrono::milliseconds(200);
  EXPECT_EQ(open_and_close(), RP_OK) << last_text();
  cuda::backend().contexts.clear();
  cuda::backend().process_patience = std::chrono::milliseconds(2);
  nvml().processes = {1u};
  EXPECT_EQ(open_and_close(), RP_UNSUPPORTED) << "it stays";
}

TEST_F(Opening, WhoIsOnItMayBeUnknown) {
  missing() = {"nvmlDeviceGetComputeRunningProcesses_v3"};
  start_nvml();
  EXPECT_EQ(open_and_close(), RP_OK) << last_text();
  EXPECT_EQ(other_processes(), -1);
  missing() = {"libnvidia-ml.so.1"};
  start_nvml();
  EXPECT_EQ(open_and_close(), RP_OK) << last_text();
  EXPECT_EQ(other_processes(), -1);
}

TEST_F(Opening, ADeviceThatIsBusyForCudaIsUnsupported) {
  for (const cudaError_t error : {cudaErrorDevicesUnavailable, cudaErrorDeviceAlreadyInUse}) {
    Configuration configuration;
    configuration.faults = {{"cudaSetDevice", 1, 1, error, false}};
    reset(configuration);
    EXPECT_EQ(open_and_close(), RP_UNSUPPORTED);
    EXPECT_NE(last_text().find("cudaSetDevice"), std::string::npos) << last_text();
    // This process is not on it, under whatever name.
    nvml().processes = {1u};
    EXPECT_EQ(open_and_close(), RP_UNSUPPORTED);
    EXPECT_NE(last_text().find("1 other process"), std::string::npos) << last_text();
  }
}

TEST_F(Opening, AContextStaysWhenTheRestOfADeviceIsNotMade) {
  Configuration configuration;
  configuration.faults = {{"cudaStreamCreateWithFlags", 1, 1, cudaErrorMemoryAllocation, false}};
  reset(configuration);
  EXPECT_EQ(open_and_close(), RP_OUT_OF_MEMORY);
  nvml().processes = {1u};  // this process, under the name that the host of its container knows
  EXPECT_EQ(open_and_close(), RP_OK) << last_text();
}

TEST_F(Opening, ProcessesOfAContainerAreCountedWithoutThisOne) {
  // Ids of the host, of which the container's own id is none.
  nvml().processes = {1u, 2u};
  const cuda::Nvml library;
  EXPECT_EQ(cuda::read_facts(library, 0, false).other_processes, 2);
  EXPECT_EQ(cuda::read_facts(library, 0, true).other_processes, 1) << "one of them is this process";
}

}  // namespace
}  // namespace rackproof::fake
