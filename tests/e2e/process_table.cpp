#include "tests/e2e/process_table.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>

namespace rackproof::e2e {

namespace {

namespace fs = std::filesystem;

/// NUL-separated texts of a file in /proc; empty when the process is gone, a zombie or another user's.
std::vector<std::string> texts_in(const fs::path& file) {
  std::vector<std::string> texts;
  std::ifstream in(file, std::ios::binary);
  for (std::string text; std::getline(in, text, '\0');) texts.push_back(text);
  return texts;
}

}  // namespace

std::vector<ProcessRow> processes_with(const fs::path& temporary) {
  const std::string mark = "TMPDIR=" + temporary.string();
  std::vector<ProcessRow> rows;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (!std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; })) continue;
    const auto environment = texts_in(entry.path() / "environ");
    if (std::ranges::find(environment, mark) == environment.end()) continue;
    std::error_code gone;
    const fs::path program = fs::read_symlink(entry.path() / "exe", gone);
    if (gone) continue;
    rows.push_back(
        {static_cast<pid_t>(std::stol(name)), program.filename(), texts_in(entry.path() / "cmdline")});
  }
  return rows;
}

std::string names_of(const std::vector<ProcessRow>& rows) {
  std::string out;
  for (const auto& row : rows) {
    out += fmt::format("{}{} {} ({})", out.empty() ? "" : ", ", row.program,
                       row.arguments.size() > 1 ? row.arguments[1] : "", row.pid);
  }
  return out;
}

bool eventually(double seconds, const std::function<bool()>& holds) {
  const auto begin = std::chrono::steady_clock::now();
  while (!holds()) {
    if (std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() > seconds)
      return false;
    ::usleep(20'000);
  }
  return true;
}

}  // namespace rackproof::e2e
