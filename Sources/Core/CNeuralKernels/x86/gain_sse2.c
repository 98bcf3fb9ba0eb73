#if defined(__x86_64__)
#include <emmintrin.h>

#include "../kernels.h"

void tng_s16_gain__sse2(const tng_gain_row *row) {
  const __m128i rounding = _mm_set1_epi32(1 << (row->shift - 1));
  const __m128i shift = _mm_cvtsi32_si128(row->shift);
  for (int32_t p = 0; p < row->pixels; p++) {
    int16_t *values = row->values + (ptrdiff_t)p * row->channels;
    for (int32_t c = 0; c < row->channels; c += 8) {
      const __m128i x = _mm_loadu_si128((const __m128i *)(values + c));
      const __m128i g = _mm_loadu_si128((const __m128i *)(row->factors + c));
      const __m128i low = _mm_mullo_epi16(x, g), high = _mm_mulhi_epi16(x, g);
      const __m128i a = _mm_add_epi32(_mm_unpacklo_epi16(low, high), rounding);
      const __m128i b = _mm_add_epi32(_mm_unpackhi_epi16(low, high), rounding);
      _mm_storeu_si128((__m128i *)(values + c),
                       _mm_packs_epi32(_mm_sra_epi32(a, shift), _mm_sra_epi32(b, shift)));
    }
  }
}
#endif
