#include "../kernels.h"

// Sum of products of one pixel's inputs with the weights of one output.
static int32_t dot(const tng_pointwise_layer *layer, const tng_pointwise_row *row, int32_t pixel,
                   int32_t output) {
  const int16_t *weights =
      layer->weights + (ptrdiff_t)(output / 16) * 16 * layer->inputs + output % 16 * 2;
  int32_t sum = layer->bias[output];
  for (int32_t s = 0; s < 2 && row->sources[s].values; s++) {
    const tng_source *source = &row->sources[s];
    const int16_t *values = source->values + pixel * source->stride;
    for (int32_t c = 0; c < source->channels; c += 2, weights += 32) {
      sum += values[c] * weights[0] + values[c + 1] * weights[1];
    }
  }
  return sum;
}

void tng_s16_pointwise__scalar(const tng_pointwise_layer *layer, const tng_pointwise_row *row) {
  for (int32_t p = 0; p < row->pixels; p++) {
    for (int32_t o = 0; o < row->output_count; o++) {
      int32_t output = row->first_output + o;
      int32_t value = tng_saturate16(dot(layer, row, p, output) >> layer->shift[output]);
      if (row->leaky && value < 0) value >>= 3;
      if (row->residual) value = tng_saturate16(value + row->residual[p * row->residual_stride + o]);
      row->output[p * row->output_stride + o] = (int16_t)value;
    }
  }
}
