#if defined(__x86_64__)
#include <emmintrin.h>

#include "../kernels.h"
#include "shift_sse2.h"

// Eight channels from `c` on of one pixel.
static inline __m128i channels8(const tng_depthwise_layer *layer, const int16_t *const taps[10],
                                int32_t c) {
  const int16_t *weights = layer->weights + c / 16 * 160 + c % 16 * 2;
  __m128i low = _mm_loadu_si128((const __m128i *)(layer->bias + c));
  __m128i high = _mm_loadu_si128((const __m128i *)(layer->bias + c + 4));
#pragma clang loop unroll(full)
  for (int t = 0; t < 10; t += 2) {
    const __m128i a = _mm_loadu_si128((const __m128i *)(taps[t] + c));
    const __m128i b = _mm_loadu_si128((const __m128i *)(taps[t + 1] + c));
    const __m128i *w = (const __m128i *)(weights + t * 16);
    low = _mm_add_epi32(low, _mm_madd_epi16(_mm_unpacklo_epi16(a, b), _mm_load_si128(w)));
    high = _mm_add_epi32(high, _mm_madd_epi16(_mm_unpackhi_epi16(a, b), _mm_load_si128(w + 1)));
  }
  return _mm_packs_epi32(tng_shift_right__sse2(low, layer->shift + c),
                         tng_shift_right__sse2(high, layer->shift + c + 4));
}

void tng_s16_depthwise__sse2(const tng_depthwise_layer *layer, const tng_depthwise_row *row) {
  for (int32_t p = 0; p < row->pixels; p++) {
    const int16_t *taps[10];
    tng_depthwise_taps(row, layer->channels, p, taps);
    int16_t *output = row->output + (ptrdiff_t)p * layer->channels;
    for (int32_t c = 0; c < layer->channels; c += 8) {
      _mm_storeu_si128((__m128i *)(output + c), channels8(layer, taps, c));
    }
  }
}
#endif
