// Ownership of HDF5 identifiers, and how elements stand on disk. Private to the writer and the reader.
#pragma once

#include <hdf5.h>

#include <string>
#include <type_traits>

#include "harness/base/handle.hpp"
#include "harness/results/hdf5.hpp"

namespace rackproof {

template <herr_t (*Close)(hid_t)>
struct Hdf5Traits {
  using Type = hid_t;
  static constexpr hid_t null() { return H5I_INVALID_HID; }
  static void close(hid_t id) noexcept { Close(id); }
};

template <herr_t (*Close)(hid_t)>
class Hdf5Handle : public UniqueHandle<Hdf5Traits<Close>> {
 public:
  Hdf5Handle() : Hdf5Handle(H5I_INVALID_HID) {}
  // HDF5 reports failure with any negative identifier.
  explicit Hdf5Handle(hid_t id) : UniqueHandle<Hdf5Traits<Close>>(id < 0 ? H5I_INVALID_HID : id) {}
};

using FileHandle = Hdf5Handle<H5Fclose>;
using ObjectHandle = Hdf5Handle<H5Oclose>;
using DatasetHandle = Hdf5Handle<H5Dclose>;
using SpaceHandle = Hdf5Handle<H5Sclose>;
using TypeHandle = Hdf5Handle<H5Tclose>;
using AttributeHandle = Hdf5Handle<H5Aclose>;
using PropertyHandle = Hdf5Handle<H5Pclose>;

/// Library-wide settings: errors are thrown and not printed; filters are never loaded from plug-ins.
void prepare_hdf5();

/// The library's innermost message of the last failure, in one line.
std::string hdf5_reason();

/// Type on disk, and in memory on this machine. Owned by the library.
hid_t disk_type(Element element);
hid_t memory_type(Element element);

/// A new H5T_ENUM over uint8.
TypeHandle enum_type(const EnumNames& names);

}  // namespace rackproof
