// The exact coder: tiles of samples without loss (Documentation/Format-exact.md). Integers alone, the same bytes and samples on
// every machine. The caller owns all memory.
#ifndef TNG_EXACT_CODING_H
#define TNG_EXACT_CODING_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

enum {
  tng_exact_maximum_side = 1024,
  tng_exact_maximum_planes = 4,
  tng_exact_maximum_depth = 16,
  tng_exact_block_side = 16,
};

// A tile: `planes` samples a pixel, side by side, row after row.
typedef struct {
  int32_t width;   // 1 ... 1024
  int32_t height;  // 1 ... 1024
  int32_t planes;  // 1 ... 4: grey, grey and alpha, RGB, RGB and alpha
  int32_t depth;   // bits of a sample, 1 ... 16
  uint16_t *samples;
  // Of each block of 16x16 pixels, row after row: not 0 if its samples are in the stream. Samples of other blocks do not
  // matter, and a decoder leaves them as they are. NULL: all blocks are.
  const uint8_t *_Nullable is_coded;
} tng_exact_tile;

// How far an encoder may move samples so that the stream becomes shorter: at most `least` plus `slope` / 256 of the
// largest difference to the four pixels around, unless two of these are the same, and at most `most`. Of three planes or
// more, differences of red count three quarters, those of blue half.
typedef struct {
  int32_t least, slope, most;
} tng_tolerance;

// What a decoder says about a stream.
typedef enum {
  tng_exact_whole = 0,
  tng_exact_truncated = 1,   // it ends before the tile does
  tng_exact_unbalanced = 2,  // bytes are left after the last sample
  tng_exact_invalid = 3,     // the palette is larger than any encoder writes
} tng_exact_result;

// The bytes of working memory for a tile, aligned to 64.
size_t tng_exact_workspace_size(int32_t width, int32_t height);

// Codes a tile; returns the bytes of the stream. If that is more than `capacity`, what was written is of no use. Samples are
// below 2^depth.
size_t tng_exact_encode(const tng_exact_tile *tile, void *workspace, uint8_t *stream, size_t capacity);

// Moves samples of coded blocks, within a tolerance, to where the stream is shorter, and says what the blocks then take, about,
// in 1/256 bit, row after row, 0 for those that are not coded. The palette is not counted.
void tng_exact_simplify(const tng_exact_tile *tile, void *workspace, tng_tolerance tolerance, uint32_t *costs);

// Decodes a tile. `rows`, if given, gets the number of rows that are right, as far as a stream that ends too early can tell.
tng_exact_result tng_exact_decode(const tng_exact_tile *tile, void *workspace, const uint8_t *stream, size_t length,
                                  int32_t *_Nullable rows);

#pragma clang assume_nonnull end
#endif
