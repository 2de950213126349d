// HDF5 files of this suite: plain columns and matrices, dictionary texts, enums by name. No HDF5 type leaks
// from here.
//
// A file says what it is in root attributes (schema, schema_major, schema_minor, complete). Texts are rows of
// one dictionary: /dict/strings (UTF-8 bytes, concatenated) and /dict/offsets.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "harness/results/matrix_reader.hpp"
#include "harness/results/matrix_writer.hpp"

namespace rackproof {

/// Element types of datasets; little-endian on disk.
enum class Element : std::uint8_t { u8, u16, u32, u64, i32, i64, f32, f64 };

template <class T>
consteval Element element_of() {
  if constexpr (std::is_same_v<T, std::uint8_t>) return Element::u8;
  if constexpr (std::is_same_v<T, std::uint16_t>) return Element::u16;
  if constexpr (std::is_same_v<T, std::uint32_t>) return Element::u32;
  if constexpr (std::is_same_v<T, std::uint64_t>) return Element::u64;
  if constexpr (std::is_same_v<T, std::int32_t>) return Element::i32;
  if constexpr (std::is_same_v<T, std::int64_t>) return Element::i64;
  if constexpr (std::is_same_v<T, float>) return Element::f32;
  if constexpr (std::is_same_v<T, double>) return Element::f64;
}

/// Extents of a dataset: rank 1 (column) or 2 (matrix, row-major).
using Shape = std::vector<std::uint64_t>;
std::size_t elements(const Shape& shape);

/// An enumeration as H5T_ENUM over uint8: the stored number i is called names[i] and means the C++ value
/// first + i.
struct EnumNames {
  std::span<const std::string_view> names;
  int first = 0;
};

/// `units` of a column whose numbers are rows of the dictionary.
inline constexpr std::string_view kTextUnits = "row of /dict/offsets";

/// What a file is. Readers accept the same name and major version.
struct SchemaVersion {
  std::string_view name;
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
};

/// Writes one file; same calls, same bytes. All throw Error.
class Hdf5Writer {
 public:
  /// Creates or truncates `path`, which is not complete before finish().
  Hdf5Writer(const std::filesystem::path& path, const SchemaVersion& schema);
  ~Hdf5Writer();
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;

  /// Root attributes.
  void attribute(const std::string& name, std::string_view text);
  void attribute(const std::string& name, std::uint8_t stored, const EnumNames& names);

  /// Dataset at an absolute path; groups above it are made. `units` says what a number is: SI unit, "1", "row
  /// of /targets".
  template <class T>
  void write(const std::string& path, const Shape& shape, const std::vector<T>& values,
             std::string_view units) {
    write_raw(path, shape, element_of<T>(), values.data(), values.size(), units);
  }
  /// A column of `count` numbers that are in memory in part only: `next` gives those that come next, at least one of
  /// them.
  /// The file is the one that write() makes.
  template <class T>
  void write_blocks(const std::string& path, std::uint64_t count, std::string_view units,
                    const std::function<std::vector<T>()>& next) {
    std::vector<T> ahead;
    std::size_t taken = 0;
    write_raw_blocks(path, count, element_of<T>(), units, [&](std::uint64_t size) {
      ahead.erase(ahead.begin(), ahead.begin() + static_cast<std::ptrdiff_t>(std::exchange(taken, size)));
      while (ahead.size() < size) {
        const std::vector<T> more = next();
        if (more.empty()) throw_too_few(path);
        ahead.insert(ahead.end(), more.begin(), more.end());
      }
      return static_cast<const void*>(ahead.data());
    });
  }
  /// Stored numbers of an enumeration.
  void write_choices(const std::string& path, const Shape& shape, const std::vector<std::uint8_t>& stored,
                     const EnumNames& names);

  /// A matrix [rows][columns], none of them 0, whose rows come one by one. The file is the one that write() makes, but for how well
  /// it is packed: floats are deflated without being shuffled first, which leaves a third less of them.
  template <class T>
  MatrixWriter matrix(const std::string& path, const Shape& shape, std::string_view units,
                      Packing packing = Packing::fast) {
    return matrix_raw(path, shape, element_of<T>(), units, packing);
  }
  MatrixWriter choice_matrix(const std::string& path, const Shape& shape, const EnumNames& names);

  /// Row of the dictionary for a text.
  std::uint32_t text(const std::string& text);

  /// Writes the dictionary, then complete = 1, and closes. Throws Error (disk full).
  void finish();

 private:
  void write_raw(const std::string& path, const Shape& shape, Element element, const void* data,
                 std::size_t count, std::string_view units);
  /// The next so many values of a column.
  using Block = std::function<const void*(std::uint64_t size)>;
  void write_raw_blocks(const std::string& path, std::uint64_t count, Element element, std::string_view units,
                        const Block& block);
  [[noreturn]] static void throw_too_few(const std::string& path);
  MatrixWriter matrix_raw(const std::string& path, const Shape& shape, Element element,
                          std::string_view units, Packing packing);
  struct File;
  MatrixWriter matrix_on(const std::string& path, const Shape& shape,
                         std::unique_ptr<MatrixWriter::Dataset> made);
  std::unique_ptr<File> file_;
  std::unordered_map<std::string, std::uint32_t> dictionary_;
  std::vector<std::uint64_t> offsets_{0};
  std::vector<std::uint8_t> strings_;
};

/// Elements that one dataset may have, and bytes that one file may make a reader allocate.
inline constexpr std::uint64_t kMostElements = std::uint64_t{1} << 28;
inline constexpr std::uint64_t kMostBytes = std::uint64_t{4} << 30;
/// Bytes of one chunk before compression: the largest that the writer makes is 65536 × 8.
inline constexpr std::uint64_t kMostChunkBytes = std::uint64_t{1} << 20;

/// Reads a file that may be hostile. Every refusal is an Error "<file>: …" in one line: links other than hard
/// ones on any path component, external storage, virtual datasets, filters but shuffle and deflate, another
/// type or rank than asked for, sizes above the caps or beyond what the stored bytes can hold.
class Hdf5Reader {
 public:
  /// Refuses what is not HDF5, is truncated, has another schema or major version, or is not complete. Reads
  /// the dictionary.
  Hdf5Reader(const std::filesystem::path& path, const SchemaVersion& schema);
  ~Hdf5Reader();
  /// The schema that a file names; empty when it names none. Refuses what is not HDF5, or truncated.
  static std::string schema_of(const std::filesystem::path& path);
  Hdf5Reader(const Hdf5Reader&) = delete;
  Hdf5Reader& operator=(const Hdf5Reader&) = delete;

  const std::string& name() const { return name_; }  ///< of the file, for errors
  /// Of the file; no later than the one asked for.
  std::uint32_t schema_minor() const { return schema_minor_; }

  std::uint8_t choice_attribute(const std::string& name, const EnumNames& names);

  /// A column of any length.
  template <class T>
  std::vector<T> column(const std::string& path) {
    Shape shape;
    return read<T>(path, 1, shape);
  }
  /// The length of a column whose numbers are not wanted: all is checked but they, which are not read.
  template <class T>
  std::size_t check_column(const std::string& path) {
    Shape shape;
    return check_raw(path, shape, element_of<T>());
  }
  /// A matrix of exactly this shape.
  template <class T>
  std::vector<T> matrix(const std::string& path, const Shape& expected) {
    Shape shape;
    auto values = read<T>(path, 2, shape);
    require_shape(path, shape, expected);
    return values;
  }
  /// Where a matrix of exactly this shape lies, for MatrixReader; nothing of it is read, nor counted against kMostBytes. With names
  /// it is one of their numbers.
  template <class T>
  StoredMatrix stored_matrix(const std::string& path, const Shape& expected) {
    return find_matrix(path, expected, element_of<T>(), nullptr);
  }
  StoredMatrix stored_choices(const std::string& path, const Shape& expected, const EnumNames& names) {
    return find_matrix(path, expected, Element::u8, &names);
  }
  std::vector<std::uint8_t> choices(const std::string& path, const EnumNames& names);
  std::vector<std::uint8_t> choice_matrix(const std::string& path, const Shape& expected,
                                          const EnumNames& names);

  /// Text of a dictionary row; `path` is the column that names it. Counts against kMostBytes.
  std::string text(std::uint32_t row, const std::string& path);
  /// The same as it lies in the reader, not counted. Empty for a row that is not there.
  std::string_view text_view(std::uint32_t row) const;
  /// Texts of the dictionary.
  std::size_t texts() const { return offsets_.size() - 1; }

  /// Counts bytes that the caller is about to allocate for this file; refuses above kMostBytes.
  void charge(std::uint64_t count, std::uint64_t size_of_one);
  [[noreturn]] void refuse(const std::string& what) const;

 private:
  template <class T>
  std::vector<T> read(const std::string& path, std::size_t rank, Shape& shape) {
    std::vector<T> values;
    read_raw(path, rank, shape, element_of<T>(), nullptr, [&](std::size_t count) {
      values.resize(count);
      return static_cast<void*>(values.data());
    });
    return values;
  }
  template <class Allocate>
  void read_raw(const std::string& path, std::size_t rank, Shape& shape, Element element,
                const EnumNames* names, const Allocate& allocate) {
    const std::size_t count = open_dataset(path, rank, shape, element, names);
    charge(count, opened_bytes_);
    read_opened(path, allocate(count), count);
  }
  std::vector<std::uint8_t> read_choices(const std::string& path, std::size_t rank, Shape& shape,
                                         const EnumNames& names);
  explicit Hdf5Reader(const std::filesystem::path& path);
  /// Looking at each chunk of a dataset goes through all of them each time: many are looked at in another way.
  enum class Chunks { checked, unchecked };
  std::size_t open_dataset(const std::string& path, std::size_t rank, Shape& shape, Element element,
                           const EnumNames* names, Chunks chunks = Chunks::checked);
  void read_opened(const std::string& path, void* data, std::size_t count);
  std::size_t check_raw(const std::string& path, Shape& shape, Element element);
  StoredMatrix find_matrix(const std::string& path, const Shape& expected, Element element,
                           const EnumNames* names);
  void require_shape(const std::string& path, const Shape& shape, const Shape& expected) const;
  void check_header(const SchemaVersion& schema);
  void read_dictionary();

  struct File;
  std::unique_ptr<File> file_;
  std::string name_;
  std::uint32_t schema_minor_ = 0;
  std::uint64_t charged_ = 0;
  std::uint64_t opened_bytes_ = 0;  // of one element of the dataset that was opened last
  std::vector<std::uint64_t> offsets_;
  std::vector<std::uint8_t> strings_;
};

}  // namespace rackproof
