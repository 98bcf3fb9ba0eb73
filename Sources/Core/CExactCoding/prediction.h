// What a sample is expected to be, from those around it (Documentation/Format-exact.md, section 8).
#ifndef TNG_EXACT_PREDICTION_H
#define TNG_EXACT_PREDICTION_H

#include "model.h"

// The pixels around one, all of them coded before.
typedef struct {
  tng_pixel w, n, nw, ne, ww, nn, nne;
} tng_neighbours;

// The samples around one, in a plane or as differences between two.
typedef struct {
  int32_t w, n, nw, ne, ww, nn, nne;
} tng_levels;

TNG_INLINE int32_t tng_limit(int32_t v, int32_t low, int32_t high) { return v < low ? low : v > high ? high : v; }

// The median of two samples and of what continues the plane through three (LOCO-I; Weinberger, Seroussi, Sapiro 2000).
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

// The most that a difference counts, in 1/65536.
enum { tng_largest_linear_weight = 1 << 18 };

// Eight predictions of a sample, in eighths of a step.
TNG_INLINE void tng_predict(int32_t predictions[tng_predictors], const tng_levels *v, int32_t base) {
  predictions[0] = 8 * (v->w + base);
  predictions[1] = 8 * (v->n + base);
  predictions[2] = 8 * (v->w + v->n - v->nw + base);
  predictions[3] = 8 * (v->w + v->ne - v->n + base);
  predictions[4] = 8 * (v->n + base) + 4 * (v->n - v->nn);
  predictions[5] = 8 * (v->n + v->ne - v->nne + base);
  predictions[6] = 4 * (v->w + v->ne) + 8 * base;
  predictions[7] = 8 * (v->w + base) + 4 * (v->ne - v->nw);
}

// In planes of colour, two predictions go by the plane itself, and by how blue differs from red.
TNG_INLINE void tng_predict_colour(int32_t predictions[tng_predictors], const tng_levels *own, const tng_neighbours *at,
                                   tng_pixel pixel, int32_t plane) {
  predictions[4] = 8 * (own->w + own->n - own->nw);
  if (plane == 2) {
    tng_levels difference = tng_subtract(*own, tng_levels_of(at, 1));
    predictions[5] = 8 * (difference.w + difference.n - difference.nw + tng_sample(pixel, 1));
  }
}

// How the samples around one differ from what is left of it: in its own plane, and in earlier ones.
typedef struct {
  int32_t count, differences[tng_linear_inputs];
} tng_linear_input;

TNG_INLINE tng_linear_input tng_linear_input_of(const tng_levels *own, const tng_neighbours *at, tng_pixel pixel, int32_t plane) {
  int32_t w = own->w;
  tng_linear_input input = {6, {own->n - w, own->nw - w, own->ne - w, own->ww - w, own->nn - w, own->nne - w}};
  for (int32_t p = 0; p < plane && p < 2; p++) {
    int32_t left = tng_sample(at->w, p);
    input.differences[input.count++] = tng_sample(pixel, p) - left;
    input.differences[input.count++] = tng_sample(at->n, p) - left;
    input.differences[input.count++] = tng_sample(at->nw, p) - left;
    input.differences[input.count++] = tng_sample(at->ne, p) - left;
  }
  return input;
}

// What the differences, times their weights, add to the sample on the left, in eighths.
TNG_INLINE int32_t tng_predict_linearly(const int32_t *weights, const tng_linear_input *input, int32_t w, int32_t largest) {
  int64_t sum = 0;
  for (int32_t i = 0; i < input->count; i++) sum += (int64_t)weights[i] * input->differences[i];
  int64_t prediction = 8 * (int64_t)w + (sum >> 13);
  return prediction < 0 ? 0 : prediction > 8 * largest ? 8 * largest : (int32_t)prediction;
}

// Moves the weights against the error, in eighths (normalised least mean squares; Haykin, Adaptive Filter Theory).
TNG_INLINE void tng_learn_linearly(int32_t *weights, const tng_linear_input *input, int32_t error, int32_t shift) {
  int64_t energy = (int64_t)32 << 2 * shift;
  for (int32_t i = 0; i < input->count; i++) energy += (int64_t)input->differences[i] * input->differences[i];
  int64_t step = (int64_t)error * 8192 / energy;
  for (int32_t i = 0; i < input->count; i++) {
    int64_t weight = weights[i] + ((step * input->differences[i] + 64) >> 7);
    weights[i] = weight < -tng_largest_linear_weight ? -tng_largest_linear_weight
                 : weight > tng_largest_linear_weight ? tng_largest_linear_weight : (int32_t)weight;
  }
}

// The mean of the predictions, each with a weight that falls with its errors nearby.
TNG_INLINE int32_t tng_blend(const uint32_t *weights, const int32_t predictions[tng_predictors], const tng_residual_row *row,
                             const tng_residual_row *up, int32_t column) {
  const uint16_t *w = row->errors[column - 1], *n = up->errors[column], *nw = up->errors[column - 1], *ne = up->errors[column + 1];
  uint32_t total = 0;
  int64_t sum = 0;
  for (int32_t i = 0; i < tng_predictors; i++) {
    uint32_t error = (uint32_t)(2 * w[i] + 2 * n[i] + nw[i] + ne[i]) >> 2;
    uint32_t weight = weights[error < tng_blend_weights ? error : tng_blend_weights - 1];
    total += weight;
    sum += (int64_t)weight * predictions[i];
  }
  return (int32_t)((sum + (total >> 1)) / (int64_t)total);
}

#endif
