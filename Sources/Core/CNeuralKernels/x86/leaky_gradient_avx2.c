#if defined(__x86_64__)
#include "../kernels.h"

__attribute__((target("avx2"))) void tng_s16_leaky_gradient__avx2(int16_t *gradient, ptrdiff_t count,
                                                                 const uint8_t *signs) {
  tng_leaky_gradient(gradient, count, signs);
}
#endif
