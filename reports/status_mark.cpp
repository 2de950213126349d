#include "reports/status_mark.hpp"

#include "reports/language/status_texts.hpp"

namespace rackproof {

StatusMark mark_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return {"✓", texts::kPass, "pass"};
    case Verdict::fail:
      return {"✕", texts::kFail, "fail"};
    case Verdict::inconclusive:
      return {"!", texts::kInconclusive, "open"};
    case Verdict::not_judged:
      return {"–", texts::kNotJudged, "none"};
    case Verdict::not_applicable:
      return {"○", texts::kNotApplicable, "exempt"};
  }
  return {"–", texts::kNotJudged, "none"};
}

StatusMark mark_of(Disposition disposition) {
  switch (disposition) {
    case Disposition::accepted:
      return {"✓", texts::kAccepted, "pass"};
    case Disposition::rejected:
      return {"✕", texts::kRejected, "fail"};
    case Disposition::undecided:
      return {"!", texts::kUndecided, "open"};
  }
  return {"!", texts::kUndecided, "open"};
}

StatusMark mark_of(Disposition disposition, bool everything_measured) {
  if (disposition == Disposition::accepted && !everything_measured)
    return {"!", texts::kNotFullyMeasured, "open"};
  return mark_of(disposition);
}

StatusMark mark_of_reservations() { return {"◐", texts::kWithReservations, "reserved"}; }

StatusMark mark_of_not_started() { return {"–", texts::kNotStarted, "none"}; }

}  // namespace rackproof
