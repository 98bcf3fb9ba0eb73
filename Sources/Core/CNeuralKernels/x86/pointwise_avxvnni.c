#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2,avxvnni")))
#define DOT(sum, a, b) _mm256_dpwssd_avx_epi32(sum, a, b)
#define POINTWISE tng_s16_pointwise__avxvnni
#include "pointwise_256.h"
#endif
