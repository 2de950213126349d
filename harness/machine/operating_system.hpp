// The operating system that runs on a machine: distribution, image, kernel, services.
#pragma once

#include <string>

#include "harness/base/reading.hpp"
#include "harness/machine/system_root.hpp"

namespace rackproof {

struct OperatingSystem {
  Reading<std::string> name;         ///< "Debian GNU/Linux 12 (bookworm)"
  Reading<std::string> image;        ///< id and version of the image that it was installed from, or its build
  Reading<std::string> kernel_type;  ///< "Linux"
  Reading<std::string> kernel;       ///< release
  Reading<std::string> command_line;  ///< of the kernel
  Reading<std::string> services;      ///< systemd services that run, by name; told by their control groups
};

OperatingSystem read_operating_system(const SystemRoot& root);

}  // namespace rackproof
