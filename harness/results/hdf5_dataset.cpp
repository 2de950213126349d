// Opening a dataset that may be hostile: everything is looked at before anything is read.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/base/error.hpp"
#include "harness/results/hdf5_open_file.hpp"
#include "harness/results/matrix_dataset.hpp"

namespace rackproof {

bool same_enum(hid_t type, const EnumNames& names) {
  if (H5Tget_class(type) != H5T_ENUM || H5Tget_size(type) != 1) return false;
  const TypeHandle base(H5Tget_super(type));
  const int members = H5Tget_nmembers(type);
  if (!base || H5Tequal(base.get(), H5T_STD_U8LE) <= 0) return false;
  if (members <= 0 || static_cast<std::size_t>(members) > names.names.size()) return false;
  for (unsigned i = 0; i < static_cast<unsigned>(members); ++i) {
    std::uint8_t value = 0;
    if (H5Tget_member_value(type, i, &value) < 0 || value >= names.names.size()) return false;
    char* const name = H5Tget_member_name(type, i);
    const bool same = name != nullptr && names.names[value] == name;
    H5free_memory(name);
    if (!same) return false;
  }
  return true;
}

// Opens an object one path component at a time: a soft, external or user-defined link anywhere could lead out
// of the file.
static ObjectHandle open_hard(hid_t file, const std::string& path, const Hdf5Reader& reader) {
  ObjectHandle here(H5Oopen(file, "/", H5P_DEFAULT));
  std::size_t begin = 1;
  while (here && begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string component = path.substr(begin, end - begin);
    H5L_info_t link{};
    if (H5Lexists(here.get(), component.c_str(), H5P_DEFAULT) <= 0 ||
        H5Lget_info(here.get(), component.c_str(), &link, H5P_DEFAULT) < 0) {
      reader.refuse(fmt::format("{} is missing", path.substr(0, end)));
    }
    if (link.type != H5L_TYPE_HARD) {
      reader.refuse(fmt::format("{} is a soft, external or user-defined link", path.substr(0, end)));
    }
    here = ObjectHandle(H5Oopen(here.get(), component.c_str(), H5P_DEFAULT));
    begin = end + 1;
  }
  if (!here) reader.refuse(fmt::format("{} cannot be opened: {}", path, hdf5_reason()));
  return here;
}

// Deflate makes incompressible data larger: by 5 bytes per 16 KiB block and a few for its frame.
static std::uint64_t most_stored(std::uint64_t chunk_bytes) { return chunk_bytes + chunk_bytes / 1000 + 64; }

// Every chunk must be there and no larger than its content, so that what is read costs the sender what it
// claims.
static void check_chunks(hid_t dataset, hid_t properties, const std::string& path, const Shape& shape,
                         std::uint64_t element_bytes, std::uint64_t file_bytes, const Hdf5Reader& reader) {
  std::array<hsize_t, 2> chunk{1, 1};
  const auto rank = static_cast<int>(shape.size());
  if (H5Pget_chunk(properties, rank, chunk.data()) != rank) reader.refuse(path + " has no sound chunk shape");
  std::uint64_t chunk_bytes = element_bytes;
  std::uint64_t chunks = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (chunk[i] == 0 || chunk[i] > kMostChunkBytes)
      reader.refuse(path + " has chunks of an implausible shape");
    chunk_bytes *= chunk[i];
    chunks *= (shape[i] + chunk[i] - 1) / chunk[i];
  }
  if (chunk_bytes > kMostChunkBytes) reader.refuse(path + " has chunks above the size limit");
  const std::string too_little = path + " claims more data than the file holds";
  if (chunks > file_bytes) reader.refuse(too_little);
  bool deflated = false;
  const int filters = H5Pget_nfilters(properties);
  for (int i = 0; i < filters; ++i) {
    unsigned flags = 0;
    std::size_t parameters = 0;
    deflated = deflated || H5Pget_filter2(properties, static_cast<unsigned>(i), &flags, &parameters, nullptr,
                                          0, nullptr, nullptr) == H5Z_FILTER_DEFLATE;
  }
  std::array<hsize_t, 2> offset{0, 0};
  for (std::uint64_t i = 0; i < chunks; ++i) {
    unsigned skipped = 0;
    haddr_t address = HADDR_UNDEF;
    hsize_t size = 0;
    if (H5Dget_chunk_info_by_coord(dataset, offset.data(), &skipped, &address, &size) < 0 ||
        address == HADDR_UNDEF || size == 0 || size > most_stored(chunk_bytes) || address > file_bytes ||
        size > file_bytes - address) {
      reader.refuse(too_little);
    }
    if ((!deflated || skipped != 0) && size != chunk_bytes) reader.refuse(path + " has a damaged chunk");
    std::size_t axis = shape.size() - 1;
    offset[axis] += chunk[axis];
    if (offset[axis] >= shape[axis] && axis > 0) {
      offset[axis] = 0;
      offset[axis - 1] += chunk[axis - 1];
    }
  }
}

static void check_filters(hid_t properties, const std::string& path, const Hdf5Reader& reader) {
  const int filters = H5Pget_nfilters(properties);
  bool shuffle = false;
  bool deflate = false;
  for (int i = 0; i < filters; ++i) {
    unsigned flags = 0;
    std::size_t parameters = 0;
    const H5Z_filter_t filter = H5Pget_filter2(properties, static_cast<unsigned>(i), &flags, &parameters,
                                               nullptr, 0, nullptr, nullptr);
    bool* const seen = filter == H5Z_FILTER_SHUFFLE   ? &shuffle
                       : filter == H5Z_FILTER_DEFLATE ? &deflate
                                                      : nullptr;
    if (seen == nullptr || *seen) {
      reader.refuse(fmt::format("{} uses a filter (number {}) other than shuffle and deflate, once each",
                                path, filter));
    }
    *seen = true;
  }
  if (filters < 0) reader.refuse(path + " has no sound filters");
}

std::size_t Hdf5Reader::open_dataset(const std::string& path, std::size_t rank, Shape& shape, Element element,
                                     const EnumNames* names, Chunks chunks) {
  ObjectHandle object = open_hard(file_->file.get(), path, *this);
  if (H5Iget_type(object.get()) != H5I_DATASET) refuse(path + " is not a dataset");
  DatasetHandle dataset(object.release());
  const PropertyHandle properties(H5Dget_create_plist(dataset.get()));
  if (!properties) refuse(fmt::format("{} is damaged: {}", path, hdf5_reason()));
  const H5D_layout_t layout = H5Pget_layout(properties.get());
  if (layout == H5D_VIRTUAL) refuse(path + " is a virtual dataset");
  if (H5Pget_external_count(properties.get()) != 0) refuse(path + " keeps its data in external files");
  if (layout != H5D_CHUNKED && layout != H5D_CONTIGUOUS && layout != H5D_COMPACT)
    refuse(path + " has an unknown layout");
  check_filters(properties.get(), path, *this);

  TypeHandle type(H5Dget_type(dataset.get()));
  const bool expected = type && (names != nullptr ? same_enum(type.get(), *names)
                                                  : H5Tequal(type.get(), disk_type(element)) > 0);
  if (!expected) refuse(path + " has another type than the schema says");
  const SpaceHandle space(H5Dget_space(dataset.get()));
  if (!space || H5Sget_simple_extent_type(space.get()) != H5S_SIMPLE ||
      H5Sget_simple_extent_ndims(space.get()) != static_cast<int>(rank)) {
    refuse(path + " has another rank than the schema says");
  }
  shape.assign(rank, 0);
  std::array<hsize_t, 2> extents{0, 0};
  H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr);
  std::uint64_t count = 1;
  for (std::size_t i = 0; i < rank; ++i) {
    if (extents[i] > kMostElements) refuse(path + " is above the size limit");
    shape[i] = extents[i];
    count *= shape[i];
  }
  if (count > kMostElements) refuse(path + " is above the size limit");
  const std::uint64_t element_bytes = H5Tget_size(type.get());
  if (count > 0 && layout == H5D_CHUNKED && chunks == Chunks::checked) {
    check_chunks(dataset.get(), properties.get(), path, shape, element_bytes, file_->bytes, *this);
  } else if (count > 0 && layout != H5D_CHUNKED &&
             (H5Dget_storage_size(dataset.get()) != count * element_bytes ||
              count * element_bytes > file_->bytes)) {
    refuse(path + " claims more data than the file holds");
  }
  opened_bytes_ = element_bytes;
  file_->dataset = std::move(dataset);
  file_->opened_type = names != nullptr ? std::move(type) : TypeHandle(H5Tcopy(memory_type(element)));
  return count;
}

/// No filter at all, deflate, or shuffle and then deflate.
static bool in_our_order(hid_t properties) {
  const int filters = H5Pget_nfilters(properties);
  if (filters == 0) return true;
  unsigned flags = 0;
  std::size_t parameters = 0;
  const H5Z_filter_t first = H5Pget_filter2(properties, 0, &flags, &parameters, nullptr, 0, nullptr, nullptr);
  return first == (filters == 1 ? H5Z_FILTER_DEFLATE : H5Z_FILTER_SHUFFLE);
}

StoredMatrix Hdf5Reader::find_matrix(const std::string& path, const Shape& expected, Element element,
                                     const EnumNames* names) {
  Shape shape;
  const std::size_t count = open_dataset(path, 2, shape, element, names, Chunks::unchecked);
  auto dataset = std::make_shared<StoredMatrix::Dataset>();
  dataset->dataset = std::move(file_->dataset);
  require_shape(path, shape, expected);
  StoredMatrix matrix;
  matrix.path = path;
  matrix.rows = shape[0];
  matrix.columns = shape[1];
  matrix.element_bytes = opened_bytes_;
  matrix.names = names != nullptr ? names->names.size() : 0;
  matrix.dataset = dataset;
  if (count == 0) return matrix;
  const PropertyHandle properties(H5Dget_create_plist(dataset->dataset.get()));
  std::array<hsize_t, 2> chunk{0, 0};
  if (H5Pget_layout(properties.get()) != H5D_CHUNKED ||
      H5Pget_chunk(properties.get(), 2, chunk.data()) != 2 || chunk[0] != 1 || chunk[1] == 0 ||
      chunk[1] > kMostChunkBytes / matrix.element_bytes || !in_our_order(properties.get()))
    refuse(path + " is not stored in rows, shuffled or not and then deflated");
  matrix.chunk = chunk[1];
  matrix.filters = H5Pget_nfilters(properties.get());
  const std::uint64_t chunk_bytes = matrix.chunk * matrix.element_bytes;
  const std::size_t in_row = (matrix.columns + matrix.chunk - 1) / matrix.chunk;
  if (matrix.rows * in_row > file_->bytes) refuse(path + " claims more data than the file holds");
  for (hsize_t row = 0; row < matrix.rows; ++row) {
    for (std::size_t i = 0; i < in_row; ++i) {
      const std::array<hsize_t, 2> at{row, i * matrix.chunk};
      hsize_t size = 0;
      if (H5Dget_chunk_storage_size(dataset->dataset.get(), at.data(), &size) < 0 || size == 0 ||
          size > most_stored(chunk_bytes) || size > file_->bytes)
        refuse(path + " claims more data than the file holds");
      matrix.sizes.push_back(static_cast<std::uint32_t>(size));
    }
  }
  return matrix;
}

}  // namespace rackproof
