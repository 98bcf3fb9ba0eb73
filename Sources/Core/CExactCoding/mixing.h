// Adaptive probabilities and their logistic mixing, in integers (Documentation/Format-exact.md, section 3).
#ifndef TNG_EXACT_MIXING_H
#define TNG_EXACT_MIXING_H

#include "range_coder.h"

// An adaptive probability that a decision is 1, in 1/65536, and the number of decisions it has seen, up to a limit.
typedef struct {
  uint16_t probability;
  uint16_t count;
} tng_slot;

#define TNG_NEW_SLOT ((tng_slot){32768, 0})

enum {
  tng_stretch_entries = 4096,
  tng_squash_entries = 3072,
  tng_rate_entries = 256,
  tng_maximum_inputs = 10,
  // How much slots have seen when they stop to adapt more slowly: where things change, and where they hardly do.
  tng_quick_limit = 30,
  tng_middle_limit = 127,
  tng_slow_limit = 255,
};

// The logistic function and its inverse. The domain is in 1/256.
typedef struct {
  int16_t stretch[tng_stretch_entries];  // ln(p / (1 - p)), by the upper 12 bits of p
  uint16_t squash[tng_squash_entries];   // 1 / (1 + exp(-x)) in 1/65536, for x = -12 ... 12, by (x + 12) / 2
  uint16_t rate[tng_rate_entries];       // how much of an error a slot takes over, in 1/65536, by its count
} tng_logistic_tables;

void tng_make_logistic_tables(tng_logistic_tables *tables);

TNG_INLINE int32_t tng_clamp_logistic(int64_t x) { return x < -3072 ? -3072 : x > 3071 ? 3071 : (int32_t)x; }

TNG_INLINE int32_t tng_squash(const tng_logistic_tables *tables, int32_t x) {
  return tables->squash[(x + 3072) >> 1];
}

// A new slot is at one half, so that the product stays below 2^31.
TNG_INLINE void tng_adapt(const tng_logistic_tables *tables, tng_slot *slot, int32_t bit, int32_t limit) {
  int32_t error = (bit ? 65535 : 0) - slot->probability;
  slot->probability = (uint16_t)(slot->probability + ((error * tables->rate[slot->count]) >> 16));
  slot->count = (uint16_t)(slot->count + (slot->count < limit));
}

// The weights of a mixer, in 1/65536.
typedef struct {
  int32_t weights[tng_maximum_inputs];
} tng_mixer;

// No stream that an encoder writes leads out of 32 bits; others wrap around.
TNG_INLINE void tng_move_weight(int32_t *weight, int32_t step) {
  *weight = (int32_t)((uint32_t)*weight + (uint32_t)step);
}

// Codes a decision by one slot.
TNG_INLINE int32_t tng_code_by_slot(tng_range_coder *coder, const tng_logistic_tables *tables, int32_t encodes, int32_t bit,
                                    tng_slot *slot, int32_t limit) {
  uint32_t p = slot->probability;
  bit = tng_code_bit(coder, encodes, bit, p < 32 ? 32 : p > 65504 ? 65504 : p);
  tng_adapt(tables, slot, bit, limit);
  return bit;
}

// Codes a decision by the mean of two mixers of the same slots, chosen by different circumstances. Slots adapt up to `limit`, and
// mixers by about rate / 1024 times the error times the input.
TNG_INLINE int32_t tng_code_by_mixing(tng_range_coder *coder, const tng_logistic_tables *tables, int32_t encodes, int32_t bit,
                                      tng_slot *const *slots, int32_t count, tng_mixer *first, tng_mixer *second,
                                      int32_t limit, int32_t rate) {
  int32_t inputs[tng_maximum_inputs];
  int64_t sums[2] = {0, 0};
  for (int32_t i = 0; i < count; i++) {
    inputs[i] = tables->stretch[slots[i]->probability >> 4];
    sums[0] += (int64_t)first->weights[i] * inputs[i];
    sums[1] += (int64_t)second->weights[i] * inputs[i];
  }
  int32_t a = tng_clamp_logistic(sums[0] >> 16), b = tng_clamp_logistic(sums[1] >> 16);
  bit = tng_code_bit(coder, encodes, bit, (uint32_t)tng_squash(tables, (a + b) >> 1));
  int32_t first_step = (((bit << 16) - tng_squash(tables, a)) * rate + 512) >> 10;
  int32_t second_step = (((bit << 16) - tng_squash(tables, b)) * rate + 512) >> 10;
  for (int32_t i = 0; i < count; i++) {
    tng_move_weight(&first->weights[i], (inputs[i] * first_step + 128) >> 8);
    tng_move_weight(&second->weights[i], (inputs[i] * second_step + 128) >> 8);
    tng_adapt(tables, slots[i], bit, limit);
  }
  return bit;
}

#endif
