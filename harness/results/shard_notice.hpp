// What a campaign of a shard says that it leaves out.
#pragma once

namespace rackproof {

/// Kind of such a notice. Its subjects are the scope, then the names of the groups.
inline constexpr const char* kShardNotice = "shard";

}  // namespace rackproof
