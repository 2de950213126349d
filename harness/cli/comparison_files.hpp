// Results files that are compared, open as long as they are read, and the comparison page of them.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/verdict/compare/comparison.hpp"
#include "reports/html/page.hpp"

namespace rackproof {

/// "all", "random:SEED", "hand-picked". Throws Error for anything else.
Selection selection_of(const std::string& text);

class ComparisonFiles {
 public:
  /// Results files or folders of campaigns, the first is the reference. Throws Error for fewer than two, and for one that is none.
  explicit ComparisonFiles(const std::vector<std::filesystem::path>& files);
  ~ComparisonFiles();
  ComparisonFiles(const ComparisonFiles&) = delete;
  ComparisonFiles& operator=(const ComparisonFiles&) = delete;

  const std::vector<ComparisonSide>& sides() const { return sides_; }
  /// With shares of rated values: from `devices`, a file or folder, where it is not empty, else as rated_files.hpp finds them.
  Comparison compared(const ComparisonSettings& settings, const std::filesystem::path& devices) const;

 private:
  struct OpenSide;
  std::vector<std::unique_ptr<OpenSide>> open_;
  std::vector<ComparisonSide> sides_;
};

/// The comparison page of some files. Throws Error as these do.
Page comparison_page_of(const std::vector<std::filesystem::path>& files, const ComparisonSettings& settings,
                        const std::filesystem::path& devices, Language language);

}  // namespace rackproof
