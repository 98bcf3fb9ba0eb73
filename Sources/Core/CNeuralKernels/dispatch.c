#include "kernels.h"

#if !defined(__wasm__)
#include <stdlib.h>
#include <string.h>
#endif

const int16_t tng_zeros[tng_maximum_channels] = {0};

static int always(void) { return 1; }

#if defined(__x86_64__)
static int has_avx2(void) { return __builtin_cpu_supports("avx2") != 0; }
static int has_avxvnni(void) { return has_avx2() && __builtin_cpu_supports("avxvnni"); }
static int has_avx512vnni(void) {
  return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vnni");
}
#endif

// Worst first.
static const struct {
  tng_kernels kernels;
  int (*is_supported)(void);
} sets[] = {
    {{"scalar", tng_s16_pointwise__scalar, tng_s16_depthwise__scalar, tng_s16_gain__scalar,
      tng_s16_leaky_gradient__scalar}, always},
#if defined(__x86_64__)
    {{"sse2", tng_s16_pointwise__sse2, tng_s16_depthwise__sse2, tng_s16_gain__sse2,
      tng_s16_leaky_gradient__scalar}, always},
    {{"avx2", tng_s16_pointwise__avx2, tng_s16_depthwise__avx2, tng_s16_gain__avx2,
      tng_s16_leaky_gradient__avx2}, has_avx2},
    {{"avxvnni", tng_s16_pointwise__avxvnni, tng_s16_depthwise__avx2, tng_s16_gain__avx2,
      tng_s16_leaky_gradient__avx2}, has_avxvnni},
    {{"avx512vnni", tng_s16_pointwise__avx512vnni, tng_s16_depthwise__avx512vnni, tng_s16_gain__avx2,
      tng_s16_leaky_gradient__avx2}, has_avx512vnni},
#elif defined(__aarch64__)
    {{"neon", tng_s16_pointwise__neon, tng_s16_depthwise__neon, tng_s16_gain__neon,
      tng_s16_leaky_gradient__scalar}, always},
#elif defined(__wasm_simd128__)
    {{"simd128", tng_s16_pointwise__simd128, tng_s16_depthwise__simd128, tng_s16_gain__simd128,
      tng_s16_leaky_gradient__scalar}, always},
#endif
};

enum { set_count = sizeof sets / sizeof *sets };

int32_t tng_kernels_count(void) {
  int32_t count = 0;
  for (int i = 0; i < set_count; i++) count += sets[i].is_supported();
  return count;
}

const tng_kernels *tng_kernels_at(int32_t index) {
  int i = 0;
  while (!sets[i].is_supported() || index-- > 0) i++;
  return &sets[i].kernels;
}

const tng_kernels *tng_kernels_selected(void) {
#if !defined(__wasm__)
  const char *name = getenv("TNG_CPU");
  if (name) {
    for (int i = 0; i < set_count; i++) {
      if (sets[i].is_supported() && strcmp(sets[i].kernels.name, name) == 0) return &sets[i].kernels;
    }
    return &sets[0].kernels;
  }
#endif
  return tng_kernels_at(tng_kernels_count() - 1);
}
