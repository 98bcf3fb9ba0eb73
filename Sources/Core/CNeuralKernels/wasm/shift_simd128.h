#ifndef TNG_SHIFT_SIMD128_H
#define TNG_SHIFT_SIMD128_H

#include <stdint.h>
#include <wasm_simd128.h>

// What tng_shift_right__simd128 needs to shift by four counts of 1 ... 30: 2^(31 - count) each.
static inline v128_t tng_shift_factors__simd128(const int32_t *shift) {
  return wasm_i32x4_make(1 << (31 - shift[0]), 1 << (31 - shift[1]), 1 << (31 - shift[2]),
                         1 << (31 - shift[3]));
}

// Four numbers, each shifted right arithmetically by its own count. SIMD128 shifts all lanes alike,
// so that each is multiplied to 64 bits, of which those from 31 on are the result.
static inline v128_t tng_shift_right__simd128(v128_t values, v128_t factors) {
  const v128_t low = wasm_u64x2_shr(wasm_i64x2_extmul_low_i32x4(values, factors), 31);
  const v128_t high = wasm_u64x2_shr(wasm_i64x2_extmul_high_i32x4(values, factors), 31);
  return wasm_i32x4_shuffle(low, high, 0, 2, 4, 6);
}

#endif
