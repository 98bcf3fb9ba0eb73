#ifndef TNG_SHIFT_SIMD128_H
#define TNG_SHIFT_SIMD128_H

#include <stdint.h>
#include <wasm_simd128.h>

// Four numbers, each shifted right arithmetically by its own count; SIMD128 shifts all lanes alike.
static inline v128_t tng_shift_right__simd128(v128_t values, const int32_t *shift) {
  return wasm_i32x4_make(
      wasm_i32x4_extract_lane(values, 0) >> shift[0], wasm_i32x4_extract_lane(values, 1) >> shift[1],
      wasm_i32x4_extract_lane(values, 2) >> shift[2], wasm_i32x4_extract_lane(values, 3) >> shift[3]);
}

#endif
