// Atomic operations on 64-bit integers, for what threads share. Loads acquire, stores release,
// additions do both.
#ifndef TNG_ATOMICS_H
#define TNG_ATOMICS_H

#include <stdint.h>

#pragma clang assume_nonnull begin

static inline int64_t tng_atomic_load(const int64_t *value) {
  return __atomic_load_n(value, __ATOMIC_ACQUIRE);
}

static inline void tng_atomic_store(int64_t *value, int64_t desired) {
  __atomic_store_n(value, desired, __ATOMIC_RELEASE);
}

// Adds and returns what was there before.
static inline int64_t tng_atomic_add(int64_t *value, int64_t operand) {
  return __atomic_fetch_add(value, operand, __ATOMIC_ACQ_REL);
}

// Passes a moment in a loop that waits for another thread: first in a spin, after many rounds by
// letting others run.
void tng_wait(int64_t round);

// A lock for a few instructions at a time, 0 when it is free.
void tng_lock(int64_t *lock);
void tng_unlock(int64_t *lock);

#if defined(__wasm__)
// Calls `body` on this thread and, at the same time, on those that are in tng_serve, at most
// `count` in all. Returns when all calls have. A module of one thread makes one call.
void tng_on_threads(int32_t count, void (*body)(void *context), void *context);

// Lends a thread to tng_on_threads, for good.
_Noreturn void tng_serve(void);

// Says that a thread has died in tng_serve: those that wait for it die too, instead of waiting
// forever.
void tng_abandon(void);
#endif

#pragma clang assume_nonnull end
#endif
