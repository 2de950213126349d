#include "tests/cuda/emulation/fiber.hpp"

#include <sys/mman.h>

#include <boost/context/detail/fcontext.hpp>
#include <new>
#include <utility>

#include "tests/cuda/emulation/sanitizers.hpp"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace rackproof::emulation {

namespace context = boost::context::detail;

Stack::Stack() {
  void* const memory = mmap(nullptr, kGuard + kBytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED || mprotect(memory, kGuard, PROT_NONE) != 0) throw std::bad_alloc();
  memory_ = static_cast<std::byte*>(memory);
#if defined(RACKPROOF_EMULATION_TSAN)
  tsan_ = __tsan_create_fiber(0);
#endif
}

Stack::~Stack() {
  if (memory_ == nullptr) return;
#if defined(RACKPROOF_EMULATION_TSAN)
  __tsan_destroy_fiber(tsan_);
#endif
  munmap(memory_, kGuard + kBytes);
}

Stack::Stack(Stack&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)), tsan_(std::exchange(other.tsan_, nullptr)) {}

Home::Home() {
#if defined(RACKPROOF_EMULATION_TSAN)
  tsan = __tsan_get_current_fiber();
#endif
}

void Fiber::prepare(Home& home, const Stack& stack, Body body, void* argument) {
  home_ = &home;
  stack_ = &stack;
  body_ = body;
  argument_ = argument;
  context_ = context::make_fcontext(stack.bottom() + Stack::kBytes, Stack::kBytes,
                                    [](context::transfer_t from) { enter(from.fctx, from.data); });
}

void Fiber::enter(void* home_context, void* self) {
  Fiber& fiber = *static_cast<Fiber*>(self);
  fiber.home_->context = home_context;
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(nullptr, &fiber.home_->bottom, &fiber.home_->bytes);
#endif
  fiber.body_(fiber.argument_);
}

void Fiber::resume() {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(&home_->fake_stack, stack_->bottom(), Stack::kBytes);
#endif
#if defined(RACKPROOF_EMULATION_TSAN)
  __tsan_switch_to_fiber(stack_->tsan(), __tsan_switch_to_fiber_no_sync);
#endif
  context_ = context::jump_fcontext(context_, this).fctx;
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(home_->fake_stack, nullptr, nullptr);
#endif
}

void Fiber::suspend([[maybe_unused]] bool for_good) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(for_good ? nullptr : &fake_stack_, home_->bottom, home_->bytes);
#endif
#if defined(RACKPROOF_EMULATION_TSAN)
  __tsan_switch_to_fiber(home_->tsan, __tsan_switch_to_fiber_no_sync);
#endif
  home_->context = context::jump_fcontext(home_->context, nullptr).fctx;
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(fake_stack_, &home_->bottom, &home_->bytes);
#endif
}

}  // namespace rackproof::emulation
