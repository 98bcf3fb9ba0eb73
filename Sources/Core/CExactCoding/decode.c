#include "tile.h"

// Writes the coded ones of the first rows of the model's pixels to the tile.
static void write_samples(const tng_model *model, const tng_exact_tile *tile, int32_t rows) {
  uint16_t *samples = tile->samples;
  for (int32_t y = 0; y < rows; y++) {
    const tng_pixel *row = model->pixels + y * model->stride;
    const uint8_t *is_coded = tile->is_coded ? tile->is_coded + y / tng_exact_block_side * tng_block_columns(model) : NULL;
    for (int32_t x = 0; x < tile->width; x++, samples += tile->planes) {
      if (is_coded && !is_coded[x / tng_exact_block_side]) continue;
      for (int32_t plane = 0; plane < tile->planes; plane++) {
        samples[tng_plane_of_tile(tile->planes, plane)] = (uint16_t)tng_sample(row[x], plane);
      }
    }
  }
}

tng_exact_result tng_exact_decode(const tng_exact_tile *tile, void *workspace, const uint8_t *stream, size_t length,
                                  int32_t *rows) {
  tng_model *model = tng_make_model(tile, workspace);
  model->coder = tng_range_decoder(stream, length);
  tng_exact_result result;
  int32_t sure = tng_code_tile(model, 0, &result);
  write_samples(model, tile, sure);
  if (rows) *rows = sure;
  if (result != tng_exact_whole) return result;
  if (tng_is_truncated(&model->coder)) return tng_exact_truncated;
  return model->coder.at == length && model->coder.missing_words == 1 ? tng_exact_whole : tng_exact_unbalanced;
}
