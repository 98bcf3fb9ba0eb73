#if defined(__x86_64__)
#include <immintrin.h>

#include "../kernels.h"

#define TARGET __attribute__((target("avx2")))

// The values of two taps for 8 channels, side by side.
TARGET static inline __m256i pair(const int16_t *a, const int16_t *b) {
  const __m128i va = _mm_loadu_si128((const __m128i *)a);
  const __m128i vb = _mm_loadu_si128((const __m128i *)b);
  return _mm256_set_m128i(_mm_unpackhi_epi16(va, vb), _mm_unpacklo_epi16(va, vb));
}

// Eight channels from `c` on of one pixel, in 32 bits.
TARGET static inline __m256i sum8(const tng_depthwise_layer *layer, const int16_t *const taps[10],
                                  int32_t c) {
  const int16_t *weights = layer->weights + c / 16 * 160 + c % 16 * 2;
  __m256i sum = _mm256_loadu_si256((const __m256i *)(layer->bias + c));
#pragma clang loop unroll(full)
  for (int t = 0; t < 10; t += 2) {
    const __m256i in = pair(taps[t] + c, taps[t + 1] + c);
    const __m256i w = _mm256_load_si256((const __m256i *)(weights + t * 16));
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(in, w));
  }
  return _mm256_srav_epi32(sum, _mm256_loadu_si256((const __m256i *)(layer->shift + c)));
}

TARGET void tng_s16_depthwise__avx2(const tng_depthwise_layer *layer, const tng_depthwise_row *row) {
  for (int32_t p = 0; p < row->pixels; p++) {
    const int16_t *taps[10];
    tng_depthwise_taps(row, layer->channels, p, taps);
    for (int32_t c = 0; c < layer->channels; c += 16) {
      const __m256i packed = _mm256_packs_epi32(sum8(layer, taps, c), sum8(layer, taps, c + 8));
      _mm256_storeu_si256((__m256i *)(row->output + (ptrdiff_t)p * layer->channels + c),
                          _mm256_permute4x64_epi64(packed, 0xD8));
    }
  }
}
#endif
