// HDF5's side of a reader. Private to it.
#pragma once

#include <cstring>
#include <string>

#include "harness/results/hdf5.hpp"
#include "harness/results/hdf5_handle.hpp"

namespace rackproof {

/// Whether an enumeration has our names, number by number; an older file may know fewer.
bool same_enum(hid_t type, const EnumNames& names);

struct Hdf5Reader::File {
  FileHandle file;
  std::uint64_t bytes = 0;  // of the file
  DatasetHandle dataset;    // opened and found sound; about to be read
  TypeHandle opened_type;

  AttributeHandle attribute(const std::string& name) const {
    if (H5Aexists(file.get(), name.c_str()) <= 0) return {};
    return AttributeHandle(H5Aopen(file.get(), name.c_str(), H5P_DEFAULT));
  }

  static bool is_scalar(const AttributeHandle& attribute) {
    const SpaceHandle space(H5Aget_space(attribute.get()));
    return space && H5Sget_simple_extent_type(space.get()) == H5S_SCALAR;
  }

  static constexpr std::size_t kLongestAttribute = 4096;
  /// A fixed-length text of moderate size; nothing when it is anything else.
  std::string text_attribute(const std::string& name) const {
    const AttributeHandle handle = attribute(name);
    const TypeHandle type(handle ? H5Aget_type(handle.get()) : H5I_INVALID_HID);
    if (!type || !is_scalar(handle) || H5Tget_class(type.get()) != H5T_STRING ||
        H5Tis_variable_str(type.get()) != 0) {
      return {};
    }
    const std::size_t size = H5Tget_size(type.get());
    if (size == 0 || size > kLongestAttribute) return {};
    std::string text(size, '\0');
    if (H5Aread(handle.get(), type.get(), text.data()) < 0) return {};
    text.resize(std::strlen(text.c_str()));
    return text;
  }

  template <class T>
  bool number_attribute(const std::string& name, T& value) const {
    const AttributeHandle handle = attribute(name);
    const TypeHandle type(handle ? H5Aget_type(handle.get()) : H5I_INVALID_HID);
    return type && is_scalar(handle) && H5Tequal(type.get(), disk_type(element_of<T>())) > 0 &&
           H5Aread(handle.get(), memory_type(element_of<T>()), &value) >= 0;
  }
};

}  // namespace rackproof
