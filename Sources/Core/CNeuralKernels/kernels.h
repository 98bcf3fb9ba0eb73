// What the instruction sets share.
#ifndef TNG_KERNELS_INTERNAL_H
#define TNG_KERNELS_INTERNAL_H

#include "CNeuralKernels.h"

void tng_s16_pointwise__scalar(const tng_pointwise_layer *layer, const tng_pointwise_row *row);
void tng_s16_depthwise__scalar(const tng_depthwise_layer *layer, const tng_depthwise_row *row);
void tng_s16_gain__scalar(const tng_gain_row *row);
void tng_s16_leaky_gradient__scalar(int16_t *gradient, ptrdiff_t count, const uint8_t *signs);

#if defined(__x86_64__)
void tng_s16_pointwise__sse2(const tng_pointwise_layer *layer, const tng_pointwise_row *row);
void tng_s16_depthwise__sse2(const tng_depthwise_layer *layer, const tng_depthwise_row *row);
void tng_s16_gain__sse2(const tng_gain_row *row);
void tng_s16_pointwise__avx2(const tng_pointwise_layer *layer, const tng_pointwise_row *row);
void tng_s16_depthwise__avx2(const tng_depthwise_layer *layer, const tng_depthwise_row *row);
void tng_s16_gain__avx2(const tng_gain_row *row);
void tng_s16_leaky_gradient__avx2(int16_t *gradient, ptrdiff_t count, const uint8_t *signs);
void tng_s16_pointwise__avxvnni(const tng_pointwise_layer *layer, const tng_pointwise_row *row);
void tng_s16_pointwise__avx512vnni(const tng_pointwise_layer *layer, const tng_pointwise_row *row);
void tng_s16_depthwise__avx512vnni(const tng_depthwise_layer *layer, const tng_depthwise_row *row);
#elif defined(__aarch64__)
void tng_s16_pointwise__neon(const tng_pointwise_layer *layer, const tng_pointwise_row *row);
void tng_s16_depthwise__neon(const tng_depthwise_layer *layer, const tng_depthwise_row *row);
void tng_s16_gain__neon(const tng_gain_row *row);
#elif defined(__wasm_simd128__)
void tng_s16_pointwise__simd128(const tng_pointwise_layer *layer, const tng_pointwise_row *row);
void tng_s16_depthwise__simd128(const tng_depthwise_layer *layer, const tng_depthwise_row *row);
void tng_s16_gain__simd128(const tng_gain_row *row);
#endif

static inline int32_t tng_saturate16(int32_t value) {
  return value > INT16_MAX ? INT16_MAX : value < INT16_MIN ? INT16_MIN : value;
}

// What a tap outside the picture reads: as many zeros as a layer can have channels.
enum { tng_maximum_channels = 4096 };
extern const int16_t tng_zeros[tng_maximum_channels];

// Where the nine taps of a depthwise convolution are for one pixel; the tenth, which fills the last
// pair, is zero.
static inline void tng_depthwise_taps(const tng_depthwise_row *row, int32_t channels, int32_t pixel,
                                      const int16_t *taps[10]) {
  for (int32_t i = 0; i < 3; i++) {
    for (int32_t j = 0; j < 3; j++) {
      int32_t at = row->first + pixel + j - 1;
      int32_t inside = row->rows[i] && at >= 0 && at < row->columns;
      taps[3 * i + j] = inside ? row->rows[i] + (ptrdiff_t)at * channels : tng_zeros;
    }
  }
  taps[9] = tng_zeros;
}

// A plain loop over eight runs of values, which compilers vectorise for the instruction set it is
// inlined into.
static inline __attribute__((always_inline)) void tng_leaky_gradient(int16_t *gradient, ptrdiff_t count,
                                                                     const uint8_t *signs) {
  ptrdiff_t run = count / 8;
  for (int32_t k = 0; k < 8; k++) {
    int16_t *to = gradient + k * run;
    for (ptrdiff_t i = 0; i < run; i++) {
      // All bits set where the value was negative.
      int16_t negative = (int16_t)-((signs[i] >> k) & 1);
      int16_t eighth = (int16_t)((to[i] >> 3) + ((to[i] >> 2) & 1));
      to[i] = (int16_t)((negative & eighth) | (~negative & to[i]));
    }
  }
}

#endif
