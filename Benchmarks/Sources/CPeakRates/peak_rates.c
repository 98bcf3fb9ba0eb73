#include "CPeakRates.h"

#include <string.h>

// Rounds enough for a third of a millisecond. Sums that do not wait for one another: enough for two
// instructions a cycle of a latency of five.
enum { rounds = 200000, sums = 12 };

// Makes the compiler believe that a value, in a register of the kind that assembly calls `place`,
// changes.
#define HIDE(place, value) __asm__ volatile("" : "+" place(value))

// Defines a loop of `step`, which adds to `sum` the products of `in` and itself, `count` of them.
#define PEAK(name, attribute, vector, input, start, place, count, step) \
  attribute static int64_t peak_##name(void) {                          \
    vector sums_[sums] = {0};                                           \
    input in = start;                                                   \
    for (int i = 0; i < rounds; i++) {                                  \
      _Pragma("clang loop unroll(full)")                                \
      for (int s = 0; s < sums; s++) {                                  \
        vector sum = sums_[s];                                          \
        sum = step;                                                     \
        HIDE(place, sum);                                               \
        sums_[s] = sum;                                                 \
      }                                                                 \
    }                                                                   \
    return (int64_t)rounds * sums * count;                              \
  }

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET(name) __attribute__((target(name)))

PEAK(sse2, , __m128i, __m128i, _mm_set1_epi16(1), "x", 8,
     ({ HIDE("x", in); _mm_add_epi32(sum, _mm_madd_epi16(in, in)); }))
PEAK(avx2, TARGET("avx2"), __m256i, __m256i, _mm256_set1_epi16(1), "x", 16,
     ({ HIDE("x", in); _mm256_add_epi32(sum, _mm256_madd_epi16(in, in)); }))
PEAK(avxvnni, TARGET("avxvnni"), __m256i, __m256i, _mm256_set1_epi16(1), "x", 16,
     _mm256_dpwssd_avx_epi32(sum, in, in))
PEAK(avx512vnni, TARGET("avx512f,avx512bw,avx512vnni"), __m512i, __m512i, _mm512_set1_epi16(1), "v", 32,
     _mm512_dpwssd_epi32(sum, in, in))
#elif defined(__aarch64__)
#include <arm_neon.h>

PEAK(neon, , int32x4_t, int16x4_t, vdup_n_s16(1), "w", 4, vmlal_s16(sum, in, in))
#endif

int64_t tng_peak_multiply_adds(const char *name) {
#if defined(__x86_64__)
  if (strcmp(name, "sse2") == 0) return peak_sse2();
  if (strcmp(name, "avx2") == 0) return peak_avx2();
  if (strcmp(name, "avxvnni") == 0) return peak_avxvnni();
  if (strcmp(name, "avx512vnni") == 0) return peak_avx512vnni();
#elif defined(__aarch64__)
  if (strcmp(name, "neon") == 0) return peak_neon();
#endif
  return 0;
}
