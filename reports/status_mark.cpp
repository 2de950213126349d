#include "reports/status_mark.hpp"

namespace rackproof {

StatusMark mark_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return {"✓", "pass", "pass"};
    case Verdict::fail:
      return {"✕", "fail", "fail"};
    case Verdict::inconclusive:
      return {"!", "inconclusive", "open"};
    case Verdict::not_judged:
      return {"–", "not judged", "none"};
    case Verdict::not_applicable:
      return {"○", "not applicable", "exempt"};
  }
  return {"–", "not judged", "none"};
}

StatusMark mark_of(Disposition disposition) {
  switch (disposition) {
    case Disposition::accepted:
      return {"✓", "accepted", "pass"};
    case Disposition::rejected:
      return {"✕", "rejected", "fail"};
    case Disposition::undecided:
      return {"!", "undecided", "open"};
  }
  return {"!", "undecided", "open"};
}

StatusMark mark_of(Disposition disposition, bool everything_measured) {
  if (disposition == Disposition::accepted && !everything_measured) {
    return {"!", "not fully measured", "open"};
  }
  return mark_of(disposition);
}

}  // namespace rackproof
