#include "harness/measure/agreement.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/measure/case_stopped.hpp"

namespace rackproof {

void agree_on_errors(const std::exception_ptr& error_here, const Group& group) {
  std::int64_t stopped = error_here ? 1 : 0;
  group.maximum({&stopped, 1});
  if (stopped == 0) return;
  std::string mine;
  Outcome outcome{Status::failed, Phase::measure, {}};
  if (error_here) {
    try {
      std::rethrow_exception(error_here);
    } catch (const CaseStopped& error) {
      outcome = error.outcome();
      mine = fmt::format("{} {} {}", static_cast<int>(outcome.status), static_cast<int>(outcome.phase),
                         outcome.reason);
    }
  }
  if (group.size() == 1) throw AgreedStop(outcome);
  const auto texts = group.gather_texts(mine);
  // A wrong answer comes before any other trouble: it must not be taken for machinery and tried again.
  const std::string wrong = std::to_string(static_cast<int>(Status::wrong)) + " ";
  const bool any_wrong =
      std::ranges::any_of(texts, [&](const std::string& text) { return text.starts_with(wrong); });
  std::string first;
  for (std::size_t rank = 0; rank < texts.size() && first.empty(); ++rank) {
    if (texts[rank].empty() || (any_wrong && !texts[rank].starts_with(wrong))) continue;
    first = fmt::format("{}{}rank {}: {}", texts[rank][0], texts[rank][2], rank, texts[rank].substr(4));
  }
  first = group.text_from_root(first);
  throw AgreedStop(static_cast<Status>(first.at(0) - '0'), static_cast<Phase>(first.at(1) - '0'),
                   first.substr(2));
}

}  // namespace rackproof
