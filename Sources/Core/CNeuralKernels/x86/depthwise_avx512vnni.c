#if defined(__x86_64__)
#include <immintrin.h>

#include "../kernels.h"

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

// The values of two taps side by side, for the 16 channels that `order` picks.
TARGET static inline __m512i pair(__m512i a, __m512i order, __m512i b) {
  return _mm512_permutex2var_epi16(a, order, b);
}

// Requantises 16 channels and writes them.
TARGET static inline void finish(__m512i sum, const int32_t *shift, int16_t *output) {
  const __m512i value = _mm512_srav_epi32(sum, _mm512_loadu_si512(shift));
  _mm256_storeu_si256((__m256i *)output, _mm512_cvtsepi32_epi16(value));
}

TARGET void tng_s16_depthwise__avx512vnni(const tng_depthwise_layer *layer,
                                          const tng_depthwise_row *row) {
  // 0, 32, 1, 33, ...: the first 16 channels of two vectors in turn; and the last 16.
  const __m512i first = _mm512_set_epi16(47, 15, 46, 14, 45, 13, 44, 12, 43, 11, 42, 10, 41, 9, 40, 8,
                                         39, 7, 38, 6, 37, 5, 36, 4, 35, 3, 34, 2, 33, 1, 32, 0);
  const __m512i last = _mm512_add_epi16(first, _mm512_set1_epi16(16));
  for (int32_t p = 0; p < row->pixels; p++) {
    const int16_t *taps[10];
    tng_depthwise_taps(row, layer->channels, p, taps);
    int16_t *output = row->output + (ptrdiff_t)p * layer->channels;
    int32_t c = 0;
    for (; c + 32 <= layer->channels; c += 32) {
      const int16_t *weights = layer->weights + c * 10;
      __m512i low = _mm512_loadu_si512(layer->bias + c);
      __m512i high = _mm512_loadu_si512(layer->bias + c + 16);
#pragma clang loop unroll(full)
      for (int t = 0; t < 10; t += 2, weights += 32) {
        const __m512i a = _mm512_loadu_si512(taps[t] + c);
        const __m512i b = _mm512_loadu_si512(taps[t + 1] + c);
        low = _mm512_dpwssd_epi32(low, pair(a, first, b), _mm512_load_si512(weights));
        high = _mm512_dpwssd_epi32(high, pair(a, last, b), _mm512_load_si512(weights + 160));
      }
      finish(low, layer->shift + c, output + c);
      finish(high, layer->shift + c + 16, output + c + 16);
    }
    if (c < layer->channels) {
      const int16_t *weights = layer->weights + c * 10;
      __m512i sum = _mm512_loadu_si512(layer->bias + c);
      for (int t = 0; t < 10; t += 2, weights += 32) {
        const __m256i a = _mm256_loadu_si256((const __m256i *)(taps[t] + c));
        const __m256i b = _mm256_loadu_si256((const __m256i *)(taps[t + 1] + c));
        const __m512i in = pair(_mm512_castsi256_si512(a), first, _mm512_castsi256_si512(b));
        sum = _mm512_dpwssd_epi32(sum, in, _mm512_load_si512(weights));
      }
      finish(sum, layer->shift + c, output + c);
    }
  }
}
#endif
