#include "../kernels.h"

void tng_s16_depthwise__scalar(const tng_depthwise_layer *layer, const tng_depthwise_row *row) {
  for (int32_t p = 0; p < row->pixels; p++) {
    const int16_t *taps[10];
    tng_depthwise_taps(row, layer->channels, p, taps);
    for (int32_t c = 0; c < layer->channels; c++) {
      const int16_t *weights = layer->weights + c / 16 * 160 + c % 16 * 2;
      int32_t sum = layer->bias[c];
      for (int32_t t = 0; t < 9; t++) {
        sum += taps[t][c] * weights[t / 2 * 32 + t % 2];
      }
      row->output[(ptrdiff_t)p * layer->channels + c] =
          (int16_t)tng_saturate16(sum >> layer->shift[c]);
    }
  }
}
