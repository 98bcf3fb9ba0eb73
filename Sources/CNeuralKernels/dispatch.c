#include "kernels.h"

#if !defined(__wasm__)
#include <stdlib.h>
#include <string.h>
#endif

const int16_t tng_zeros[tng_maximum_channels] = {0};

// Worst first. An instruction set is supported only when all before it are.
static const tng_kernels kernels[] = {
    {"scalar", tng_s16_pointwise__scalar, tng_s16_depthwise__scalar, tng_s16_gain__scalar},
#if defined(__x86_64__)
    {"sse2", tng_s16_pointwise__sse2, tng_s16_depthwise__sse2, tng_s16_gain__sse2},
    {"avx2", tng_s16_pointwise__avx2, tng_s16_depthwise__avx2, tng_s16_gain__avx2},
    {"avx512vnni", tng_s16_pointwise__avx512vnni, tng_s16_depthwise__avx512vnni,
     tng_s16_gain__avx2},
#elif defined(__aarch64__)
    {"neon", tng_s16_pointwise__neon, tng_s16_depthwise__neon, tng_s16_gain__neon},
#elif defined(__wasm_simd128__)
    {"simd128", tng_s16_pointwise__simd128, tng_s16_depthwise__simd128, tng_s16_gain__simd128},
#endif
};

int32_t tng_kernels_count(void) {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx2")) return 2;
  if (!__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vl") ||
      !__builtin_cpu_supports("avx512vnni")) {
    return 3;
  }
#endif
  return sizeof kernels / sizeof *kernels;
}

const tng_kernels *tng_kernels_at(int32_t index) { return &kernels[index]; }

const tng_kernels *tng_kernels_selected(void) {
  int32_t count = tng_kernels_count();
#if !defined(__wasm__)
  const char *name = getenv("TNG_CPU");
  if (name) {
    for (int32_t i = 0; i < count; i++) {
      if (strcmp(kernels[i].name, name) == 0) return &kernels[i];
    }
    return &kernels[0];
  }
#endif
  return &kernels[count - 1];
}
