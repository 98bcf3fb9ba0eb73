#include "tile.h"

// The bits of a sample's residual, about.
static int32_t residual_bits(int32_t residual) { return 1 + 2 * tng_bit_length((uint32_t)tng_magnitude(residual)); }

int32_t tng_is_natural(const tng_model *model, int32_t x0, int32_t y0) {
  int32_t side = tng_exact_block_side, graphics = 0, natural = 0, misses = 0, pixels = 0;
  for (int32_t y = y0; y < y0 + side && y < model->height; y++) {
    const tng_pixel *row = model->pixels + y * model->stride, *up = row - model->stride;
    for (int32_t x = x0; x < x0 + side && x < model->width; x++) {
      tng_pixel p = row[x], w = row[x - 1], n = up[x], nw = up[x - 1], ne = up[x + 1];
      int32_t bits = 0, base = 0;
      for (int32_t plane = 0; plane < model->planes; plane++) {
        int32_t residual = tng_sample(p, plane) - tng_median_prediction(tng_sample(w, plane), tng_sample(n, plane), tng_sample(nw, plane));
        int32_t is_colour = plane == 1 || plane == 2;
        bits += residual_bits(is_colour ? residual - base : residual) * 3 / 4;
        if (plane == 0) base = residual;
      }
      natural += bits;
      pixels++;
      if (p != w && p != n && p != nw && p != ne) {
        misses++;
        int32_t index = tng_palette_index(model, p);
        graphics += 3 + (index >= 0 && model->palette_bits < bits ? model->palette_bits * 3 / 4 : bits);
      }
    }
  }
  return misses * 8 > pixels * 5 && natural < graphics;
}

size_t tng_exact_encode(const tng_exact_tile *tile, void *workspace, uint8_t *stream, size_t capacity) {
  tng_model *model = tng_make_model(tile, workspace);
  model->coder = tng_range_encoder(stream, capacity);
  tng_exact_result result;
  tng_code_tile(model, 1, &result);
  tng_finish_encoder(&model->coder);
  return model->coder.at;
}
