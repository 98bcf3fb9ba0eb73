#include "../kernels.h"

void tng_s16_leaky_gradient__scalar(int16_t *gradient, ptrdiff_t count, const uint8_t *signs) {
  tng_leaky_gradient(gradient, count, signs);
}
