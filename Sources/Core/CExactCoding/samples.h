// Pixels coded sample by sample, as residuals of a prediction (Documentation/Format-exact.md, section 8).
#ifndef TNG_EXACT_SAMPLES_H
#define TNG_EXACT_SAMPLES_H

#include "prediction.h"
#include "residuals.h"

// A sample that is about to be coded, and what is known of it.
typedef struct {
  tng_levels own;     // the samples around it
  tng_levels levels;  // the same, or what they are more than those of plane 0
  int32_t plane, is_natural, shift;
  int32_t predictions[tng_predictors];  // in eighths, as is `blend`
  int32_t blend;
  // Residuals around it, and those of the pixel's earlier planes.
  int32_t w, ww, n, nw, ne, first, before;
  int32_t gradient, activity, pattern;
} tng_sample_state;

// How much is going on around a sample: a class of what residuals and, in graphics, differences add up to.
TNG_INLINE int32_t tng_activity(const tng_sample_state *s) {
  int32_t sum = 2 * tng_magnitude(s->w) + 2 * tng_magnitude(s->n) + tng_magnitude(s->nw) + tng_magnitude(s->ne) + tng_magnitude(s->ww);
  int32_t strength = (sum + (s->is_natural ? 0 : 2 * s->gradient)) >> s->shift;
  if (strength < 4) return strength;
  int32_t length = tng_bit_length((uint32_t)strength);
  return tng_limit(2 * length + (strength >> (length - 2) & 1) - 2, 0, 15);
}

// Which of the neighbours are above the blend.
TNG_INLINE int32_t tng_pattern(const tng_levels *own, int32_t blend) {
  return (8 * own->w > blend) | (8 * own->n > blend) << 1 | (8 * own->nw > blend) << 2 | (8 * own->ne > blend) << 3 |
         (2 * own->w - own->ww > blend / 8) << 4;
}

TNG_INLINE tng_residual_context tng_residual_context_of(const tng_sample_state *s, int32_t fine, int32_t depth) {
  int32_t shift = s->shift, plane = s->plane, activity = s->activity, prediction = (fine + 4) >> 3;
  int32_t first = s->first >> shift, before = s->before >> shift;
  int32_t near = tng_class(tng_magnitude(plane == 0 ? s->ne >> shift : first));
  int32_t other = tng_class(tng_magnitude(plane < 2 ? s->nw >> shift : before));
  int32_t first_class = tng_limit(first, -8, 7) + 8, before_class = tng_limit(before, -8, 7) + 8;
  int32_t left = tng_limit(s->w >> shift, -2, 2) + 2, above = tng_limit(s->n >> shift, -2, 2) + 2;
  int32_t distance = tng_limit(8 + ((8 * s->own.n - fine) >> (3 + shift)), 0, 15);
  return (tng_residual_context){
      .plane = plane,
      .is_natural = s->is_natural,
      .activity = activity,
      .token_contexts = {
          activity + 16 * s->is_natural,
          8 * tng_class(tng_magnitude(s->w >> shift)) + tng_class(tng_magnitude(s->n >> shift)),
          8 * (activity >> 1) + near,
          8 * tng_class(s->gradient >> shift) + tng_class(tng_magnitude(s->levels.w - s->levels.n) >> shift),
          4 * (depth < 5 ? prediction : prediction >> (depth - 5)) + (activity >> 2),
          8 * near + other,
      },
      .sign_contexts = {
          16 * first_class + before_class,
          40 * left + 8 * above + (fine & 7),
          8 * s->pattern + (activity >> 1),
          64 * (first_class >> 2) + 4 * distance + (left >> 1),
      },
  };
}

// The residual at most `allowance` from another, and within `least` and `most`, that ends with the most zeros: those are
// shorter. What is not within them stays as it is.
TNG_INLINE int32_t tng_round(int32_t residual, int32_t allowance, int32_t least, int32_t most) {
  if (residual < least || residual > most) return residual;
  int32_t low = residual - allowance < least ? least : residual - allowance, high = residual + allowance > most ? most : residual + allowance;
  if (low <= 0 && high >= 0) return 0;
  int32_t sign = high < 0 ? -1 : 1, step = 1;
  int32_t nearest = sign < 0 ? -high : low, farthest = sign < 0 ? -low : high;
  while ((farthest & -(2 * step)) >= nearest) step *= 2;
  // There are at most two such numbers.
  int32_t result = (sign * residual + step / 2) & -step;
  if (result < nearest) result += step;
  return sign * (result > farthest ? result - step : result);
}

// Codes the samples of a pixel in column `x`. In a block of graphics the median predicts, in a natural one the blend. An encoder
// may move samples by `allowance`.
TNG_INLINE tng_pixel tng_code_samples(tng_model *model, int32_t encodes, tng_pixel pixel, const tng_neighbours *at, int32_t x,
                                      int32_t is_natural, int32_t allowance) {
  int32_t depth = model->depth, largest = (1 << depth) - 1, column = x + tng_residual_margin;
  int32_t residuals[tng_exact_maximum_planes] = {0};
  tng_pixel result = 0;
  model->residual_rows_used |= 1;
  for (int32_t plane = 0; plane < model->planes; plane++) {
    tng_residual_row *row = &model->residual_rows[model->residual_row][plane];
    const tng_residual_row *up = &model->residual_rows[1 - model->residual_row][plane];
    int32_t is_colour = (plane == 1 || plane == 2) && model->planes > 2, base = is_colour ? tng_sample(result, 0) : 0;
    tng_sample_state s = {
        .own = tng_levels_of(at, plane), .plane = plane, .is_natural = is_natural, .shift = depth > 8 ? depth - 8 : 0,
        .w = row->residuals[column - 1], .ww = row->residuals[column - 2], .n = up->residuals[column],
        .nw = up->residuals[column - 1], .ne = up->residuals[column + 1],
        .first = residuals[0], .before = plane > 1 ? residuals[plane - 1] : 0,
    };
    s.levels = is_colour ? tng_subtract(s.own, tng_levels_of(at, 0)) : s.own;
    tng_predict(s.predictions, &s.levels, base);
    if (is_colour) tng_predict_colour(s.predictions, &s.own, at, result, plane);
    tng_linear_input input = tng_linear_input_of(&s.own, at, result, plane);
    s.predictions[8] = tng_predict_linearly(model->linear_weights[plane], &input, s.own.w, largest);
    int32_t blend = is_natural ? tng_blend(model->weights, s.predictions, row, up, column)
                               : 8 * (tng_median_prediction(s.levels.w, s.levels.n, s.levels.nw) + base);
    s.blend = tng_limit(blend, 0, 8 * largest);
    s.gradient = tng_magnitude(s.levels.w - s.levels.nw) + tng_magnitude(s.levels.n - s.levels.nw) + tng_magnitude(s.levels.n - s.levels.ne);
    s.activity = tng_activity(&s);
    s.pattern = tng_pattern(&s.own, s.blend);

    int16_t *bias = &model->biases[plane][is_natural][16 * s.pattern + s.activity];
    int32_t fine = tng_limit(s.blend + (*bias >> 4), 0, 8 * largest), prediction = (fine + 4) >> 3;
    tng_residual_context context = tng_residual_context_of(&s, fine, depth);
    int32_t residual = (tng_sample(pixel, plane) - prediction) & largest;
    if (residual > largest >> 1) residual -= largest + 1;
    if (allowance) residual = tng_round(residual, 4 * allowance / tng_weight(model, plane), -prediction, largest - prediction);
    residual = tng_code_residual(model, encodes, residual, &context);
    int32_t sample = (prediction + residual) & largest;

    tng_learn_linearly(model->linear_weights[plane], &input, 8 * sample - s.predictions[8], s.shift);
    result = tng_with_sample(result, plane, sample);
    residuals[plane] = row->residuals[column] = sample - prediction;
    *bias = (int16_t)(*bias + ((tng_limit((8 * sample - s.blend) * 16, -32000, 32000) - *bias) >> 6));
    for (int32_t i = 0; i < tng_predictors; i++) {
      int32_t error = tng_magnitude(8 * sample - s.predictions[i]) >> s.shift >> 1;
      row->errors[column][i] = (uint16_t)(error > 4095 ? 4095 : error);
    }
  }
  return result;
}

#endif
