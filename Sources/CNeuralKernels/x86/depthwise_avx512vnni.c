#if defined(__x86_64__)
#include <immintrin.h>

#include "../kernels.h"

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

// The values of two taps for 16 channels, side by side.
TARGET static inline __m512i pair(const int16_t *a, const int16_t *b) {
  const __m256i zero = _mm256_setzero_si256();
  const __m512i va = _mm512_cvtepu16_epi32(a ? _mm256_loadu_si256((const __m256i *)a) : zero);
  const __m512i vb = _mm512_cvtepu16_epi32(b ? _mm256_loadu_si256((const __m256i *)b) : zero);
  return _mm512_or_si512(va, _mm512_slli_epi32(vb, 16));
}

TARGET void tng_s16_depthwise__avx512vnni(const tng_depthwise_layer *layer,
                                          const tng_depthwise_row *row) {
  for (int32_t p = 0; p < row->pixels; p++) {
    const int16_t *taps[10] = {0};
    tng_depthwise_taps(row, layer->channels, p, taps);
    for (int32_t c = 0; c < layer->channels; c += 16) {
      const int16_t *weights = layer->weights + c * 10;
      __m512i sum = _mm512_loadu_si512(layer->bias + c);
      for (int t = 0; t < 10; t += 2) {
        const __m512i in = pair(taps[t] ? taps[t] + c : 0, taps[t + 1] ? taps[t + 1] + c : 0);
        sum = _mm512_dpwssd_epi32(sum, in, _mm512_load_si512(weights + t * 16));
      }
      sum = _mm512_srav_epi32(sum, _mm512_loadu_si512(layer->shift + c));
      _mm256_storeu_si256((__m256i *)(row->output + (ptrdiff_t)p * layer->channels + c),
                          _mm512_cvtsepi32_epi16(sum));
    }
  }
}
#endif
