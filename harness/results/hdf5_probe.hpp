// Reading a stranger's file in a process that may die of it.
//
// The HDF5 library itself walks the file's metadata, and bent metadata can crash it, make it spin or make it
// ask for all memory. So the whole reading is done once in a forked child with limits; only a file that the
// child survived is read here.
#pragma once

#include <filesystem>
#include <functional>

namespace rackproof {

/// Runs `read` in a child process with limited CPU time and memory. Throws the Error that it threw there;
/// throws Error
/// "<file>: damaged: …" when the child died.
void probe_hdf5(const std::filesystem::path& path, const std::function<void()>& read);

}  // namespace rackproof
