// The colours that pixels of a tile name by number (Documentation/Format-exact.md, section 5).
#ifndef TNG_EXACT_PALETTE_H
#define TNG_EXACT_PALETTE_H

#include "model.h"

// Chooses the palette of a tile: the most frequent colours of pixels that no neighbour has. For the encoder.
void tng_choose_palette(tng_model *model);

// The number of a colour, or -1.
int32_t tng_palette_index(const tng_model *model, tng_pixel pixel);

// A difference as a number: 0, -1, 1, -2 ... to 0, 1, 2, 3 ...
TNG_INLINE uint32_t tng_fold(int32_t value) { return ((uint32_t)value << 1) ^ (value < 0 ? UINT32_MAX : 0); }
TNG_INLINE int32_t tng_unfold(uint32_t number) { return (int32_t)(number >> 1 ^ (0 - (number & 1))); }

// Codes the palette, in ascending order: the first plane as what it is more than that of the colour before, the others as
// what their difference to the first changes by.
TNG_INLINE tng_exact_result tng_code_palette(tng_model *model, int32_t encodes) {
  uint32_t colours = tng_code_number(model, encodes, (uint32_t)model->colours, &model->palette_numbers[4]);
  if (colours > tng_maximum_colours) return tng_exact_invalid;
  model->colours = (int32_t)colours;
  model->palette_bits = colours > 1 ? tng_bit_length(colours - 1) : 0;
  int32_t mask = (1 << model->depth) - 1;
  int32_t samples[tng_exact_maximum_planes] = {0};
  for (uint32_t i = 0; i < colours; i++) {
    tng_pixel colour = 0;
    int32_t before = samples[0];
    for (int32_t plane = 0; plane < model->planes; plane++) {
      int32_t sample = encodes ? tng_sample(model->palette[i], plane) : 0;
      tng_number_slots *slots = &model->palette_numbers[plane];
      if (plane == 0) {
        samples[0] = (before + (int32_t)tng_code_number(model, encodes, (uint32_t)(sample - before), slots)) & mask;
      } else {
        int32_t expected = samples[plane] - before + samples[0];
        samples[plane] = (expected + tng_unfold(tng_code_number(model, encodes, tng_fold(sample - expected), slots))) & mask;
      }
      colour = tng_with_sample(colour, plane, samples[plane]);
    }
    model->palette[i] = colour;
  }
  return tng_exact_whole;
}

#endif
