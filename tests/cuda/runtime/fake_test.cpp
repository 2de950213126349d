// What the fake itself finds wrong with launches, and that the backend launches right.
#include <cuda_runtime_api.h>

#include "kernels/gemm.h"
#include "tests/cuda/runtime/launches.hpp"
#include "tests/cuda/runtime/opened.hpp"

namespace rackproof::fake {
namespace {

/// A stream of device 0 and memory of device 1.
class Launches : public FakeTest {
 protected:
  Launches() {
    cudaSetDevice(1);
    cudaMalloc(&memory, 8);
    cudaSetDevice(0);
    cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
  }
  ~Launches() override {
    cudaStreamDestroy(stream);
    cudaFree(memory);
  }
  /// A kernel that writes there.
  int write() {
    return enqueue_kernel(stream, [to = static_cast<char*>(memory)] { return *to = 0; });
  }

  cudaStream_t stream = nullptr;
  void* memory = nullptr;
};

TEST_F(Launches, TheStreamsDeviceIsTheCurrentOne) {
  const auto nothing = [] { return 0; };
  EXPECT_EQ(enqueue_kernel(stream, nothing), cudaSuccess);
  cudaSetDevice(1);
  EXPECT_EQ(enqueue_kernel(stream, nothing), cudaErrorInvalidResourceHandle);
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidResourceHandle);
}

TEST_F(Launches, MemoryOfAPeerIsReachedAfterAccessWasEnabled) {
  EXPECT_EQ(cudaMemsetAsync(memory, 0, 8, stream), cudaErrorInvalidValue);
  EXPECT_EQ(cudaMemcpyPeerAsync(memory, 1, memory, 1, 8, stream), cudaErrorInvalidValue);
  cudaGetLastError();
  ASSERT_EQ(cudaDeviceEnablePeerAccess(1, 0), cudaSuccess);
  ASSERT_EQ(write(), cudaSuccess);
  EXPECT_EQ(cudaStreamSynchronize(stream), cudaSuccess);
}

TEST_F(Launches, AKernelThatReachesFurtherIsReported) {
#if !defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the address sanitizer sees it";
#endif
  ASSERT_EQ(write(), cudaSuccess);
  EXPECT_DEATH(cudaStreamSynchronize(stream), "use-after-poison");
  ASSERT_EQ(cudaDeviceEnablePeerAccess(1, 0), cudaSuccess);
}

class CurrentDevice : public OpenedTest {};

TEST_F(CurrentDevice, IsThatOfWhatIsLaunched) {
  const rp_memory values = filled(std::vector<double>(16, 1.0)), out = allocate(128);
  const rp_gemm_params params = kernels::gemm_params(values, values, out, 4, 4, 4, RP_F64);
  const auto elsewhere = [&] { b.memory_release(other, allocate(8, other)); };
  elsewhere();
  EXPECT_EQ(b.op_enqueue(stream, RP_OP_NOTHING, RP_F64, nullptr, 0), RP_OK) << last_text();
  elsewhere();
  EXPECT_EQ(b.op_enqueue(stream, RP_OP_GEMM, RP_F64, &params, sizeof params), RP_OK) << last_text();
  elsewhere();
  EXPECT_EQ(b.stream_hold(stream), RP_OK) << last_text();
  EXPECT_EQ(b.stream_release(stream), RP_OK) << last_text();
  if (b.communicator_id != nullptr) {
    unsigned char id[RP_COMMUNICATOR_ID_BYTES];
    rp_communicator* communicator = nullptr;
    ASSERT_EQ(b.communicator_id(id), RP_OK) << last_text();
    elsewhere();
    ASSERT_EQ(b.communicator_create(device, id, 1, 0, &communicator), RP_OK) << last_text();
    elsewhere();
    EXPECT_EQ(b.communicator_enqueue(communicator, stream, RP_ALLREDUCE, RP_F64, out, out, 16, 0), RP_OK)
        << last_text();
    b.communicator_destroy(communicator);
  }
  EXPECT_EQ(sync(), RP_OK) << last_text();
}

}  // namespace
}  // namespace rackproof::fake
