#if defined(__aarch64__)
#include <arm_neon.h>

#include "../kernels.h"

void tng_s16_gain__neon(const tng_gain_row *row) {
  const int32x4_t rounding = vdupq_n_s32(1 << (row->shift - 1));
  const int32x4_t shift = vdupq_n_s32(-row->shift);
  for (int32_t p = 0; p < row->pixels; p++) {
    int16_t *values = row->values + (ptrdiff_t)p * row->channels;
    for (int32_t c = 0; c < row->channels; c += 8) {
      const int16x8_t x = vld1q_s16(values + c), g = vld1q_s16(row->factors + c);
      const int32x4_t low = vmlal_s16(rounding, vget_low_s16(x), vget_low_s16(g));
      const int32x4_t high = vmlal_high_s16(rounding, x, g);
      vst1q_s16(values + c, vcombine_s16(vqmovn_s32(vshlq_s32(low, shift)),
                                         vqmovn_s32(vshlq_s32(high, shift))));
    }
  }
}
#endif
