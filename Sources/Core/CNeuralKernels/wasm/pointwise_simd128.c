#if defined(__wasm_simd128__)
#include <wasm_simd128.h>

#include "../kernels.h"
#include "shift_simd128.h"

// The loops over the pixels and vectors of a block: the sums stay in registers only when they are
// unrolled.
#define UNROLL _Pragma("clang loop unroll(full)")

// Requantises 8 outputs of one pixel and writes them.
static inline void finish(v128_t low, v128_t high, const v128_t *factors,
                          const tng_pointwise_row *row, ptrdiff_t pixel, int32_t output) {
  v128_t value = wasm_i16x8_narrow_i32x4(tng_shift_right__simd128(low, factors[0]),
                                         tng_shift_right__simd128(high, factors[1]));
  if (row->leaky) value = wasm_i16x8_max(value, wasm_i16x8_shr(value, 3));
  if (row->residual) {
    const int16_t *residual = row->residual + pixel * row->residual_stride + output;
    value = wasm_i16x8_add_sat(value, wasm_v128_load(residual));
  }
  wasm_v128_store(row->output + pixel * row->output_stride + output, value);
}

// A block of the product: `pixels` pixels from `pixel` on by 16 outputs from `output` on (counted
// from the row's first).
static inline __attribute__((always_inline)) void block(const tng_pointwise_layer *layer,
                                                        const tng_pointwise_row *row,
                                                        const v128_t factors[4], ptrdiff_t pixel,
                                                        int pixels, int32_t output) {
  const int32_t first = row->first_output + output;
  const int16_t *weights = layer->weights + (ptrdiff_t)first * layer->inputs;
  v128_t sums[2][4];
  UNROLL
  for (int p = 0; p < pixels; p++) {
    UNROLL
    for (int v = 0; v < 4; v++) sums[p][v] = wasm_v128_load(layer->bias + first + 4 * v);
  }
  for (int s = 0; s < 2 && row->sources[s].values; s++) {
    const tng_source *source = &row->sources[s];
    const int16_t *values = source->values + pixel * source->stride;
    for (int32_t c = 0; c < source->channels; c += 2, weights += 32) {
      UNROLL
      for (int p = 0; p < pixels; p++) {
        const v128_t in = wasm_v128_load32_splat(values + p * source->stride + c);
        UNROLL
        for (int v = 0; v < 4; v++) {
          const v128_t products = wasm_i32x4_dot_i16x8(in, wasm_v128_load(weights + 8 * v));
          sums[p][v] = wasm_i32x4_add(sums[p][v], products);
        }
      }
    }
  }
  UNROLL
  for (int p = 0; p < pixels; p++) {
    finish(sums[p][0], sums[p][1], factors, row, pixel + p, output);
    finish(sums[p][2], sums[p][3], factors + 2, row, pixel + p, output + 8);
  }
}

void tng_s16_pointwise__simd128(const tng_pointwise_layer *layer, const tng_pointwise_row *row) {
  for (int32_t output = 0; output < row->output_count; output += 16) {
    const int32_t *shift = layer->shift + row->first_output + output;
    v128_t factors[4];
    UNROLL
    for (int v = 0; v < 4; v++) factors[v] = tng_shift_factors__simd128(shift + 4 * v);
    int32_t pixel = 0;
    for (; pixel + 2 <= row->pixels; pixel += 2) block(layer, row, factors, pixel, 2, output);
    for (; pixel < row->pixels; pixel++) block(layer, row, factors, pixel, 1, output);
  }
}
#endif
