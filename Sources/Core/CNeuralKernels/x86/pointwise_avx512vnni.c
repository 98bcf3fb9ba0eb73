#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "../kernels.h"

// The loops over pixels and vectors of a block: the sums stay in registers only when they are
// unrolled.
#define UNROLL _Pragma("clang loop unroll(full)")
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

// Requantises 16 outputs of one pixel and writes them.
TARGET static inline void finish(__m512i sum, __m512i shift, const tng_pointwise_row *row,
                                 ptrdiff_t pixel, int32_t output) {
  __m256i value = _mm512_cvtsepi32_epi16(_mm512_srav_epi32(sum, shift));
  if (row->leaky) value = _mm256_max_epi16(value, _mm256_srai_epi16(value, 3));
  if (row->residual) {
    const int16_t *residual = row->residual + pixel * row->residual_stride + output;
    value = _mm256_adds_epi16(value, _mm256_loadu_si256((const __m256i *)residual));
  }
  _mm256_storeu_si256((__m256i *)(row->output + pixel * row->output_stride + output), value);
}

// A block of the product: `pixels` pixels from `pixel` on, by `vectors` times 16 outputs from
// `output` on (counted from the row's first). Both counts are constants where this is called, so
// that the sums live in registers.
TARGET static inline __attribute__((always_inline)) void block(
    const tng_pointwise_layer *layer, const tng_pointwise_row *row, ptrdiff_t pixel, int pixels,
    int32_t output, int vectors) {
  const int32_t first = row->first_output + output;
  const ptrdiff_t plane = (ptrdiff_t)16 * layer->inputs;  // weights of 16 outputs
  const int16_t *weights = layer->weights + first / 16 * plane;
  __m512i sums[6][4];
  UNROLL
  for (int v = 0; v < vectors; v++) {
    UNROLL
    for (int p = 0; p < pixels; p++) sums[p][v] = _mm512_loadu_si512(layer->bias + first + 16 * v);
  }
  for (int s = 0; s < 2 && row->sources[s].values; s++) {
    const tng_source *source = &row->sources[s];
    const int16_t *values = source->values + pixel * source->stride;
    for (int32_t c = 0; c < source->channels; c += 2, weights += 32) {
      __m512i w[4];
      UNROLL
      for (int v = 0; v < vectors; v++) w[v] = _mm512_load_si512(weights + v * plane);
      UNROLL
    for (int p = 0; p < pixels; p++) {
        int32_t pair;
        memcpy(&pair, values + p * source->stride + c, sizeof pair);
        const __m512i in = _mm512_set1_epi32(pair);
        UNROLL
        for (int v = 0; v < vectors; v++) sums[p][v] = _mm512_dpwssd_epi32(sums[p][v], in, w[v]);
      }
    }
  }
  UNROLL
  for (int v = 0; v < vectors; v++) {
    const __m512i shift = _mm512_loadu_si512(layer->shift + first + 16 * v);
    UNROLL
    for (int p = 0; p < pixels; p++) finish(sums[p][v], shift, row, pixel + p, output + 16 * v);
  }
}

// All pixels by `vectors` times 16 outputs from `output` on: six at a time, then those that are
// left together.
TARGET static inline __attribute__((always_inline)) void blocks(
    const tng_pointwise_layer *layer, const tng_pointwise_row *row, int32_t output, int vectors) {
  int32_t pixel = 0;
  for (; pixel + 6 <= row->pixels; pixel += 6) block(layer, row, pixel, 6, output, vectors);
  switch (row->pixels - pixel) {
    case 1: block(layer, row, pixel, 1, output, vectors); break;
    case 2: block(layer, row, pixel, 2, output, vectors); break;
    case 3: block(layer, row, pixel, 3, output, vectors); break;
    case 4: block(layer, row, pixel, 4, output, vectors); break;
    case 5: block(layer, row, pixel, 5, output, vectors); break;
  }
}

TARGET void tng_s16_pointwise__avx512vnni(const tng_pointwise_layer *layer,
                                          const tng_pointwise_row *row) {
  int32_t output = 0;
  for (; output + 64 <= row->output_count; output += 64) blocks(layer, row, output, 4);
  for (; output < row->output_count; output += 16) blocks(layer, row, output, 1);
}
#endif
