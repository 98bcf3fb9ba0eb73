#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2")))
#define DOT(sum, a, b) _mm256_add_epi32(sum, _mm256_madd_epi16(a, b))
#define POINTWISE tng_s16_pointwise__avx2
#include "pointwise_256.h"
#endif
