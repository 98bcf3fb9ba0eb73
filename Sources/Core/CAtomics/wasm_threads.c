// Threads in WebAssembly: the page starts them, each with an instance of the module of its own, on
// one memory.
#include "CAtomics.h"

#if defined(__wasm_atomics__)

// How many times a call has begun or ended: odd while one is open.
static int32_t turns;
// How many more threads may enter the call, and how many are inside.
static int32_t places, inside;
static int32_t is_abandoned;
// The call. Changed only while nobody is inside.
static void (*call)(void *context);
static void *call_context;

void tng_on_threads(int32_t count, void (*body)(void *context), void *context) {
  call = body;
  call_context = context;
  __atomic_store_n(&places, count - 1, __ATOMIC_SEQ_CST);
  __atomic_fetch_add(&turns, 1, __ATOMIC_SEQ_CST);
  __builtin_wasm_memory_atomic_notify(&turns, (uint32_t)count);
  body(context);
  __atomic_fetch_add(&turns, 1, __ATOMIC_SEQ_CST);
  for (int64_t round = 0; __atomic_load_n(&inside, __ATOMIC_SEQ_CST) != 0; round++) tng_wait(round);
}

void tng_serve(void) {
  for (;;) {
    const int32_t turn = __atomic_load_n(&turns, __ATOMIC_SEQ_CST);
    if (turn % 2 != 0) {
      __atomic_fetch_add(&inside, 1, __ATOMIC_SEQ_CST);
      // Between the load and this the call may have ended.
      if (__atomic_load_n(&turns, __ATOMIC_SEQ_CST) == turn &&
          __atomic_fetch_sub(&places, 1, __ATOMIC_SEQ_CST) > 0) {
        call(call_context);
      }
      __atomic_fetch_sub(&inside, 1, __ATOMIC_SEQ_CST);
    }
    __builtin_wasm_memory_atomic_wait32(&turns, turn, -1);
  }
}

void tng_abandon(void) { __atomic_store_n(&is_abandoned, 1, __ATOMIC_SEQ_CST); }

// A layer's last unit of work is over in some tens of microseconds; after that, a sleep of as long.
enum { spinning_rounds = 20000, sleep_nanoseconds = 50000 };

void tng_wait(int64_t round) {
  static int32_t never;
  if (__atomic_load_n(&is_abandoned, __ATOMIC_RELAXED)) __builtin_trap();
  if (round >= spinning_rounds) __builtin_wasm_memory_atomic_wait32(&never, 0, sleep_nanoseconds);
}

#elif defined(__wasm__)

void tng_on_threads(int32_t count, void (*body)(void *context), void *context) {
  (void)count;
  body(context);
}

// Nobody to wait for.
void tng_wait(int64_t round) { (void)round; }

#endif
