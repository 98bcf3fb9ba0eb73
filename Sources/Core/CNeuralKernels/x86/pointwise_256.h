// The pointwise convolution on vectors of 256 bits. Who includes this defines
//   TARGET                 the attribute that lets a function use the instruction set
//   DOT(sum, a, b)         sum plus the products of a's and b's numbers of 16 bits, added in pairs
//   POINTWISE              the name of the function

#include <immintrin.h>
#include <string.h>

#include "../kernels.h"

// The loops over the pixels of a block: the sums stay in registers only when they are unrolled.
#define UNROLL _Pragma("clang loop unroll(full)")

// Requantises 16 outputs of one pixel and writes them.
TARGET static inline void finish(__m256i low, __m256i high, const int32_t *shift,
                                 const tng_pointwise_row *row, ptrdiff_t pixel, int32_t output) {
  low = _mm256_srav_epi32(low, _mm256_loadu_si256((const __m256i *)shift));
  high = _mm256_srav_epi32(high, _mm256_loadu_si256((const __m256i *)(shift + 8)));
  __m256i value = _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xD8);
  if (row->leaky) value = _mm256_max_epi16(value, _mm256_srai_epi16(value, 3));
  if (row->residual) {
    const int16_t *residual = row->residual + pixel * row->residual_stride + output;
    value = _mm256_adds_epi16(value, _mm256_loadu_si256((const __m256i *)residual));
  }
  _mm256_storeu_si256((__m256i *)(row->output + pixel * row->output_stride + output), value);
}

// A block of the product: `pixels` pixels from `pixel` on by 16 outputs from `output` on (counted
// from the row's first).
TARGET static inline __attribute__((always_inline)) void block(
    const tng_pointwise_layer *layer, const tng_pointwise_row *row, ptrdiff_t pixel, int pixels,
    int32_t output) {
  const int32_t first = row->first_output + output;
  const int16_t *weights = layer->weights + (ptrdiff_t)first * layer->inputs;
  const __m256i *bias = (const __m256i *)(layer->bias + first);
  __m256i low[6], high[6];
  UNROLL
  for (int p = 0; p < pixels; p++) {
    low[p] = _mm256_loadu_si256(bias);
    high[p] = _mm256_loadu_si256(bias + 1);
  }
  for (int s = 0; s < 2 && row->sources[s].values; s++) {
    const tng_source *source = &row->sources[s];
    const int16_t *values = source->values + pixel * source->stride;
    for (int32_t c = 0; c < source->channels; c += 2, weights += 32) {
      const __m256i w0 = _mm256_load_si256((const __m256i *)weights);
      const __m256i w1 = _mm256_load_si256((const __m256i *)(weights + 16));
      UNROLL
      for (int p = 0; p < pixels; p++) {
        int32_t pair;
        memcpy(&pair, values + p * source->stride + c, sizeof pair);
        const __m256i in = _mm256_set1_epi32(pair);
        low[p] = DOT(low[p], in, w0);
        high[p] = DOT(high[p], in, w1);
      }
    }
  }
  UNROLL
  for (int p = 0; p < pixels; p++) {
    finish(low[p], high[p], layer->shift + first, row, pixel + p, output);
  }
}

TARGET void POINTWISE(const tng_pointwise_layer *layer, const tng_pointwise_row *row) {
  for (int32_t output = 0; output < row->output_count; output += 16) {
    int32_t pixel = 0;
    for (; pixel + 6 <= row->pixels; pixel += 6) block(layer, row, pixel, 6, output);
    for (; pixel < row->pixels; pixel++) block(layer, row, pixel, 1, output);
  }
}
