#if defined(__aarch64__)
#include <arm_neon.h>

#include "../kernels.h"

// The loops over the pixels and vectors of a block: the sums stay in registers only when they are
// unrolled.
#define UNROLL _Pragma("clang loop unroll(full)")

// Requantises 8 outputs of one pixel and writes them.
static inline void finish(int32x4_t low, int32x4_t high, const int32_t *shift,
                          const tng_pointwise_row *row, ptrdiff_t pixel, int32_t output) {
  low = vshlq_s32(low, vnegq_s32(vld1q_s32(shift)));
  high = vshlq_s32(high, vnegq_s32(vld1q_s32(shift + 4)));
  int16x8_t value = vcombine_s16(vqmovn_s32(low), vqmovn_s32(high));
  if (row->leaky) value = vmaxq_s16(value, vshrq_n_s16(value, 3));
  if (row->residual) {
    value = vqaddq_s16(value, vld1q_s16(row->residual + pixel * row->residual_stride + output));
  }
  vst1q_s16(row->output + pixel * row->output_stride + output, value);
}

// A block of the product: `pixels` pixels from `pixel` on by 16 outputs from `output` on (counted
// from the row's first).
static inline __attribute__((always_inline)) void block(const tng_pointwise_layer *layer,
                                                        const tng_pointwise_row *row,
                                                        ptrdiff_t pixel, int pixels,
                                                        int32_t output) {
  const int32_t first = row->first_output + output;
  const int16_t *weights = layer->weights + (ptrdiff_t)first * layer->inputs;
  int32x4_t sums[4][4];
  UNROLL
  for (int p = 0; p < pixels; p++) {
    UNROLL
    for (int v = 0; v < 4; v++) sums[p][v] = vld1q_s32(layer->bias + first + 4 * v);
  }
  for (int s = 0; s < 2 && row->sources[s].values; s++) {
    const tng_source *source = &row->sources[s];
    const int16_t *values = source->values + pixel * source->stride;
    for (int32_t c = 0; c < source->channels; c += 2, weights += 32) {
      // The weights of the first and of the second input, taken apart.
      const int16x8x2_t w0 = vld2q_s16(weights), w1 = vld2q_s16(weights + 16);
      UNROLL
      for (int p = 0; p < pixels; p++) {
        const int16_t *pair = values + p * source->stride + c;
        UNROLL
        for (int i = 0; i < 2; i++) {
          const int16_t in = pair[i];
          sums[p][0] = vmlal_n_s16(sums[p][0], vget_low_s16(w0.val[i]), in);
          sums[p][1] = vmlal_high_n_s16(sums[p][1], w0.val[i], in);
          sums[p][2] = vmlal_n_s16(sums[p][2], vget_low_s16(w1.val[i]), in);
          sums[p][3] = vmlal_high_n_s16(sums[p][3], w1.val[i], in);
        }
      }
    }
  }
  UNROLL
  for (int p = 0; p < pixels; p++) {
    finish(sums[p][0], sums[p][1], layer->shift + first, row, pixel + p, output);
    finish(sums[p][2], sums[p][3], layer->shift + first + 8, row, pixel + p, output + 8);
  }
}

void tng_s16_pointwise__neon(const tng_pointwise_layer *layer, const tng_pointwise_row *row) {
  for (int32_t output = 0; output < row->output_count; output += 16) {
    int32_t pixel = 0;
    for (; pixel + 4 <= row->pixels; pixel += 4) block(layer, row, pixel, 4, output);
    for (; pixel < row->pixels; pixel++) block(layer, row, pixel, 1, output);
  }
}
#endif
