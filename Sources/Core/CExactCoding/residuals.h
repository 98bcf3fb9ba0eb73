// Residuals of predictions: a token, a sign and lower bits (Documentation/Format-exact.md, section 8).
#ifndef TNG_EXACT_RESIDUALS_H
#define TNG_EXACT_RESIDUALS_H

#include "model.h"

// What a residual's decisions go by.
typedef struct {
  int32_t plane, activity, is_natural;
  int32_t token_contexts[tng_token_inputs];  // below 128
  int32_t sign_contexts[tng_sign_inputs];    // below 256
} tng_residual_context;

// A class of a magnitude, 0 ... 7: 0, 1, 2, 3-4, 5-8 ...
TNG_INLINE int32_t tng_class(int32_t magnitude) {
  int32_t class = magnitude < 3 ? magnitude : 1 + tng_bit_length((uint32_t)magnitude - 1);
  return class > 7 ? 7 : class;
}

// The token of a residual's magnitude: 0 ... 3 as they are, then two for each power of two.
TNG_INLINE int32_t tng_token(int32_t magnitude) {
  if (magnitude < 4) return magnitude;
  int32_t length = tng_bit_length((uint32_t)magnitude) - 1;
  return 2 * length + (magnitude >> (length - 1) & 1);
}

// Codes whether a token is above k, or, falling, below k.
TNG_INLINE int32_t tng_code_step(tng_model *model, int32_t encodes, int32_t bit, const tng_residual_context *c, int32_t falls, int32_t k) {
  tng_slot *slots[tng_token_inputs];
  int32_t direction = 2 * c->plane + falls, place = 32 * direction + k;
  for (int32_t i = 0; i < tng_token_inputs; i++) slots[i] = &model->tokens[i][c->token_contexts[i]][place];
  return tng_mix_residual(model, encodes, bit, c->is_natural, slots, tng_token_inputs, &model->token_mixers[place],
                          &model->activity_mixers[16 * direction + c->activity]);
}

// Codes a token from the one to be expected upwards or downwards.
TNG_INLINE int32_t tng_code_token(tng_model *model, int32_t encodes, int32_t token, const tng_residual_context *c) {
  int32_t most = model->depth == 1 ? 1 : 2 * (model->depth - 1);
  uint16_t *mean = &model->token_means[c->plane][c->activity];
  int32_t k = (*mean + 128) >> 8;
  if (k > most) k = most;
  if (k < most && tng_code_step(model, encodes, token > k, c, 0, k)) {
    k++;
    while (k < most && tng_code_step(model, encodes, token > k, c, 0, k)) k++;
  } else {
    while (k > 0 && tng_code_step(model, encodes, token < k, c, 1, k)) k--;
  }
  *mean = (uint16_t)(*mean + (((k << 8) - *mean + 16) >> 5));
  return k;
}

TNG_INLINE int32_t tng_code_sign(tng_model *model, int32_t encodes, int32_t is_negative, const tng_residual_context *c) {
  tng_slot *slots[tng_sign_inputs];
  for (int32_t i = 0; i < tng_sign_inputs; i++) slots[i] = &model->signs[i][256 * c->plane + c->sign_contexts[i]];
  return tng_mix_residual(model, encodes, is_negative, c->is_natural, slots, tng_sign_inputs, &model->sign_mixers[c->plane],
                          &model->sign_activity[16 * c->plane + c->activity]);
}

// Codes a residual.
TNG_INLINE int32_t tng_code_residual(tng_model *model, int32_t encodes, int32_t residual, const tng_residual_context *c) {
  int32_t magnitude = residual < 0 ? -residual : residual, token = tng_code_token(model, encodes, tng_token(magnitude), c);
  if (token == 0) return 0;
  int32_t is_negative = tng_code_sign(model, encodes, residual < 0, c), result = token;
  if (token >= 4) {
    int32_t bits = token / 2 - 1;
    result = 2 + (token & 1);
    for (int32_t i = bits - 1; i >= 0; i--) {
      tng_slot *slot = &model->lower_bits[c->plane][token][i == bits - 1 ? 0 : i + 1];
      result = 2 * result + tng_code_by_slot(&model->coder, &model->tables, encodes, magnitude >> i & 1, slot, tng_slow_limit);
    }
  }
  return is_negative ? -result : result;
}

#endif
