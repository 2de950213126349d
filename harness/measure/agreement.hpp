// How the ranks of a group end a case together.
#pragma once

#include <exception>

#include "harness/measure/group.hpp"

namespace rackproof {

/// Every rank calls it with what stopped it (a CaseStopped) or with nothing. Throws AgreedStop on all ranks when one
/// stopped, with the reason of the first rank that has one; a wrong answer comes before any other trouble.
void agree_on_errors(const std::exception_ptr& error_here, const Group& group);

}  // namespace rackproof
