// Pixels coded sample by sample, as residuals of a prediction (Documentation/Format-exact.md, section 8).
#ifndef TNG_EXACT_SAMPLES_H
#define TNG_EXACT_SAMPLES_H

#include "model.h"

// The pixels around one, all of them coded before.
typedef struct {
  tng_pixel w, n, nw, ne, ww, nn, nne;
} tng_neighbours;

// The samples around one, in a plane or as differences between two.
typedef struct {
  int32_t w, n, nw, ne, ww, nn, nne;
} tng_levels;

TNG_INLINE int32_t tng_magnitude(int32_t v) { return v < 0 ? -v : v; }
TNG_INLINE int32_t tng_limit(int32_t v, int32_t low, int32_t high) { return v < low ? low : v > high ? high : v; }

// The median of two samples and of what continues the plane through three.
TNG_INLINE int32_t tng_median_prediction(int32_t w, int32_t n, int32_t nw) {
  int32_t high = w > n ? w : n, low = w < n ? w : n;
  return nw >= high ? low : nw <= low ? high : w + n - nw;
}

TNG_INLINE tng_levels tng_levels_of(const tng_neighbours *at, int32_t plane) {
  return (tng_levels){
      tng_sample(at->w, plane), tng_sample(at->n, plane), tng_sample(at->nw, plane), tng_sample(at->ne, plane),
      tng_sample(at->ww, plane), tng_sample(at->nn, plane), tng_sample(at->nne, plane)};
}

TNG_INLINE tng_levels tng_subtract(tng_levels a, tng_levels b) {
  return (tng_levels){a.w - b.w, a.n - b.n, a.nw - b.nw, a.ne - b.ne, a.ww - b.ww, a.nn - b.nn, a.nne - b.nne};
}

// Eight predictions of a sample, in eighths of a step.
TNG_INLINE void tng_predict(int32_t predictions[tng_predictors], tng_levels v) {
  predictions[0] = 8 * v.w;
  predictions[1] = 8 * v.n;
  predictions[2] = 8 * (v.w + v.n - v.nw);
  predictions[3] = 8 * (v.w + v.ne - v.n);
  predictions[4] = 8 * v.n + 4 * (v.n - v.nn);
  predictions[5] = 8 * (v.n + v.ne - v.nne);
  predictions[6] = 4 * (v.w + v.ne) ;
  predictions[7] = 8 * v.w + 4 * (v.ne - v.nw);
}

// A class of a magnitude: 0, 1, 2, 3-4, 5-8 ...
TNG_INLINE int32_t tng_class(int32_t magnitude, int32_t most) {
  int32_t class = magnitude < 3 ? magnitude : 1 + tng_bit_length((uint32_t)magnitude - 1);
  return class > most ? most : class;
}

// The token of a residual's magnitude: 0 ... 3 as they are, then two for each power of two.
TNG_INLINE int32_t tng_token(int32_t magnitude) {
  if (magnitude < 4) return magnitude;
  int32_t length = tng_bit_length((uint32_t)magnitude) - 1;
  return 2 * length + (magnitude >> (length - 1) & 1);
}

// What is around a residual, for its decisions.
typedef struct {
  int32_t plane, activity, last, order;
  uint32_t contexts[tng_sample_inputs];  // each below the number of its table's contexts
  uint32_t sign_contexts[tng_sign_inputs];
} tng_residual_context;

TNG_INLINE int32_t tng_token_decision(tng_model *model, int32_t encodes, int32_t bit, const tng_residual_context *c, int32_t falls, int32_t k) {
  tng_slot *slots[tng_sample_inputs];
  uint32_t place = (uint32_t)((c->plane * 2 + falls) * 32 + k);
  for (int32_t i = 0; i < tng_sample_inputs; i++) slots[i] = &model->tokens[i][c->contexts[i]][place];
  return tng_mix(model, encodes, bit, slots, tng_sample_inputs, &model->token_mixers[place],
                 &model->activity_mixers[(c->plane * 2 + falls) * 16 + c->activity]);
}

// Codes a residual: its token from the expected one upwards or downwards, its sign, its lower bits.
TNG_INLINE int32_t tng_code_residual(tng_model *model, int32_t encodes, int32_t residual, const tng_residual_context *c, int32_t depth) {
  int32_t magnitude = tng_magnitude(residual), token = tng_token(magnitude), most = depth == 1 ? 1 : 2 * (depth - 1);
  uint16_t *mean = &model->token_means[c->plane][c->activity];
  int32_t k = (*mean + 128) >> 8;
  if (k > most) k = most;
  if (k < most && tng_token_decision(model, encodes, token > k, c, 0, k)) {
    k++;
    while (k < most && tng_token_decision(model, encodes, token > k, c, 0, k)) k++;
  } else {
    while (k > 0 && tng_token_decision(model, encodes, token < k, c, 1, k)) k--;
  }
  *mean = (uint16_t)(*mean + (((k << 8) - *mean + 16) >> 5));
  if (k == 0) return 0;
  tng_slot *slots[tng_sign_inputs];
  for (int32_t i = 0; i < tng_sign_inputs; i++) slots[i] = &model->signs[i][c->sign_contexts[i]];
  int32_t is_negative = tng_mix(model, encodes, residual < 0, slots, tng_sign_inputs, &model->sign_mixers[c->plane], &model->sign_activity[c->plane * 16 + c->activity]);
  if (k < 4) {
    magnitude = encodes ? magnitude : k;
  } else {
    int32_t bits = k / 2 - 1;
    uint32_t value = (uint32_t)(2 + (k & 1));
    for (int32_t i = bits - 1; i >= 0; i--) {
      int32_t bit = magnitude >> i & 1;
      value = value << 1 | (uint32_t)tng_code_by_slot(&model->coder, &model->tables, encodes, bit, &model->lower_bits[c->plane][k][i == bits - 1 ? 0 : i + 1], tng_slow_limit);
    }
    magnitude = (int32_t)value;
  }
  return is_negative ? -magnitude : magnitude;
}

// Codes the samples of a pixel in column `x`. In a block of graphics the median predicts, in a natural one the blend.
TNG_INLINE tng_pixel tng_code_samples(tng_model *model, int32_t encodes, tng_pixel pixel, const tng_neighbours *at, int32_t x, int32_t is_natural) {
  int32_t depth = model->depth, largest = (1 << depth) - 1, shift = depth > 8 ? depth - 8 : 0;
  tng_pixel result = 0;
  int32_t residuals[tng_exact_maximum_planes] = {0};
  tng_levels first = tng_levels_of(at, 0), own, used;
  model->residual_rows_used |= 1;
  for (int32_t plane = 0; plane < model->planes; plane++) {
    own = tng_levels_of(at, plane);
    int32_t is_colour = (plane == 1 || plane == 2) && model->planes > 2, base = is_colour ? tng_sample(result, 0) : 0;
    used = is_colour ? tng_subtract(own, first) : own;
    int32_t predictions[tng_predictors];
    tng_predict(predictions, used);
    if (is_colour) {
      for (int32_t i = 0; i < tng_predictors; i++) predictions[i] += 8 * base;
      predictions[4] = 8 * (own.w + own.n - own.nw);
      if (plane == 2) {
        tng_levels second = tng_levels_of(at, 1);
        predictions[5] = 8 * (own.w - second.w + own.n - second.n - own.nw + second.nw + tng_sample(result, 1));
      }
    }
    tng_residual_row *row = &model->residual_rows[model->residual_row][plane], *up = &model->residual_rows[1 - model->residual_row][plane];
    int32_t at_x = x + 2;
    const uint16_t *ew = row->errors[at_x - 1], *en = up->errors[at_x], *enw = up->errors[at_x - 1], *ene = up->errors[at_x + 1];
    int32_t blend;
    if (is_natural) {
      uint32_t total = 0; int64_t sum = 0;
      for (int32_t i = 0; i < tng_predictors; i++) {
        uint32_t e = (uint32_t)(2 * ew[i] + 2 * en[i] + enw[i] + ene[i]);
        uint32_t weight = model->weights[e >> 2 > 1023 ? 1023 : e >> 2];
        total += weight;
        sum += (int64_t)weight * predictions[i];
      }
      blend = (int32_t)((sum + (total >> 1)) / (int64_t)total);
    } else {
      blend = 8 * (tng_median_prediction(used.w, used.n, used.nw) + base);
    }
    blend = tng_limit(blend, 0, 8 * largest);

    int32_t rw = row->residuals[at_x - 1], rww = row->residuals[at_x - 2], rn = up->residuals[at_x], rnw = up->residuals[at_x - 1], rne = up->residuals[at_x + 1];
    int32_t sum = 2 * tng_magnitude(rw) + 2 * tng_magnitude(rn) + tng_magnitude(rnw) + tng_magnitude(rne) + tng_magnitude(rww);
    int32_t gradient = tng_magnitude(used.w - used.nw) + tng_magnitude(used.n - used.nw) + tng_magnitude(used.n - used.ne);
    int32_t strength = (sum + (is_natural ? 0 : 2 * gradient)) >> shift;
    int32_t activity = strength < 4 ? strength : 2 * tng_bit_length((uint32_t)strength) + (strength >> (tng_bit_length((uint32_t)strength) - 2) & 1) - 2;
    if (activity > 15) activity = 15;
    // The bias of what looks like this.
    int32_t pattern = (8 * own.w > blend) | (8 * own.n > blend) << 1 | (8 * own.nw > blend) << 2 | (8 * own.ne > blend) << 3 | (own.w * 2 - own.ww > blend / 8) << 4;
    int16_t *bias = &model->biases[plane][is_natural][pattern * 16 + activity];
    int32_t fine = tng_limit(blend + (*bias >> 4), 0, 8 * largest), prediction = (fine + 4) >> 3;

    int32_t r0 = plane > 0 ? residuals[0] >> shift : 0, r1 = plane > 1 ? residuals[plane - 1] >> shift : 0;
    int32_t near = tng_class(tng_magnitude(plane == 0 ? rne >> shift : r0), 7), other = tng_class(tng_magnitude(plane < 2 ? rnw >> shift : r1), 7);
    int32_t gc = tng_class(gradient >> shift, 7);
    tng_residual_context c = {.plane = plane, .activity = activity};
    int32_t cw = tng_class(tng_magnitude(rw >> shift), 7), cn = tng_class(tng_magnitude(rn >> shift), 7);
    c.contexts[0] = (uint32_t)(activity + 16 * is_natural);
    c.contexts[1] = (uint32_t)(8 * cw + cn);
    c.contexts[2] = (uint32_t)(8 * (activity >> 1) + near);
    c.contexts[3] = (uint32_t)(8 * gc + tng_class(tng_magnitude(used.w - used.n) >> shift, 7));
    c.contexts[4] = (uint32_t)((depth < 5 ? prediction : prediction >> (depth - 5)) * 4 + (activity >> 2));
    c.contexts[5] = (uint32_t)(8 * near + other);
    int32_t s0 = tng_limit(r0, -8, 7) + 8, s1 = tng_limit(r1, -8, 7) + 8, sw = tng_limit(rw >> shift, -2, 2) + 2, sn = tng_limit(rn >> shift, -2, 2) + 2;
    c.sign_contexts[0] = (uint32_t)(plane * 256 + s0 * 16 + s1);
    c.sign_contexts[1] = (uint32_t)(plane * 256 + sw * 40 + sn * 8 + (fine & 7));
    c.sign_contexts[2] = (uint32_t)(plane * 256 + pattern * 8 + (activity >> 1));
    c.sign_contexts[3] = (uint32_t)(plane * 256 + tng_limit(s0 >> 2, 0, 3) * 64 + tng_limit(8 + ((8 * own.n - fine) >> (3 + shift)), 0, 15) * 4 + sw / 2);

    int32_t residual = (tng_sample(pixel, plane) - prediction) & largest;
    if (residual > largest >> 1) residual -= largest + 1;
    residual = tng_code_residual(model, encodes, residual, &c, depth);
    int32_t sample = (prediction + residual) & largest;
    result = tng_with_sample(result, plane, sample);

    residual = sample - prediction;
    residuals[plane] = residual;
    row->residuals[at_x] = residual;
    *bias = (int16_t)(*bias + ((tng_limit((8 * sample - blend) * 16, -32000, 32000) - *bias) >> 6));
    for (int32_t i = 0; i < tng_predictors; i++) {
      int32_t error = tng_magnitude(8 * sample - predictions[i]) >> shift >> 1;
      row->errors[at_x][i] = (uint16_t)(error > 4095 ? 4095 : error);
    }
  }
  return result;
}

#endif
