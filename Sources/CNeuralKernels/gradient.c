#include "kernels.h"

// Plain loops over eight runs of values, which compilers vectorise for every instruction set.

void tng_note_signs(const int16_t *values, ptrdiff_t count, uint8_t *signs) {
  ptrdiff_t run = count / 8;
  for (ptrdiff_t i = 0; i < run; i++) signs[i] = values[i] < 0;
  for (int32_t k = 1; k < 8; k++) {
    const int16_t *from = values + k * run;
    for (ptrdiff_t i = 0; i < run; i++) signs[i] |= (uint8_t)((from[i] < 0) << k);
  }
}

static inline __attribute__((always_inline)) void leaky_gradient(int16_t *gradient, ptrdiff_t count,
                                                                const uint8_t *signs) {
  ptrdiff_t run = count / 8;
  for (int32_t k = 0; k < 8; k++) {
    int16_t *to = gradient + k * run;
    for (ptrdiff_t i = 0; i < run; i++) {
      // All bits set where the value was negative.
      int16_t negative = (int16_t)-((signs[i] >> k) & 1);
      int16_t eighth = (int16_t)((to[i] >> 3) + ((to[i] >> 2) & 1));
      to[i] = (int16_t)((negative & eighth) | (~negative & to[i]));
    }
  }
}

void tng_s16_leaky_gradient__scalar(int16_t *gradient, ptrdiff_t count, const uint8_t *signs) {
  leaky_gradient(gradient, count, signs);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) void tng_s16_leaky_gradient__avx2(int16_t *gradient, ptrdiff_t count,
                                                                 const uint8_t *signs) {
  leaky_gradient(gradient, count, signs);
}
#endif

int32_t tng_largest_magnitude(const int16_t *values, ptrdiff_t count) {
  int16_t largest = 0, smallest = 0;
  for (ptrdiff_t i = 0; i < count; i++) {
    largest = values[i] > largest ? values[i] : largest;
    smallest = values[i] < smallest ? values[i] : smallest;
  }
  return largest > -(int32_t)smallest ? largest : -(int32_t)smallest;
}

void tng_scale_by_power(int16_t *values, ptrdiff_t count, int32_t power) {
  if (power >= 0) {
    for (ptrdiff_t i = 0; i < count; i++) values[i] = (int16_t)((uint16_t)values[i] << power);
  } else {
    int32_t rounding = 1 << (-power - 1);
    for (ptrdiff_t i = 0; i < count; i++) values[i] = (int16_t)((values[i] + rounding) >> -power);
  }
}
