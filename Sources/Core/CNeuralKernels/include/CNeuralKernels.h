// The arithmetic of TNG's networks: exact integer kernels over channels-last int16 activations, one
// row of pixels a call. Every instruction set gives the same bits (Documentation/Format.md, section
// 5).
#ifndef TNG_NEURAL_KERNELS_H
#define TNG_NEURAL_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// A pointwise convolution's parameters.
//
// Weights are packed as [outputs / 16][inputs / 2][16][2]: for a block of 16 outputs, the weights
// of two neighbouring inputs lie side by side. They are 64-byte aligned. `bias` includes the
// rounding term 2^(shift - 1).
typedef struct {
  int32_t inputs;   // a multiple of 16
  int32_t outputs;  // a multiple of 16
  const int16_t *weights;
  const int32_t *bias;
  const int32_t *shift;  // 1 ... 30
} tng_pointwise_layer;

// One run of input channels of a row of pixels. A pointwise convolution reads its inputs from one
// or two of them, in order.
typedef struct {
  const int16_t *_Nullable values;  // the first pixel's first channel
  ptrdiff_t stride;       // from one pixel to the next, in values
  int32_t channels;       // a multiple of 2
} tng_source;

// A row of pixels through a pointwise convolution: out = saturate16((bias + w . in) >> shift), then
// leaky if asked for, then plus the residual, saturating, if there is one. The residual may be the
// output itself.
typedef struct {
  tng_source sources[2];
  int32_t pixels;
  int32_t first_output;  // a multiple of 16
  int32_t output_count;  // a multiple of 16
  int16_t *output;       // the first pixel's value of `first_output`
  ptrdiff_t output_stride;
  const int16_t *_Nullable residual;
  ptrdiff_t residual_stride;
  int32_t leaky;
} tng_pointwise_row;

// A depthwise 3x3 convolution's parameters: weights packed as [channels / 16][5][16][2], the taps
// in pairs (0,1) ... (8, none).
typedef struct {
  int32_t channels;  // a multiple of 16, at most 4096
  const int16_t *weights;
  const int32_t *bias;
  const int32_t *shift;
} tng_depthwise_layer;

// A run of pixels of a row through a depthwise 3x3 convolution. `rows` are the rows above, at and
// below; a row outside the picture is NULL and counts as zeros, as do the columns outside. Pixels
// lie `channels` apart.
typedef struct {
  const int16_t *_Nullable rows[3];
  int32_t columns;  // of each row
  int32_t first;    // the column of the first pixel of the output
  int32_t pixels;   // of the output
  int16_t *output;
} tng_depthwise_row;

// A row of pixels times a factor for each channel, in place:
// values = saturate16((values * factor + 2^(shift - 1)) >> shift).
typedef struct {
  const int16_t *factors;
  int32_t shift;  // 1 ... 30
  int32_t channels;  // a multiple of 16
  int32_t pixels;
  int16_t *values;
} tng_gain_row;

// The kernels of one instruction set.
typedef struct {
  const char *name;  // "scalar", "sse2", "avx2", "avxvnni", "avx512vnni", "neon", "simd128"
  void (*pointwise)(const tng_pointwise_layer *layer, const tng_pointwise_row *row);
  void (*depthwise)(const tng_depthwise_layer *layer, const tng_depthwise_row *row);
  void (*gain)(const tng_gain_row *row);
  // What a leaky ReLU does to a gradient on its way back: divides by 8, rounding, those of `count`
  // values whose sign `tng_note_signs` noted.
  void (*leaky_gradient)(int16_t *gradient, ptrdiff_t count, const uint8_t *signs);
} tng_kernels;

// The instruction sets that this processor has, worst first; "scalar" is number 0.
int32_t tng_kernels_count(void);
const tng_kernels *tng_kernels_at(int32_t index);

// The best of them, or the one that the environment variable TNG_CPU names. An unknown name gives
// "scalar".
const tng_kernels *tng_kernels_selected(void);

// MARK: Gradients, for an encoder alone

// Notes which of `count` values are negative, one bit each: bit k of signs[i] for
// values[k * count / 8 + i]. `count` is a multiple of 8.
void tng_note_signs(const int16_t *values, ptrdiff_t count, uint8_t *signs);

// The largest magnitude of `count` values.
int32_t tng_largest_magnitude(const int16_t *values, ptrdiff_t count);

// Multiplies by 2^power, rounding. A positive power must not lead out of 16 bits.
void tng_scale_by_power(int16_t *values, ptrdiff_t count, int32_t power);

#pragma clang assume_nonnull end
#endif
