#include "CNeuralKernels.h"

// Plain loops over eight runs of values, which compilers vectorise for every instruction set.

void tng_note_signs(const int16_t *values, ptrdiff_t count, uint8_t *signs) {
  ptrdiff_t run = count / 8;
  for (ptrdiff_t i = 0; i < run; i++) signs[i] = values[i] < 0;
  for (int32_t k = 1; k < 8; k++) {
    const int16_t *from = values + k * run;
    for (ptrdiff_t i = 0; i < run; i++) signs[i] |= (uint8_t)((from[i] < 0) << k);
  }
}

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
