#include "harness/verdict/verdicts.hpp"

namespace rackproof {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::fail:
      return "fail";
    case Verdict::inconclusive:
      return "inconclusive";
    case Verdict::not_judged:
      return "not_judged";
    case Verdict::not_applicable:
      return "not_applicable";
  }
  throw Error("unknown verdict");
}

std::string_view to_string(Disposition disposition) {
  switch (disposition) {
    case Disposition::accepted:
      return "accepted";
    case Disposition::rejected:
      return "rejected";
    case Disposition::undecided:
      return "undecided";
  }
  throw Error("unknown disposition");
}

}  // namespace rackproof
