// How far out one must be to be no natural member of a cohort: the tail of z on the worse side, with the better side as its mirror.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace rackproof {

enum class TailShape {
  normal,  ///< no reason to doubt the figures of a normal tail
  heavy,   ///< more of it far out than a normal distribution has: what stands out may be natural
  skewed,  ///< the better side is short, so it is no mirror of the worse one
};

/// Judged on the better side, where no faults are. Heavy: its share beyond 3 is certainly more than 1.25 × a normal
/// distribution's; skewed: its share beyond 1.5 is certainly less than 0.85 × that. Certainly: by a one-sided bound of 99 %.
/// z > 0 is the worse side; NaN is left out.
TailShape tail_shape(std::span<const float> z);

/// Of those who stand out in a normal tail, fewer than this share are natural on average; and of cohorts without a fault,
/// fewer raise anyone.
inline constexpr double kNaturalShare = 0.001;
/// No cut is below it, whatever the figures say.
inline constexpr double kLeastCut = 4;

/// How many of n natural members lie beyond `cut` on one side, on average. Their scale is a median absolute deviation, worth
/// 0.37 (n − 1) degrees of freedom (its efficiency: Rousseeuw and Croux, JASA 88, 1993). n ≥ 2.
double expected_beyond(std::size_t n, double cut);

/// `z`, or more where more than kNaturalShare of a cohort of `n` would lie beyond it: in small ones, whose scale is uncertain, and
/// in large ones.
double cut_for(std::size_t n, double z);

struct TailCut {
  double z = 0;              ///< who is beyond it stands out
  std::size_t beyond = 0;    ///< on the worse side, beyond cut_for()
  std::size_t mirrored = 0;  ///< on the better side, beyond the same
  double mirror_share = 0;   ///< natural share of those who stand out, as the mirror has it; 1 when none does
};

/// The farthest |z| of a side; one or two that are half as far again as the next are no part of its tail. 0 for none.
double farthest_of_tail(std::vector<double> side);

/// Where an exponential tail of twice the scale keeps kNaturalShare: 2 ln(n / kNaturalShare).
double cut_in_skewed_tail(std::size_t n);

/// Farther than what a tail as heavy as that of Student's t with 3 degrees of freedom adds to `farthest` of the other side, but for
/// once in 1,000: 10 ×.
double cut_beyond_mirror(double farthest);

/// |z| on either side of a cohort.
struct TailSides {
  std::vector<double> worse, better;  ///< of who is beyond kLeastCut and the least effect
  double farthest_better = 0;         ///< farthest_of_tail() of all
  std::size_t measured = 0;           ///< numbers on both sides
};

/// - Normal tail: the least cut that keeps kNaturalShare (Benjamini and Hochberg, JRSS B 57, 1995). It is below `z` only where
///   the mirror agrees: its share, (1 + better) / worse (Barber and Candès, Annals of Statistics 43, 2015), is below 0.02. Where
///   fewer than 20 are beyond it, too few for the mirror, it is at least 1.5 × farthest_better: no test of shape sees
///   the tail of a small cohort.
/// - Heavy tail, or three or more beyond cut_for() on the better side: the least cut from there on with a mirror's share of 0.05
///   or less; at most cut_beyond_mirror().
/// - Skewed: cut_in_skewed_tail().
TailCut choose_cut(TailSides sides, double z, TailShape shape);

}  // namespace rackproof
