#if defined(__wasm_simd128__)
#include <wasm_simd128.h>

#include "../kernels.h"
#include "shift_simd128.h"

// Eight channels from `c` on of one pixel.
static inline v128_t channels8(const tng_depthwise_layer *layer, const int16_t *const taps[10],
                               const v128_t *factors, int32_t c) {
  const int16_t *weights = layer->weights + c / 16 * 160 + c % 16 * 2;
  v128_t low = wasm_v128_load(layer->bias + c);
  v128_t high = wasm_v128_load(layer->bias + c + 4);
#pragma clang loop unroll(full)
  for (int t = 0; t < 10; t += 2) {
    const v128_t a = wasm_v128_load(taps[t] + c), b = wasm_v128_load(taps[t + 1] + c);
    const v128_t first = wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
    const v128_t last = wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
    const int16_t *w = weights + t * 16;
    low = wasm_i32x4_add(low, wasm_i32x4_dot_i16x8(first, wasm_v128_load(w)));
    high = wasm_i32x4_add(high, wasm_i32x4_dot_i16x8(last, wasm_v128_load(w + 8)));
  }
  return wasm_i16x8_narrow_i32x4(tng_shift_right__simd128(low, factors[c / 4]),
                                 tng_shift_right__simd128(high, factors[c / 4 + 1]));
}

void tng_s16_depthwise__simd128(const tng_depthwise_layer *layer, const tng_depthwise_row *row) {
  v128_t factors[tng_maximum_channels / 4];
  for (int32_t c = 0; c < layer->channels; c += 4) {
    factors[c / 4] = tng_shift_factors__simd128(layer->shift + c);
  }
  for (int32_t p = 0; p < row->pixels; p++) {
    const int16_t *taps[10];
    tng_depthwise_taps(row, layer->channels, p, taps);
    int16_t *output = row->output + (ptrdiff_t)p * layer->channels;
    for (int32_t c = 0; c < layer->channels; c += 8) {
      wasm_v128_store(output + c, channels8(layer, taps, factors, c));
    }
  }
}
#endif
