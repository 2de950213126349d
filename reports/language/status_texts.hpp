// Words of verdicts, dispositions and standings.
#pragma once

#include "reports/language/language.hpp"

namespace rackproof::texts {

inline constexpr Text kPass{"pass", "通过"};
inline constexpr Text kFail{"fail", "未通过"};
inline constexpr Text kInconclusive{"inconclusive", "临界"};
inline constexpr Text kNotJudged{"not judged", "未判定"};
inline constexpr Text kNotApplicable{"not applicable", "不适用"};
inline constexpr Text kInformation{"information", "仅供参考"};

inline constexpr Text kAccepted{"accepted", "验收通过"};
inline constexpr Text kRejected{"rejected", "验收不通过"};
inline constexpr Text kUndecided{"undecided", "待定"};
inline constexpr Text kNotFullyMeasured{"not fully measured", "未全部测量"};
inline constexpr Text kWithReservations{"accepted with reservations", "有保留验收"};
inline constexpr Text kNotStarted{"not started", "未开始"};

}  // namespace rackproof::texts
