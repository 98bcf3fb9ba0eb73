#if defined(__wasm_simd128__)
#include <wasm_simd128.h>

#include "../kernels.h"

void tng_s16_gain__simd128(const tng_gain_row *row) {
  const v128_t rounding = wasm_i32x4_splat(1 << (row->shift - 1));
  for (int32_t p = 0; p < row->pixels; p++) {
    int16_t *values = row->values + (ptrdiff_t)p * row->channels;
    for (int32_t c = 0; c < row->channels; c += 8) {
      const v128_t x = wasm_v128_load(values + c), g = wasm_v128_load(row->factors + c);
      const v128_t low = wasm_i32x4_add(wasm_i32x4_extmul_low_i16x8(x, g), rounding);
      const v128_t high = wasm_i32x4_add(wasm_i32x4_extmul_high_i16x8(x, g), rounding);
      wasm_v128_store(values + c, wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(low, row->shift),
                                                          wasm_i32x4_shr(high, row->shift)));
    }
  }
}
#endif
