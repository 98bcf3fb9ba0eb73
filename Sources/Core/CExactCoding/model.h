// The state of the coder of a tile, the same on both sides (Documentation/Format-exact.md, section 4).
#ifndef TNG_EXACT_MODEL_H
#define TNG_EXACT_MODEL_H

#include "CExactCoding.h"
#include "mixing.h"

// A pixel: plane p, in the order of coding, is 16 bits at 48 - 16 p. Green is coded before red.
typedef uint64_t tng_pixel;

enum {
  tng_candidates = 5,         // match, left, above, above right, above left
  tng_candidate_inputs = 10,
  tng_colour_inputs = 6,
  tng_palette_inputs = 10,
  tng_token_inputs = 6,
  tng_sign_inputs = 4,
  tng_predictors = 9,
  tng_linear_inputs = 14,
  tng_blend_weights = 1024,
  tng_residual_margin = 2,    // columns beside a row of residuals
  tng_maximum_colours = 1024,
  tng_margin = 4,             // pixels beside a row
};

// Slots of one context: of up to seven decisions, or of the tree of four. One place holds a check value.
typedef struct {
  tng_slot slots[7];
  uint32_t check;
} tng_decision_line;

typedef struct {
  uint32_t check;
  tng_slot slots[15];
} tng_tree_line;

// Slots of a number by an Exp-Golomb code.
typedef struct {
  tng_slot exponent[32], mantissa[32];
} tng_number_slots;

// Residuals and the errors of predictions in a row of a plane, with a margin of two pixels on both sides.
typedef struct {
  int32_t residuals[tng_exact_maximum_side + 2 * tng_residual_margin];
  uint16_t errors[tng_exact_maximum_side + 2 * tng_residual_margin][tng_predictors];
} tng_residual_row;

typedef struct {
  tng_range_coder coder;
  tng_logistic_tables tables;

  int32_t width, height, planes, depth;
  ptrdiff_t stride;  // pixels from a row to the next
  tng_pixel *pixels; // the first row's first pixel; two rows above and a margin on both sides belong to the memory
  const uint8_t *is_coded;
  // What the blocks take, in 1/256 bit, or NULL: those of the tile, and of the row of blocks at hand.
  uint32_t *costs, *row_costs;
  uint64_t cost_so_far;
  // What an encoder may change of a sample to make the stream shorter; 0: nothing.
  tng_tolerance tolerance;

  // Slots of contexts by hash, a table an input.
  tng_decision_line *decisions[tng_candidate_inputs];
  tng_tree_line *trees[tng_palette_inputs];
  int32_t decision_bits, tree_bits;

  // Where a neighbourhood was seen last: the pixel after six neighbours, after four.
  uint32_t *matches[2];
  int32_t match_bits;
  // Which colour came last where no neighbour and no match had it, by what is left and above.
  tng_pixel *context_colours;
  int32_t colour_bits;

  tng_pixel palette[tng_maximum_colours];
  int32_t colours, palette_bits;
  // How many pixels have a colour that no neighbour has, and it is this one of the palette's; for the encoder.
  uint32_t palette_counts[tng_maximum_colours];

  tng_mixer candidate_mixers[tng_candidates][256], candidate_confidence[tng_candidates][64];
  tng_mixer colour_mixers[2], colour_confidence[2];
  tng_mixer palette_mixers[10], palette_confidence[64];
  tng_mixer token_mixers[4 * 2 * 32], activity_mixers[4 * 2 * 16], sign_mixers[4], sign_activity[4 * 16];

  tng_slot rows[8];
  tng_slot flat_runs[4][64], flat_splits[12][32], match_runs[8][8], match_splits[8];
  tng_number_slots palette_numbers[tng_exact_maximum_planes + 1];
  tng_slot tokens[tng_token_inputs][128][4 * 2 * 32], signs[tng_sign_inputs][4 * 256], lower_bits[4][32][16];
  uint16_t token_means[4][16];
  int16_t biases[4][2][512];
  uint32_t weights[tng_blend_weights];
  int32_t linear_weights[tng_exact_maximum_planes][tng_linear_inputs];  // in 1/65536
  // Of the row at hand and the one above, by turns.
  tng_residual_row residual_rows[2][tng_exact_maximum_planes];
  int32_t residual_row;
  uint32_t residual_rows_used;  // bit 0: the row at hand has residuals; bit 1: the one above
  // Of each block in a row of blocks, whether it is natural.
  uint8_t natural_blocks[tng_exact_maximum_side / tng_exact_block_side + 1];
  tng_slot block_slots[4];
} tng_model;

// Lays the model of a tile out in memory and brings it to its first state.
tng_model *tng_make_model(const tng_exact_tile *tile, void *workspace);

// Writes the coded ones of the first rows of the model's pixels to the tile.
void tng_write_samples(const tng_model *model, const tng_exact_tile *tile, int32_t rows);

// MARK: Hashing

TNG_INLINE uint32_t tng_hash_pixel(tng_pixel pixel) {
  return (uint32_t)((pixel ^ pixel >> 29) * 0x9E3779B97F4A7C15u >> 32);
}

TNG_INLINE uint32_t tng_combine(uint32_t a, uint32_t b) {
  uint32_t h = a * 0x9E3779B1u ^ (b + 0x7F4A7C15u) * 0x85EBCA6Bu;
  h ^= h >> 15;
  return h * 0x2C1B3C6Du;
}

TNG_INLINE uint32_t tng_finish_hash(uint32_t h) {
  h ^= h >> 15;
  h *= 0x7FEB352Du;
  return h ^ h >> 14;
}

// The slots of a context; new ones if those of another context are in their place.
TNG_INLINE tng_slot *tng_find_decisions(tng_model *model, int32_t input, uint32_t context) {
  uint32_t h = tng_finish_hash(context + (uint32_t)input * 0x3C6EF372u);
  tng_decision_line *line = model->decisions[input] + (h >> (32 - model->decision_bits));
  uint32_t check = h << model->decision_bits | 1;
  if (line->check != check) {
    for (int32_t i = 0; i < 7; i++) line->slots[i] = TNG_NEW_SLOT;
    line->check = check;
  }
  return line->slots;
}

TNG_INLINE tng_slot *tng_find_tree(tng_model *model, int32_t input, uint32_t context) {
  uint32_t h = tng_finish_hash(context + (uint32_t)input * 0x3C6EF372u);
  tng_tree_line *line = model->trees[input] + (h >> (32 - model->tree_bits));
  uint32_t check = h << model->tree_bits | 1;
  if (line->check != check) {
    for (int32_t i = 0; i < 15; i++) line->slots[i] = TNG_NEW_SLOT;
    line->check = check;
  }
  return line->slots;
}

// MARK: Small things

// The bits that a number has without leading zeros.
TNG_INLINE int32_t tng_bit_length(uint32_t value) { return value ? 32 - __builtin_clz(value) : 0; }

TNG_INLINE int32_t tng_sample(tng_pixel pixel, int32_t plane) { return (int32_t)(pixel >> (48 - 16 * plane) & 0xFFFF); }

TNG_INLINE tng_pixel tng_with_sample(tng_pixel pixel, int32_t plane, int32_t sample) {
  return pixel | (tng_pixel)sample << (48 - 16 * plane);
}

// The plane of a tile that is coded as number `plane`: green, red, blue, alpha if there are three or more.
TNG_INLINE int32_t tng_plane_of_tile(int32_t planes, int32_t plane) {
  return planes < 3 || plane > 1 ? plane : 1 - plane;
}

TNG_INLINE int32_t tng_magnitude(int32_t v) { return v < 0 ? -v : v; }

// What a difference of samples of a plane counts, in quarters: of colours, that of green most and that of blue least.
TNG_INLINE int32_t tng_weight(const tng_model *model, int32_t plane) { return model->planes < 3 || plane == 0 ? 4 : plane == 1 ? 3 : 2; }

// The largest difference of the samples of two pixels.
TNG_INLINE int32_t tng_contrast(const tng_model *model, tng_pixel a, tng_pixel b) {
  int32_t largest = 0;
  for (int32_t plane = 0; plane < model->planes; plane++) {
    int32_t difference = tng_magnitude(tng_sample(a, plane) - tng_sample(b, plane));
    if (difference > largest) largest = difference;
  }
  return largest;
}

// The same, as differences count.
TNG_INLINE int32_t tng_distance(const tng_model *model, tng_pixel a, tng_pixel b) {
  int32_t largest = 0;
  for (int32_t plane = 0; plane < model->planes; plane++) {
    int32_t difference = tng_magnitude(tng_sample(a, plane) - tng_sample(b, plane)) * tng_weight(model, plane) >> 2;
    if (difference > largest) largest = difference;
  }
  return largest;
}

// How far an encoder may move the samples of the pixel at `at`, whose neighbours to the right and below are still the tile's.
TNG_INLINE int32_t tng_allowance(const tng_model *model, const tng_pixel *at) {
  tng_tolerance tolerance = model->tolerance;
  if (tolerance.most == 0) return 0;
  const tng_pixel *below = at + model->stride;
  const tng_pixel around[4] = {at[-1], at[-model->stride], at[1], below < model->pixels + model->height * model->stride ? *below : *at};
  // A pixel of a flat area has three or four neighbours like it, one of a straight line two: there a change is seen.
  int32_t contrast = 0, equal = 0;
  for (int32_t i = 0; i < 4; i++) {
    int32_t difference = tng_contrast(model, *at, around[i]);
    equal += *at == around[i];
    if (difference > contrast) contrast = difference;
  }
  if (equal >= 2) contrast = 0;
  int32_t allowance = tolerance.least + (contrast * tolerance.slope >> 8);
  return allowance < tolerance.most ? allowance : tolerance.most;
}

// Whether an encoder may take `other` for the pixel at `at`.
TNG_INLINE int32_t tng_may_be(const tng_model *model, const tng_pixel *at, tng_pixel other) {
  if (*at == other) return 1;
  int32_t distance = model->tolerance.most == 0 ? INT32_MAX : tng_distance(model, *at, other);
  return distance <= model->tolerance.most && (distance <= model->tolerance.least || distance <= tng_allowance(model, at));
}

// Codes a decision by mixing, about a residual, or by one slot.
TNG_INLINE int32_t tng_mix(tng_model *model, int32_t encodes, int32_t bit, tng_slot *const *slots, int32_t count,
                           tng_mixer *first, tng_mixer *second) {
  return tng_code_by_mixing(&model->coder, &model->tables, encodes, bit, slots, count, first, second, tng_quick_limit, 20);
}

TNG_INLINE int32_t tng_mix_residual(tng_model *model, int32_t encodes, int32_t bit, int32_t is_natural, tng_slot *const *slots,
                                    int32_t count, tng_mixer *first, tng_mixer *second) {
  return tng_code_by_mixing(&model->coder, &model->tables, encodes, bit, slots, count, first, second,
                            is_natural ? tng_middle_limit : tng_quick_limit, 12);
}

TNG_INLINE int32_t tng_decide(tng_model *model, int32_t encodes, int32_t bit, tng_slot *slot) {
  return tng_code_by_slot(&model->coder, &model->tables, encodes, bit, slot, tng_quick_limit);
}

// Codes a number below 2^24 by an Exp-Golomb code.
TNG_INLINE uint32_t tng_code_number(tng_model *model, int32_t encodes, uint32_t value, tng_number_slots *slots) {
  int32_t exponent = encodes ? tng_bit_length(value + 1) - 1 : 0, length = 0;
  while (length < 24 && tng_decide(model, encodes, length < exponent, &slots->exponent[length])) length++;
  uint32_t number = 1;
  for (int32_t i = length - 1; i >= 0; i--) {
    number = number << 1 | (uint32_t)tng_decide(model, encodes, (value + 1) >> i & 1, &slots->mantissa[i]);
  }
  return number - 1;
}

// Counts what was coded since the last call as the cost of the block in column `x`.
TNG_INLINE void tng_note_cost(tng_model *model, int32_t x) {
  uint64_t cost = tng_coded_bits(&model->coder);
  model->row_costs[x / tng_exact_block_side] += (uint32_t)(cost - model->cost_so_far);
  model->cost_so_far = cost;
}

// How little is known of three contexts, the most specific first: 0 ... 63.
TNG_INLINE int32_t tng_confidence(const tng_slot *a, const tng_slot *b, const tng_slot *c) {
  int32_t x = a->count > 2 ? 3 : a->count, y = b->count > 2 ? 3 : b->count, z = c->count > 2 ? 3 : c->count;
  return 16 * x + 4 * y + z;
}

#endif
