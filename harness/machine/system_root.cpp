#include "harness/machine/system_root.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>

#include "harness/base/trimmed.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 20;

}  // namespace

std::string why_unreadable(int error, std::string_view file) {
  if (error == EACCES || error == EPERM) return std::string(kNeedsRoot);
  if (error == ENOENT || error == ENOTDIR) return fmt::format("no such file: {}", file);
  return fmt::format("{}: {}", file, std::strerror(error));
}

std::string SystemRoot::why_not_read(std::string_view file) const {
  std::error_code ignored;
  const auto type = std::filesystem::status(at(file), ignored).type();
  const bool may_block =
      type == std::filesystem::file_type::fifo || type == std::filesystem::file_type::character ||
      type == std::filesystem::file_type::block || type == std::filesystem::file_type::socket;
  return may_block ? fmt::format("{} is no regular file", file) : std::string();
}

Reading<std::string> SystemRoot::bytes(std::string_view file) const {
  if (std::string why = why_not_read(file); !why.empty())
    return Reading<std::string>::unavailable(std::move(why));
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> in(std::fopen(at(file).c_str(), "re"), &std::fclose);
  if (in == nullptr) return Reading<std::string>::unavailable(rackproof::why_unreadable(errno, file));
  std::string bytes;
  std::array<char, 4096> buffer;
  errno = 0;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), in.get())) {
    bytes.append(buffer.data(), got);
    if (bytes.size() >= kMostBytes) break;
  }
  if (std::ferror(in.get()) != 0)
    return Reading<std::string>::unavailable(rackproof::why_unreadable(errno, file));
  return bytes;
}

Reading<std::string> SystemRoot::text(std::string_view file) const {
  const Reading<std::string> read = bytes(file);
  if (!read) return read;
  return std::string(trimmed(*read, kBlank));
}

Reading<std::string> SystemRoot::line(std::string_view file, std::size_t longest) const {
  const Reading<std::string> read = text(file);
  if (!read) return read;
  if (read->empty()) return Reading<std::string>::unavailable(fmt::format("{} is empty", file));
  const bool printable = std::ranges::all_of(*read, [](char c) { return c >= ' ' && c <= '~'; });
  if (!printable || read->size() > longest)
    return Reading<std::string>::unavailable(fmt::format("{} holds no line of text", file));
  return read;
}

Reading<std::string> SystemRoot::line_beginning(std::string_view file, std::string_view begin) const {
  if (std::string why = why_not_read(file); !why.empty())
    return Reading<std::string>::unavailable(std::move(why));
  std::ifstream in(at(file));
  if (!in) return Reading<std::string>::unavailable(rackproof::why_unreadable(errno, file));
  for (std::string line; std::getline(in, line);) {
    const std::string_view content = trimmed(line, kBlank);
    if (content.starts_with(begin)) return std::string(content);
  }
  return Reading<std::string>::unavailable(fmt::format("{} has no line {}", file, trimmed(begin, kBlank)));
}

Reading<std::int64_t> SystemRoot::integer(std::string_view file) const {
  const Reading<std::string> read = text(file);
  if (!read) return Reading<std::int64_t>::unavailable(read.why());
  std::string_view digits = *read;
  const bool hexadecimal = digits.starts_with("0x");
  if (hexadecimal) digits.remove_prefix(2);
  std::int64_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, hexadecimal ? 16 : 10);
  if (error != std::errc() || end != digits.data() + digits.size())
    return Reading<std::int64_t>::unavailable(fmt::format("{} holds no number", file));
  return value;
}

std::vector<std::string> SystemRoot::entries(std::string_view folder) const {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at_entry(at(folder), error), end; !error && at_entry != end;
       at_entry.increment(error))
    names.push_back(at_entry->path().filename());
  std::ranges::sort(names);
  return names;
}

bool SystemRoot::exists(std::string_view path) const {
  std::error_code ignored;
  return std::filesystem::exists(at(path), ignored);
}

std::string SystemRoot::why_unreadable(std::string_view file) const {
  return ::access(at(file).c_str(), R_OK) == 0 ? std::string() : rackproof::why_unreadable(errno, file);
}

Reading<std::string> SystemRoot::link_name(std::string_view link) const {
  std::error_code error;
  const auto target = std::filesystem::read_symlink(at(link), error);
  if (error) return Reading<std::string>::unavailable(rackproof::why_unreadable(error.value(), link));
  return target.filename().string();
}

}  // namespace rackproof
