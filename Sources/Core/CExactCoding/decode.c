#include "tile.h"

tng_exact_result tng_exact_decode(const tng_exact_tile *tile, void *workspace, const uint8_t *stream, size_t length,
                                  int32_t *rows) {
  tng_model *model = tng_make_model(tile, workspace);
  model->coder = tng_range_decoder(stream, length);
  tng_exact_result result;
  int32_t sure = tng_code_tile(model, 0, &result);
  tng_write_samples(model, tile, sure);
  if (rows) *rows = sure;
  if (result != tng_exact_whole) return result;
  if (tng_is_truncated(&model->coder)) return tng_exact_truncated;
  return model->coder.at == length && model->coder.missing_words == 1 ? tng_exact_whole : tng_exact_unbalanced;
}
