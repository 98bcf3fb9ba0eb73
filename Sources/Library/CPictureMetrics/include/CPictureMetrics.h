#pragma once

#include <stddef.h>

#pragma clang assume_nonnull begin

/// SSIMULACRA2's blur: a Gaussian of standard deviation 1.5, by the recursive filter of
/// D. Charalampidis, "Recursive Implementation of the Gaussian Filter Using Truncated Cosine
/// Functions", IEEE Transactions on Signal Processing, 2016, with three cosines and 0 outside.
///
/// Its 32-bit floats drift along a row or column of hundreds of values, and the scores of very good
/// pictures depend on it: so these are the operations of the metric's public tool, in its order,
/// where that tool has fused multiply-adds, which are exact to the last bit everywhere.

enum {
  /// How many values before and after a value its blurred value reads.
  TNG_BLUR_BEFORE = 6,
  TNG_BLUR_AFTER = 4,
  /// How many rows of floats the filter along columns keeps.
  TNG_BLUR_STATE = 6,
};

/// Blurs a row of `count` values. It reads TNG_BLUR_BEFORE values before them and TNG_BLUR_AFTER
/// after them, which must be 0.
void tng_blur_row(const float *input, float *output, ptrdiff_t count);

/// Rows of a picture in a ring: row y begins at `base + (y & mask) * stride`.
typedef struct {
  const float *base;
  ptrdiff_t stride;
  ptrdiff_t mask;
} tng_row_ring;

/// Blurs rows first ..< first + rows along `count` columns.
///
/// @param input   the rows from first - TNG_BLUR_BEFORE on, to the last one + TNG_BLUR_AFTER, 0
///                outside the picture.
/// @param rows    an even number.
/// @param state   what the filter keeps, TNG_BLUR_STATE rows `state_stride` floats apart; 0 at
/// first. @param output  the blurred rows, `output_stride` floats apart. The filter begins at row
///                -TNG_BLUR_AFTER, and its rows before 0 mean nothing.
void tng_blur_columns(tng_row_ring input, ptrdiff_t first, ptrdiff_t rows, ptrdiff_t count,
                      float *state, ptrdiff_t state_stride, float *output,
                      ptrdiff_t output_stride);

#pragma clang assume_nonnull end
