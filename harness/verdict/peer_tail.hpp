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

/// Judged on the better side, where no faults are. Heavy: its share beyond 3 is certainly more than 1.5 × a normal
/// distribution's; skewed: its share beyond 1.5 is certainly less than 0.8 × that. Certainly: by a one-sided bound of 99.9 %.
/// z > 0 is the worse side; NaN is left out.
TailShape tail_shape(std::span<const float> z);

/// Of those who stand out in a normal tail, fewer than this share are natural on average; and of cohorts without a fault,
/// fewer raise anyone.
inline constexpr double kNaturalShare = 0.001;
/// No cut is below it, whatever the figures say.
inline constexpr double kLeastCut = 4;

/// How many of n natural members lie beyond `cut` on one side, on average. Their scale is a median absolute deviation, worth
/// 0.37 (n − 1) degrees of freedom (its efficiency: Rousseeuw and Croux, JASA 88, 1993). n ≥ 2; 0 for an infinite cut.
double expected_beyond(std::size_t n, double cut);

/// `z`, or more where more than kNaturalShare of a cohort of `n` would lie beyond it: in small ones, whose scale is uncertain, and
/// in large ones.
double cut_for(std::size_t n, double z);

struct TailCut {
  double z = 0;  ///< who is beyond it stands out; infinite: nobody can be told from the natural tail
  std::size_t beyond = 0;    ///< on the worse side, beyond cut_for()
  std::size_t mirrored = 0;  ///< on the better side, beyond the same
  double mirror_share = 0;   ///< natural share of those who stand out, as the mirror has it; 1 when none does
};

/// `worse` and `better`: |z| of those of n members who are beyond kLeastCut and the least effect, on either side.
/// - Normal tail: the least cut that keeps kNaturalShare (Benjamini and Hochberg, JRSS B 57, 1995). It is below `z` only where
///   the mirror agrees: its share, (1 + better) / worse (Barber and Candès, Annals of Statistics 43, 2015), is below 0.02.
/// - Heavy tail, or three or more beyond cut_for() on the better side: the least cut from there on with a mirror's share below 0.05.
/// - Skewed: none.
TailCut choose_cut(std::vector<double> worse, std::vector<double> better, std::size_t n, double z,
                   TailShape shape);

}  // namespace rackproof
