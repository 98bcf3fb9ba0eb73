// Pixels coded sample by sample, as residuals of a prediction (Documentation/Format-exact.md, section 8).
#ifndef TNG_EXACT_SAMPLES_H
#define TNG_EXACT_SAMPLES_H

#include "model.h"

// The pixels around one, all of them coded before.
typedef struct {
  tng_pixel w, n, nw, ne, ww, nn, nne;
} tng_neighbours;

TNG_INLINE int32_t tng_difference(int32_t a, int32_t b) { return a > b ? a - b : b - a; }

// The median of two samples and of what continues the plane through three.
TNG_INLINE int32_t tng_median_prediction(int32_t w, int32_t n, int32_t nw) {
  int32_t high = w > n ? w : n, low = w < n ? w : n;
  return nw >= high ? low : nw <= low ? high : w + n - nw;
}

TNG_INLINE int32_t tng_class8(int32_t v) {
  return v == 0 ? 0 : v < 3 ? 1 : v < 6 ? 2 : v < 12 ? 3 : v < 24 ? 4 : v < 48 ? 5 : v < 96 ? 6 : 7;
}
TNG_INLINE int32_t tng_class6(int32_t v) { return v == 0 ? 0 : v < 4 ? 1 : v < 10 ? 2 : v < 24 ? 3 : v < 60 ? 4 : 5; }

TNG_INLINE tng_pixel tng_code_samples(tng_model *model, int32_t encodes, tng_pixel pixel, const tng_neighbours *at) {
  int32_t largest = (1 << model->depth) - 1, shift = model->depth > 8 ? model->depth - 8 : 0;
  tng_pixel result = 0;
  int32_t first_residual = 0, last_length = 0;
  int32_t nw0 = tng_sample(at->nw, 0), n0 = tng_sample(at->n, 0);
  int32_t activity = tng_difference(tng_sample(at->w, 0), nw0) + tng_difference(n0, nw0) + tng_difference(n0, tng_sample(at->ne, 0));
  int32_t ac = tng_class8(activity >> shift);
  for (int32_t plane = 0; plane < model->planes; plane++) {
    int32_t w = tng_sample(at->w, plane), n = tng_sample(at->n, plane), nw = tng_sample(at->nw, plane);
    int32_t median = tng_median_prediction(w, n, nw);
    int32_t prediction = median + (plane == 1 || plane == 2 ? first_residual : 0);
    prediction = prediction < 0 ? 0 : prediction > largest ? largest : prediction;
    int32_t residual = (tng_sample(pixel, plane) - prediction) & largest;
    if (residual > largest >> 1) residual -= largest + 1;
    uint32_t number = residual < 0 ? (uint32_t)(-2 * residual - 1) : (uint32_t)(2 * residual);
    int32_t change = tng_difference(w, tng_sample(at->ww, plane)) + tng_difference(n, tng_sample(at->nn, plane));
    int32_t cc = tng_class6(change >> shift), p8 = prediction >> shift;

    int32_t length = encodes ? tng_bit_length(number) : 0, k = 0;
    for (; k < model->depth; k++) {
      uint32_t c = (uint32_t)(k * 4 + plane);
      uint32_t contexts[tng_sample_inputs] = {
          c, c + 128 * (1 + (uint32_t)ac), c + 128 * (16 + (uint32_t)(last_length * 8 + ac)), c + 128 * (160 + (uint32_t)(cc * 8 + ac)),
          c + 128 * (210 + (uint32_t)(p8 >> 3)), c + 128 * (250 + (uint32_t)(cc * 20 + last_length))};
      tng_slot *slots[tng_sample_inputs];
      for (int32_t i = 0; i < tng_sample_inputs; i++) slots[i] = &model->magnitudes[contexts[i]];
      if (!tng_mix(model, encodes, length > k, slots, tng_sample_inputs, &model->magnitude_mixers[plane][k],
                   &model->magnitude_activity[plane][ac * 17 + k])) break;
    }
    uint32_t decoded = k > 0;
    for (int32_t b = k - 2; b >= 0; b--) {
      uint32_t c = decoded & 255;
      uint32_t contexts[tng_sample_inputs] = {
          c, c | 256u * (1 + (uint32_t)ac), c | 256u * (16 + (uint32_t)last_length), c | 256u * (40 + (uint32_t)cc), c | 256u * (64 + (uint32_t)(p8 >> 4)),
          c | 256u * (100 + (uint32_t)k)};
      tng_slot *slots[tng_sample_inputs];
      for (int32_t i = 0; i < tng_sample_inputs; i++) slots[i] = &model->mantissas[plane][contexts[i]];
      decoded = decoded << 1 | (uint32_t)tng_mix(model, encodes, number >> b & 1, slots, tng_sample_inputs, &model->mantissa_mixers[plane][k * 16 + b - (k == 16)],
                   &model->mantissa_activity[plane][ac * 16 + b]);
    }
    residual = decoded & 1 ? -(int32_t)((decoded + 1) >> 1) : (int32_t)(decoded >> 1);
    result = tng_with_sample(result, plane, (prediction + residual) & largest);
    if (plane == 0) first_residual = tng_sample(result, 0) - median;
    last_length = k;
  }
  return result;
}

#endif
