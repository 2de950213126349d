// Tables of a file: rows in memory, one column per field on disk.
//
// A schema is a function template over the table, so that what is written and what is read cannot differ:
//   template <class Table> void series_columns(Table& table) { table.text("case", &SeriesRow::case_id); … }
// `get` is a member pointer or a callable that returns a reference to the field of a row. Every column of a
// table has one entry a row. A field with many entries is CSR: "<name>_offset" (rows + 1) beside the entries.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/results/hdf5.hpp"

namespace rackproof {

inline std::string units_of_row(std::string_view table) { return fmt::format("row of {}", table); }

template <class Row>
class TableWriter {
 public:
  TableWriter(Hdf5Writer& file, std::string group, const std::vector<Row>& rows)
      : file_(file), group_(std::move(group)), rows_(rows) {}

  std::size_t size() const { return rows_.size(); }

  template <class Get>
  void text(const char* name, Get get) {
    column<std::uint32_t>(name, kTextUnits,
                          [&](const Row& row) { return file_.text(std::invoke(get, row)); });
  }

  template <class Get>
  void number(const char* name, std::string_view units, Get get) {
    using T = std::remove_cvref_t<std::invoke_result_t<Get, const Row&>>;
    column<T>(name, units, [&](const Row& row) { return std::invoke(get, row); });
  }

  /// Rows of another table that has `bound` rows.
  template <class Get>
  void index(const char* name, std::string_view table, std::size_t bound, Get get) {
    column<std::uint32_t>(name, units_of_row(table),
                          [&](const Row& row) { return checked(name, std::invoke(get, row), bound); });
  }

  template <class Get>
  void flag(const char* name, Get get) {
    column<std::uint8_t>(name, "1", [&](const Row& row) { return std::uint8_t{std::invoke(get, row)}; });
  }

  template <class Get>
  void choice(const char* name, const EnumNames& names, Get get) {
    std::vector<std::uint8_t> stored;
    stored.reserve(rows_.size());
    for (const Row& row : rows_) {
      stored.push_back(static_cast<std::uint8_t>(static_cast<int>(std::invoke(get, row)) - names.first));
    }
    file_.write_choices(path(name), {stored.size()}, stored, names);
  }

  template <class Get>
  void numbers(const char* name, std::string_view units, Get get) {
    using T = typename std::remove_cvref_t<std::invoke_result_t<Get, const Row&>>::value_type;
    list<T>(name, units, get, [](const T& value) { return value; });
  }

  template <class Get>
  void indices(const char* name, std::string_view table, std::size_t bound, Get get) {
    list<std::uint32_t>(name, units_of_row(table), get,
                        [&](std::uint32_t value) { return checked(name, value, bound); });
  }

  template <class Get>
  void texts(const char* name, Get get) {
    list<std::uint32_t>(name, kTextUnits, get, [&](const std::string& value) { return file_.text(value); });
  }

  /// std::map from text to text or double: "<name>_offset", "<name>_key", "<name>_value".
  template <class Get>
  void map(const char* name, std::string_view units, Get get) {
    using Mapped = typename std::remove_cvref_t<std::invoke_result_t<Get, const Row&>>::mapped_type;
    using Stored = std::conditional_t<std::is_same_v<Mapped, std::string>, std::uint32_t, Mapped>;
    std::vector<std::uint64_t> offsets{0};
    std::vector<std::uint32_t> keys;
    std::vector<Stored> values;
    for (const Row& row : rows_) {
      for (const auto& [key, value] : std::invoke(get, row)) {
        keys.push_back(file_.text(key));
        if constexpr (std::is_same_v<Mapped, std::string>) {
          values.push_back(file_.text(value));
        } else {
          values.push_back(value);
        }
      }
      offsets.push_back(keys.size());
    }
    file_.write(path(name) + "_offset", {offsets.size()}, offsets, units_of_row(path(name) + "_key"));
    file_.write(path(name) + "_key", {keys.size()}, keys, kTextUnits);
    file_.write(path(name) + "_value", {values.size()}, values, units);
  }

 private:
  std::string path(const char* name) const { return group_ + "/" + name; }

  std::uint32_t checked(const char* name, std::uint32_t value, std::size_t bound) const {
    if (value >= bound) throw Error(fmt::format("cannot write {}: row {} of {}", path(name), value, bound));
    return value;
  }

  template <class T, class Make>
  void column(const char* name, std::string_view units, const Make& make) {
    std::vector<T> values;
    values.reserve(rows_.size());
    for (const Row& row : rows_) values.push_back(make(row));
    file_.write(path(name), {values.size()}, values, units);
  }

  template <class T, class Get, class Make>
  void list(const char* name, std::string_view units, const Get& get, const Make& make) {
    std::vector<std::uint64_t> offsets{0};
    std::vector<T> values;
    for (const Row& row : rows_) {
      for (const auto& value : std::invoke(get, row)) values.push_back(make(value));
      offsets.push_back(values.size());
    }
    file_.write(path(name) + "_offset", {offsets.size()}, offsets, units_of_row(path(name)));
    file_.write(path(name), {values.size()}, values, units);
  }

  Hdf5Writer& file_;
  std::string group_;
  const std::vector<Row>& rows_;
};

/// The first column decides how many rows there are; every other one must have as many.
template <class Row>
class TableReader {
 public:
  TableReader(Hdf5Reader& file, std::string group, std::vector<Row>& rows)
      : file_(file), group_(std::move(group)), rows_(rows) {}

  std::size_t size() const { return rows_.size(); }

  template <class Get>
  void text(const char* name, Get get) {
    const auto values = column<std::uint32_t>(name);
    for (std::size_t i = 0; i < rows_.size(); ++i)
      std::invoke(get, rows_[i]) = file_.text(values[i], path(name));
  }

  template <class Get>
  void number(const char* name, std::string_view, Get get) {
    using T = std::remove_cvref_t<std::invoke_result_t<Get, Row&>>;
    const auto values = column<T>(name);
    for (std::size_t i = 0; i < rows_.size(); ++i) std::invoke(get, rows_[i]) = values[i];
  }

  template <class Get>
  void index(const char* name, std::string_view, std::size_t bound, Get get) {
    const auto values = column<std::uint32_t>(name);
    for (std::size_t i = 0; i < rows_.size(); ++i)
      std::invoke(get, rows_[i]) = checked(name, values[i], bound);
  }

  template <class Get>
  void flag(const char* name, Get get) {
    const auto values = column<std::uint8_t>(name);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (values[i] > 1) file_.refuse(path(name) + " holds a flag that is neither 0 nor 1");
      std::invoke(get, rows_[i]) = values[i] == 1;
    }
  }

  template <class Get>
  void choice(const char* name, const EnumNames& names, Get get) {
    using Enum = std::remove_cvref_t<std::invoke_result_t<Get, Row&>>;
    const auto stored = sized(name, file_.choices(path(name), names));
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      std::invoke(get, rows_[i]) = static_cast<Enum>(stored[i] + names.first);
    }
  }

  template <class Get>
  void numbers(const char* name, std::string_view, Get get) {
    using T = typename std::remove_cvref_t<std::invoke_result_t<Get, Row&>>::value_type;
    list<T>(name, get, [](const T& value) { return value; });
  }

  template <class Get>
  void indices(const char* name, std::string_view, std::size_t bound, Get get) {
    list<std::uint32_t>(name, get, [&](std::uint32_t value) { return checked(name, value, bound); });
  }

  template <class Get>
  void texts(const char* name, Get get) {
    list<std::uint32_t>(name, get, [&](std::uint32_t value) {
      file_.charge(1, sizeof(std::string));
      return file_.text(value, path(name));
    });
  }

  template <class Get>
  void map(const char* name, std::string_view, Get get) {
    using Mapped = typename std::remove_cvref_t<std::invoke_result_t<Get, Row&>>::mapped_type;
    using Stored = std::conditional_t<std::is_same_v<Mapped, std::string>, std::uint32_t, Mapped>;
    const std::string key_path = path(name) + "_key";
    const auto keys = file_.column<std::uint32_t>(key_path);
    const auto values = file_.column<Stored>(path(name) + "_value");
    const auto offsets = row_offsets(name, keys.size());
    if (values.size() != keys.size()) file_.refuse(path(name) + " has more keys or more values");
    file_.charge(keys.size(), kMapEntryBytes);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      auto& map = std::invoke(get, rows_[i]);
      for (std::uint64_t k = offsets[i]; k < offsets[i + 1]; ++k) {
        Mapped value{};
        if constexpr (std::is_same_v<Mapped, std::string>) {
          value = file_.text(values[k], path(name));
        } else {
          value = values[k];
        }
        if (!map.try_emplace(file_.text(keys[k], key_path), std::move(value)).second) {
          file_.refuse(key_path + " names one key twice in a row");
        }
      }
    }
  }

  /// Of a list whose entries are not read: that they are divided among the rows.
  void check_offsets(const char* name, std::size_t entries) { row_offsets(name, entries); }

 private:
  static constexpr std::size_t kMapEntryBytes = 128;

  std::string path(const char* name) const { return group_ + "/" + name; }

  std::uint32_t checked(const char* name, std::uint32_t value, std::size_t bound) const {
    if (value >= bound) file_.refuse(fmt::format("{} names row {} of {}", path(name), value, bound));
    return value;
  }

  template <class T>
  std::vector<T> column(const char* name) {
    return sized(name, file_.column<T>(path(name)));
  }

  template <class T>
  std::vector<T> sized(const char* name, std::vector<T> values) {
    if (!sized_) {
      file_.charge(values.size(), sizeof(Row));
      rows_.assign(values.size(), Row{});
      sized_ = true;
    }
    if (values.size() != rows_.size()) {
      file_.refuse(
          fmt::format("{} has {} rows where {} are expected", path(name), values.size(), rows_.size()));
    }
    return values;
  }

  std::vector<std::uint64_t> row_offsets(const char* name, std::size_t entries) {
    const std::string where = path(name) + "_offset";
    auto offsets = file_.column<std::uint64_t>(where);
    if (offsets.size() != rows_.size() + 1 || offsets.front() != 0 || offsets.back() != entries ||
        !std::is_sorted(offsets.begin(), offsets.end())) {
      file_.refuse(where + " does not divide its entries among the rows");
    }
    return offsets;
  }

  template <class T, class Get, class Make>
  void list(const char* name, const Get& get, const Make& make) {
    const auto values = file_.column<T>(path(name));
    const auto offsets = row_offsets(name, values.size());
    file_.charge(values.size(), sizeof(T));
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      auto& entries = std::invoke(get, rows_[i]);
      entries.reserve(offsets[i + 1] - offsets[i]);
      for (std::uint64_t k = offsets[i]; k < offsets[i + 1]; ++k) entries.push_back(make(values[k]));
    }
  }

  Hdf5Reader& file_;
  std::string group_;
  std::vector<Row>& rows_;
  bool sized_ = false;
};

}  // namespace rackproof
