#include "tile.h"

size_t tng_exact_encode(const tng_exact_tile *tile, void *workspace, uint8_t *stream, size_t capacity) {
  tng_model *model = tng_make_model(tile, workspace);
  model->coder = tng_range_encoder(stream, capacity);
  tng_exact_result result;
  tng_code_tile(model, 1, &result);
  tng_finish_encoder(&model->coder);
  return model->coder.at;
}
