#if defined(__aarch64__)
#include <arm_neon.h>

#include "../kernels.h"

// Eight channels from `c` on of one pixel.
static inline int16x8_t channels8(const tng_depthwise_layer *layer, const int16_t *const taps[10],
                                  int32_t c) {
  const int16_t *weights = layer->weights + c / 16 * 160 + c % 16 * 2;
  int32x4_t low = vld1q_s32(layer->bias + c);
  int32x4_t high = vld1q_s32(layer->bias + c + 4);
#pragma clang loop unroll(full)
  for (int t = 0; t < 10; t += 2) {
    // The weights of the two taps of a pair, taken apart.
    const int16x8x2_t w = vld2q_s16(weights + t * 16);
    for (int i = 0; i < 2; i++) {
      const int16x8_t in = vld1q_s16(taps[t + i] + c);
      low = vmlal_s16(low, vget_low_s16(in), vget_low_s16(w.val[i]));
      high = vmlal_high_s16(high, in, w.val[i]);
    }
  }
  low = vshlq_s32(low, vnegq_s32(vld1q_s32(layer->shift + c)));
  high = vshlq_s32(high, vnegq_s32(vld1q_s32(layer->shift + c + 4)));
  return vcombine_s16(vqmovn_s32(low), vqmovn_s32(high));
}

void tng_s16_depthwise__neon(const tng_depthwise_layer *layer, const tng_depthwise_row *row) {
  for (int32_t p = 0; p < row->pixels; p++) {
    const int16_t *taps[10];
    tng_depthwise_taps(row, layer->channels, p, taps);
    int16_t *output = row->output + (ptrdiff_t)p * layer->channels;
    for (int32_t c = 0; c < layer->channels; c += 8) {
      vst1q_s16(output + c, channels8(layer, taps, c));
    }
  }
}
#endif
