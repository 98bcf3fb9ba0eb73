#if defined(__x86_64__)
#include <emmintrin.h>
#include <string.h>

#include "../kernels.h"
#include "shift_sse2.h"

// The loops over the pixels and vectors of a block: the sums stay in registers only when they are
// unrolled.
#define UNROLL _Pragma("clang loop unroll(full)")

// Requantises 8 outputs of one pixel and writes them.
static inline void finish(__m128i low, __m128i high, const int32_t *shift,
                          const tng_pointwise_row *row, ptrdiff_t pixel, int32_t output) {
  low = tng_shift_right__sse2(low, shift);
  high = tng_shift_right__sse2(high, shift + 4);
  __m128i value = _mm_packs_epi32(low, high);
  if (row->leaky) value = _mm_max_epi16(value, _mm_srai_epi16(value, 3));
  if (row->residual) {
    const int16_t *residual = row->residual + pixel * row->residual_stride + output;
    value = _mm_adds_epi16(value, _mm_loadu_si128((const __m128i *)residual));
  }
  _mm_storeu_si128((__m128i *)(row->output + pixel * row->output_stride + output), value);
}

// A block of the product: `pixels` pixels from `pixel` on by 16 outputs from `output` on (counted
// from the row's first).
static inline __attribute__((always_inline)) void block(const tng_pointwise_layer *layer,
                                                        const tng_pointwise_row *row,
                                                        ptrdiff_t pixel, int pixels,
                                                        int32_t output) {
  const int32_t first = row->first_output + output;
  const int16_t *weights = layer->weights + (ptrdiff_t)first * layer->inputs;
  const __m128i *bias = (const __m128i *)(layer->bias + first);
  __m128i sums[2][4];
  UNROLL
  for (int p = 0; p < pixels; p++) {
    UNROLL
    for (int v = 0; v < 4; v++) sums[p][v] = _mm_loadu_si128(bias + v);
  }
  for (int s = 0; s < 2 && row->sources[s].values; s++) {
    const tng_source *source = &row->sources[s];
    const int16_t *values = source->values + pixel * source->stride;
    for (int32_t c = 0; c < source->channels; c += 2, weights += 32) {
      UNROLL
      for (int p = 0; p < pixels; p++) {
        int32_t pair;
        memcpy(&pair, values + p * source->stride + c, sizeof pair);
        const __m128i in = _mm_set1_epi32(pair);
        UNROLL
        for (int v = 0; v < 4; v++) {
          const __m128i w = _mm_load_si128((const __m128i *)weights + v);
          sums[p][v] = _mm_add_epi32(sums[p][v], _mm_madd_epi16(in, w));
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

void tng_s16_pointwise__sse2(const tng_pointwise_layer *layer, const tng_pointwise_row *row) {
  for (int32_t output = 0; output < row->output_count; output += 16) {
    int32_t pixel = 0;
    for (; pixel + 2 <= row->pixels; pixel += 2) block(layer, row, pixel, 2, output);
    for (; pixel < row->pixels; pixel++) block(layer, row, pixel, 1, output);
  }
}
#endif
