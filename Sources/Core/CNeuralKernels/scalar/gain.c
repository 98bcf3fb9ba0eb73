#include "../kernels.h"

void tng_s16_gain__scalar(const tng_gain_row *row) {
  int32_t rounding = 1 << (row->shift - 1);
  for (int32_t p = 0; p < row->pixels; p++) {
    int16_t *values = row->values + (ptrdiff_t)p * row->channels;
    for (int32_t c = 0; c < row->channels; c++) {
      values[c] = (int16_t)tng_saturate16((values[c] * row->factors[c] + rounding) >> row->shift);
    }
  }
}
