#include <stdlib.h>
#include <string.h>

#include "kernels.h"

const int16_t tng_zeros[tng_maximum_channels] = {0};

// Worst first. An instruction set is supported only when all before it are.
static const tng_kernels kernels[] = {
    {"scalar", tng_s16_pointwise__scalar, tng_s16_depthwise__scalar, tng_s16_gain__scalar},
#if defined(__x86_64__)
    {"avx2", tng_s16_pointwise__avx2, tng_s16_depthwise__avx2, tng_s16_gain__avx2},
    {"avx512vnni", tng_s16_pointwise__avx512vnni, tng_s16_depthwise__avx512vnni,
     tng_s16_gain__avx2},
#endif
};

int32_t tng_kernels_count(void) {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx2")) return 1;
  if (!__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vl") ||
      !__builtin_cpu_supports("avx512vnni")) {
    return 2;
  }
  return 3;
#else
  return 1;
#endif
}

const tng_kernels *tng_kernels_at(int32_t index) { return &kernels[index]; }

const tng_kernels *tng_kernels_selected(void) {
  int32_t count = tng_kernels_count();
  const char *name = getenv("TNG_CPU");
  if (!name) return &kernels[count - 1];
  for (int32_t i = 0; i < count; i++) {
    if (strcmp(kernels[i].name, name) == 0) return &kernels[i];
  }
  return &kernels[0];
}
