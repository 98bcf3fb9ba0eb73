#if defined(__x86_64__)
#include <immintrin.h>

#include "../kernels.h"

__attribute__((target("avx2"))) void tng_s16_gain__avx2(const tng_gain_row *row) {
  const __m256i rounding = _mm256_set1_epi32(1 << (row->shift - 1));
  const __m128i shift = _mm_cvtsi32_si128(row->shift);
  for (int32_t p = 0; p < row->pixels; p++) {
    int16_t *values = row->values + (ptrdiff_t)p * row->channels;
    for (int32_t c = 0; c < row->channels; c += 16) {
      const __m256i x = _mm256_loadu_si256((const __m256i *)(values + c));
      const __m256i g = _mm256_loadu_si256((const __m256i *)(row->factors + c));
      const __m256i low = _mm256_mullo_epi16(x, g), high = _mm256_mulhi_epi16(x, g);
      __m256i a = _mm256_add_epi32(_mm256_unpacklo_epi16(low, high), rounding);
      __m256i b = _mm256_add_epi32(_mm256_unpackhi_epi16(low, high), rounding);
      a = _mm256_sra_epi32(a, shift);
      b = _mm256_sra_epi32(b, shift);
      _mm256_storeu_si256((__m256i *)(values + c), _mm256_packs_epi32(a, b));
    }
  }
}
#endif
