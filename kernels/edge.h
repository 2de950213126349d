// The C edge of a backend that is written in C++: an exception ends here and becomes a result and a text.
#pragma once

#include <cstdio>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

#include "kernels/abi.h"

namespace rackproof::kernels {

/// What a backend throws inside; never crosses the ABI.
class Failure : public std::runtime_error {
 public:
  Failure(rp_result result, const std::string& message) : std::runtime_error(message), result_(result) {}
  rp_result result() const { return result_; }

 private:
  rp_result result_;
};

/// Text for last_error: a fixed buffer, so that reporting an error cannot fail for want of memory.
class ErrorText {
 public:
  void set(const char* text) noexcept { std::snprintf(text_, sizeof text_, "%s", text); }
  const char* get() const noexcept { return text_; }

 private:
  char text_[512] = "";
};

/// Runs the body of an ABI entry; whatever it throws becomes a result, with the text in `text`.
template <class Body>
rp_result edge(ErrorText& text, Body&& body) noexcept {
  try {
    std::forward<Body>(body)();
    return RP_OK;
  } catch (const Failure& failure) {
    text.set(failure.what());
    return failure.result();
  } catch (const std::bad_alloc&) {
    text.set("out of host memory");
    return RP_OUT_OF_MEMORY;
  } catch (const std::exception& other) {
    text.set(other.what());
    return RP_FAILED;
  } catch (...) {
    text.set("unknown exception");
    return RP_FAILED;
  }
}

/// What op_query tells of an operation. `facts` may be NULL. Throws Failure(RP_INVALID).
inline void fill_facts(rp_op_facts* facts, std::uint64_t scratch_bytes,
                       const std::string& implementation = "", const std::string& detail = "") {
  if (facts == nullptr) return;
  if (facts->struct_size < sizeof *facts) throw Failure(RP_INVALID, "facts are of an older version");
  facts->scratch_bytes = scratch_bytes;
  std::snprintf(facts->implementation, sizeof facts->implementation, "%s", implementation.c_str());
  std::snprintf(facts->detail, sizeof facts->detail, "%s", detail.c_str());
}

}  // namespace rackproof::kernels
