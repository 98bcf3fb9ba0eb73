#ifndef TNG_SHIFT_SSE2_H
#define TNG_SHIFT_SSE2_H

#include <emmintrin.h>
#include <stdint.h>

// Four numbers, each shifted right arithmetically by its own count; SSE2 shifts all lanes alike.
static inline __m128i tng_shift_right__sse2(__m128i values, const int32_t *shift) {
  const __m128i a = _mm_sra_epi32(values, _mm_cvtsi32_si128(shift[0]));
  const __m128i b = _mm_sra_epi32(values, _mm_cvtsi32_si128(shift[1]));
  const __m128i c = _mm_sra_epi32(values, _mm_cvtsi32_si128(shift[2]));
  const __m128i d = _mm_sra_epi32(values, _mm_cvtsi32_si128(shift[3]));
  // a0 b1 and c2 d3, then both pairs.
  const __m128i low = _mm_unpacklo_epi32(a, _mm_srli_si128(b, 4));
  const __m128i high = _mm_unpacklo_epi32(_mm_srli_si128(c, 8), _mm_srli_si128(d, 12));
  return _mm_unpacklo_epi64(low, high);
}

#endif
