#include "kernels/cuda/device.hpp"

#include <algorithm>

#include "kernels/cuda/error.hpp"

rp_device::rp_device(std::uint32_t which, const rp_device_info& info)
    : index(static_cast<int>(which)),
      uuid(info.uuid),
      compute_units(info.compute_units),
      memory(static_cast<int>(which)) {
  make_current();
  products = std::make_unique<rackproof::cuda::Products>();
  copies = std::make_unique<rackproof::cuda::Stream>(0);
}

rp_device::~rp_device() { try_current(); }

void rp_device::make_current() const {
  rackproof::cuda::check(cudaSetDevice(index), "cudaSetDevice", "the choice of a device");
}

void rp_device::try_current() const { rackproof::cuda::ignore(cudaSetDevice(index)); }

void rp_device::free_released() {
  if (!pinned.any_released() && !memory.any_released()) return;
  try_current();
  pinned.free_released();
  memory.free_released();
}

bool rp_device::any_held() const {
  return std::ranges::any_of(streams, [](const auto& each) { return each->stream.gates().closed(); });
}
