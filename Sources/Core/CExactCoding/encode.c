#include "tile.h"

// The bits of a pixel by its samples, about.
static int32_t sample_bits(const tng_model *model, tng_pixel pixel, tng_pixel w, tng_pixel n, tng_pixel nw) {
  int32_t bits = 0, first = 0;
  for (int32_t plane = 0; plane < model->planes; plane++) {
    int32_t residual = tng_sample(pixel, plane) -
                       tng_median_prediction(tng_sample(w, plane), tng_sample(n, plane), tng_sample(nw, plane));
    int32_t is_colour = (plane == 1 || plane == 2) && model->planes > 2;
    uint32_t magnitude = (uint32_t)tng_magnitude(is_colour ? residual - first : residual);
    bits += (1 + 2 * tng_bit_length(magnitude)) * 3 / 4;
    if (plane == 0) first = residual;
  }
  return bits;
}

int32_t tng_is_natural(const tng_model *model, int32_t left, int32_t top) {
  int32_t right = tng_limit(left + tng_exact_block_side, 0, model->width);
  int32_t bottom = tng_limit(top + tng_exact_block_side, 0, model->height);
  int32_t graphics = 0, natural = 0, misses = 0;
  for (int32_t y = top; y < bottom; y++) {
    const tng_pixel *row = model->pixels + y * model->stride, *up = row - model->stride;
    for (int32_t x = left; x < right; x++) {
      tng_pixel pixel = row[x], w = row[x - 1], n = up[x], nw = up[x - 1];
      int32_t bits = sample_bits(model, pixel, w, n, nw);
      natural += bits;
      if (pixel == w || pixel == n || pixel == nw || pixel == up[x + 1]) continue;
      misses++;
      int32_t is_known = model->palette_bits < bits && tng_palette_index(model, pixel) >= 0;
      graphics += 3 + (is_known ? model->palette_bits * 3 / 4 : bits);
    }
  }
  return 8 * misses > 5 * (right - left) * (bottom - top) && natural < graphics;
}

// Gives the pixels that are not coded the colours that they will have for both sides.
static void fill_gaps(tng_model *model) {
  for (int32_t y = 0; y < model->height; y++) {
    tng_pixel *row = model->pixels + y * model->stride;
    int32_t filled = 0;
    if (y > 0) row[-1] = row[-model->stride];
    for (int32_t x = 0, end; end = tng_next_span(model, y, &x), x < model->width; x = filled = end) tng_fill_gap(row, filled, x);
    tng_fill_gap(row, filled, model->width);
  }
}

static void encode(tng_model *model, uint8_t *stream, size_t capacity) {
  if (model->is_coded) fill_gaps(model);
  model->coder = tng_range_encoder(stream, capacity);
  tng_exact_result result;
  tng_code_tile(model, 1, &result);
}

size_t tng_exact_encode(const tng_exact_tile *tile, void *workspace, uint8_t *stream, size_t capacity) {
  tng_model *model = tng_make_model(tile, workspace);
  encode(model, stream, capacity);
  tng_finish_encoder(&model->coder);
  return model->coder.at;
}

void tng_exact_simplify(const tng_exact_tile *tile, void *workspace, tng_tolerance tolerance, uint32_t *costs) {
  tng_model *model = tng_make_model(tile, workspace);
  int32_t rows = (tile->height + tng_exact_block_side - 1) / tng_exact_block_side;
  for (int32_t i = 0; i < rows * tng_block_columns(model); i++) costs[i] = 0;
  // What is not reached yet counts as contrast.
  for (int32_t y = 0; y < model->height; y++) {
    tng_pixel *end = model->pixels + y * model->stride + model->width;
    *end = end[-1];
  }
  model->costs = costs;
  model->tolerance = tolerance;
  uint8_t nothing;
  encode(model, &nothing, 0);
  if (tolerance.most > 0) tng_write_samples(model, tile, tile->height);
}
