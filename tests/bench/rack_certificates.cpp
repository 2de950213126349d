// Certificates of all racks of one campaign, written as files: time and size.
//
//   rack_certificates FOLDER [racks]
//
// Exit status 1 above 60 s or when a page is larger than 200 KB.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "harness/record/durable_file.hpp"
#include "reports/html.hpp"
#include "reports/rack_certificates.hpp"
#include "tests/reports/large_campaign.hpp"

int main(int argc, char** argv) {
  using namespace rackproof;
  constexpr double kMostSeconds = 60;
  constexpr std::size_t kMostBytes = 200'000;
  if (argc < 2) {
    fmt::print(stderr, "usage: rack_certificates FOLDER [racks]\n");
    return 3;
  }
  const std::filesystem::path folder = std::filesystem::path(argv[1]) / "rack-certificates";
  const std::size_t racks = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 512;
  std::filesystem::create_directories(folder);
  const test::Campaign c = test::large_campaign({.racks = racks, .devices = 72, .metrics = 60, .bad = 40});
  fmt::print("{} racks × 72 devices × 60 metrics, 40 failing in each\n", racks);
  const auto begin = std::chrono::steady_clock::now();
  const auto seconds = [begin] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  const RackCertificates certificates(c.results, c.limits, c.verdicts);
  fmt::print("indexed in {:.2f} s\n", seconds());
  std::size_t largest = 0;
  for (const auto& rack : certificates.racks()) {
    const std::string page = html_report(certificates.of(rack).view, Language::both);
    write_durably(folder / (rack + ".html"), page);
    largest = std::max(largest, page.size());
  }
  fmt::print("all certificates in {:.2f} s, the largest {} bytes\n", seconds(), largest);
  return seconds() <= kMostSeconds && largest <= kMostBytes ? 0 : 1;
}
