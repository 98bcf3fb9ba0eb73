#include "CAtomics.h"

#if !defined(__wasm__)

#include <sched.h>

// Some tens of microseconds: longer than a layer's last unit of work, shorter than a time slice.
enum { spinning_rounds = 4000 };

void tng_wait(int64_t round) {
  if (round >= spinning_rounds) {
    sched_yield();
    return;
  }
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __builtin_arm_yield();
#endif
}

#endif

void tng_lock(int64_t *lock) {
  for (int64_t round = 0; __atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE) != 0; round++) {
    tng_wait(round);
  }
}

void tng_unlock(int64_t *lock) { __atomic_store_n(lock, 0, __ATOMIC_RELEASE); }
