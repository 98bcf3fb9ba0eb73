// Checks that the blur of SSIMULACRA2 gives the same bits on every machine and with every
// instruction set.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

// For its static functions.
#include "../../Sources/Library/CPictureMetrics/blur.c"

enum { WIDTH = 333, HEIGHT = 57, MARGIN = 8, ROWS_AT_ONCE = 16 };

static float rows[HEIGHT][WIDTH + 2 * MARGIN];

typedef void row_function(const float *, float *, ptrdiff_t);
typedef void column_function(tng_row_ring, ptrdiff_t, ptrdiff_t, ptrdiff_t, float *, ptrdiff_t,
                             float *, ptrdiff_t);

// FNV-1a of the bits of the blurred rows.
static uint64_t hash_of_blurred(row_function *blur_row, column_function *blur_columns) {
  static float ring[64][WIDTH], state[TNG_BLUR_STATE][WIDTH], output[ROWS_AT_ONCE][WIDTH];
  memset(ring, 0, sizeof ring);
  memset(state, 0, sizeof state);
  for (int y = 0; y < HEIGHT; y++) blur_row(rows[y] + MARGIN, ring[y], WIDTH);
  uint64_t hash = 0xCBF29CE484222325;
  for (int first = -TNG_BLUR_AFTER; first < HEIGHT; first += ROWS_AT_ONCE) {
    const tng_row_ring input = {&ring[0][0], WIDTH, 63};
    blur_columns(input, first, ROWS_AT_ONCE, WIDTH, &state[0][0], WIDTH, &output[0][0], WIDTH);
    for (int row = 0; row < ROWS_AT_ONCE; row++) {
      if (first + row < 0 || first + row >= HEIGHT) continue;
      for (int x = 0; x < WIDTH; x++) {
        uint32_t bits;
        memcpy(&bits, &output[row][x], sizeof bits);
        hash = (hash ^ bits) * 0x100000001B3;
      }
    }
  }
  return hash;
}

static int check(const char *name, uint64_t hash) {
  const uint64_t expected = 0x4E17892443DB9D7E;
  if (hash == expected) return 0;
  printf("blur, %s: %016llX\n", name, (unsigned long long)hash);
  return 1;
}

int main(void) {
  uint32_t random = 1;
  for (int y = 0; y < HEIGHT; y++) {
    for (int x = 0; x < WIDTH; x++) {
      random = random * 1664525 + 1013904223;
      rows[y][MARGIN + x] = (float)(random >> 8) / 16777216;
    }
  }
  int failures = check("as compiled", hash_of_blurred(blur_row, blur_columns));
  failures += check("as chosen", hash_of_blurred(tng_blur_row, tng_blur_columns));
  if (failures == 0) puts("blur: the same bits");
  return failures;
}
