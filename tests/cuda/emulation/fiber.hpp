// A fiber on a stack of its own, known to the sanitizers.
#pragma once

#include <cstddef>

namespace rackproof::emulation {

/// Memory for one fiber after the other, with a page below that nobody may touch, and what the thread sanitizer keeps of
/// them: to make that anew for every fiber takes longer than all else. Throws std::bad_alloc.
class Stack {
 public:
  Stack();
  ~Stack();
  Stack(Stack&& other) noexcept;
  Stack& operator=(Stack&&) = delete;
  std::byte* bottom() const { return memory_ + kGuard; }
  void* tsan() const { return tsan_; }
  static constexpr std::size_t kBytes = 64 * 1024;

 private:
  static constexpr std::size_t kGuard = 4096;
  std::byte* memory_;
  void* tsan_ = nullptr;
};

/// What runs fibers: the thread's own stack.
struct Home {
  Home();
  void* context = nullptr;       ///< where to go back to
  void* tsan = nullptr;          ///< the thread for the thread sanitizer
  void* fake_stack = nullptr;    ///< of the address sanitizer
  const void* bottom = nullptr;  ///< of the thread's stack
  std::size_t bytes = 0;
};

/// Not movable: it runs with its own address. One thread.
class Fiber {
 public:
  using Body = void (*)(void* argument);
  Fiber() = default;
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// Ready to run body(argument); nothing runs yet. The body ends by suspend(true) and is never resumed then.
  void prepare(Home& home, const Stack& stack, Body body, void* argument);
  /// Runs it until it suspends itself.
  void resume();
  /// Called by the fiber: back to its home.
  void suspend(bool for_good = false);

 private:
  static void enter(void* home_context, void* self);

  Home* home_ = nullptr;
  const Stack* stack_ = nullptr;
  Body body_ = nullptr;
  void* argument_ = nullptr;
  void* context_ = nullptr;
  void* fake_stack_ = nullptr;
};

}  // namespace rackproof::emulation
