// One run of an operation of kernels/gpt.h on fresh inputs, held against the reference.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "kernels/gpt_bounds.h"
#include "kernels/gpt_reference.h"
#include "suites/selftest/guarded_buffer.hpp"

namespace rackproof::conformance {

using kernels::reference::in_double;

/// What an output must hold, and how far each number may lie from it.
struct ExpectedNumbers {
  kernels::reference::Numbers numbers;
  std::vector<double> tolerances;
};

/// T: the type of the operation. The arrays that it names are made in turn, then run() enqueues it.
template <class T>
class GptTrial {
 public:
  using Numbers = kernels::reference::Numbers;

  /// `shift`: elements by which each array is moved away from its natural alignment.
  GptTrial(const TestedDevice& device, std::uint64_t shift, std::int64_t iteration)
      : GptTrial(device, shift,
                 kernels::data_key(static_cast<std::uint64_t>(iteration) + 1, "conformance/gpt")) {}

  /// Another one with the same inputs where the shapes are.
  GptTrial again() const { return GptTrial(device_, shift_, key_); }

  /// Standard normal, times `factor`, plus `summand`.
  template <class E = T>
  std::vector<E> fresh(std::size_t count, double factor = 1, double summand = 0) {
    std::vector<E> out(count);
    for (std::size_t i = 0; i < count; ++i)
      out[i] = static_cast<E>(kernels::normal<double>(key_, arrays_drawn_, i) * factor + summand);
    ++arrays_drawn_;
    return out;
  }
  /// Of a vocabulary, but two, which are outside of it, when there are more than two.
  std::vector<std::int32_t> tokens(std::size_t count, std::uint32_t vocabulary) {
    std::vector<std::int32_t> out(count);
    for (std::size_t i = 0; i < count; ++i)
      out[i] = static_cast<std::int32_t>(kernels::philox4x32(key_, i, arrays_drawn_)[0] % vocabulary);
    ++arrays_drawn_;
    if (count > 2) {
      out[1] = static_cast<std::int32_t>(vocabulary);
      out[2] = -1;
    }
    return out;
  }

  /// An input, which must not be changed.
  template <class E>
  rp_memory in(const char* name, const std::vector<E>& values) {
    const GuardedBuffer& buffer = add<E>(values.size());
    buffer.write(values.data());
    checks_.emplace_back([&buffer, name, values]() -> std::string {
      std::vector<E> found(values.size());
      buffer.read(found.data());
      if (std::memcmp(found.data(), values.data(), values.size() * sizeof(E)) == 0) return "";
      return std::string(name) + " was changed";
    });
    return buffer.memory();
  }
  /// An output of type E: before, all of it is what is not expected, NaN or, where NaN is expected, a number.
  template <class E = T>
  rp_memory out(const char* name, ExpectedNumbers expected) {
    const GuardedBuffer& buffer = add<E>(expected.numbers.size());
    std::vector<E> poison;
    for (const double number : expected.numbers)
      poison.push_back(static_cast<E>(std::isnan(number) ? 1 : std::numeric_limits<double>::quiet_NaN()));
    buffer.write(poison.data());
    expect<E>(buffer, name, std::move(expected));
    return buffer.memory();
  }
  template <class E = T>
  rp_memory out(const char* name, Numbers expected, const kernels::GptBound& bound) {
    return out<E>(name, within<E>(std::move(expected), bound));
  }
  /// An array that is read and written.
  template <class E>
  rp_memory in_out(const char* name, const std::vector<E>& before, Numbers expected,
                   const kernels::GptBound& bound) {
    const GuardedBuffer& buffer = add<E>(before.size());
    buffer.write(before.data());
    expect<E>(buffer, name, within<E>(std::move(expected), bound));
    return buffer.memory();
  }

  /// "" or the first thing that is wrong.
  template <class Params>
  std::string run(rp_op op, const Params& params) {
    device_.run(op, kDtype, &params, sizeof params);
    for (const auto& check : checks_) {
      if (std::string problem = check(); !problem.empty()) return problem;
    }
    for (const auto& buffer : buffers_) {
      if (std::string problem = buffer->guards(); !problem.empty()) return problem;
    }
    return "";
  }

 private:
  GptTrial(const TestedDevice& device, std::uint64_t shift, std::uint64_t key)
      : device_(device), shift_(shift), key_(key) {}

  static constexpr rp_dtype kDtype = sizeof(T) == 8 ? RP_F64 : sizeof(T) == 4 ? RP_F32 : RP_BF16;

  template <class E>
  static ExpectedNumbers within(Numbers expected, const kernels::GptBound& bound) {
    ExpectedNumbers out{std::move(expected), {}};
    for (const double number : out.numbers)
      out.tolerances.push_back(kernels::gpt_tolerance<E>(bound, number));
    return out;
  }

  template <class E>
  const GuardedBuffer& add(std::size_t count) {
    buffers_.push_back(std::make_unique<GuardedBuffer>(device_, count * sizeof(E), shift_ * sizeof(E)));
    return *buffers_.back();
  }

  template <class E>
  void expect(const GuardedBuffer& buffer, const char* name, ExpectedNumbers expected) {
    checks_.emplace_back([&buffer, name, expected = std::move(expected)]() -> std::string {
      std::vector<E> read(expected.numbers.size());
      buffer.read(read.data());
      const Numbers found = in_double(read);
      kernels::GptErrors errors;
      for (std::size_t i = 0; i < found.size(); ++i) {
        const double right = expected.numbers[i];
        if (!kernels::gpt_close(found[i], right, expected.tolerances[i]))
          return std::string(name) + ", element " + std::to_string(i) + ": found " + digits(found[i]) +
                 ", expected " + digits(right);
        errors.add(found[i], right);
      }
      if (!errors.template small<E>())
        return std::string(name) +
               ", root mean square of all errors, relative: " + digits(errors.relative()) + ", at most " +
               digits(kernels::GptErrors::kMost);
      return "";
    });
  }

  static std::string digits(double number) {
    std::ostringstream text;
    text.precision(17);
    text << number;
    return text.str();
  }

  const TestedDevice& device_;
  std::uint64_t shift_;
  std::uint64_t key_;
  std::uint64_t arrays_drawn_ = 0;
  std::vector<std::unique_ptr<GuardedBuffer>> buffers_;
  std::vector<std::function<std::string()>> checks_;
};

}  // namespace rackproof::conformance
