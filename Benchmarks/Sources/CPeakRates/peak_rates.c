#include "CPeakRates.h"

#include <string.h>

// Rounds enough for a third of a millisecond. Sums that do not wait for one another: enough for two instructions a cycle of a latency of five.
enum { rounds = 200000, sums = 12 };

#define UNROLL _Pragma("clang loop unroll(full)")

#if defined(__x86_64__)
#include <immintrin.h>

// The empty assembly makes the compiler believe that the value changes.
__attribute__((target("avx512f,avx512bw,avx512vnni"))) static int64_t peak_avx512vnni(void) {
  __m512i sum[sums] = {0}, in = _mm512_set1_epi16(1);
  for (int i = 0; i < rounds; i++) {
    UNROLL
    for (int s = 0; s < sums; s++) {
      sum[s] = _mm512_dpwssd_epi32(sum[s], in, in);
      __asm__ volatile("" : "+v"(sum[s]));
    }
  }
  return (int64_t)rounds * sums * 32;
}

__attribute__((target("avxvnni"))) static int64_t peak_avxvnni(void) {
  __m256i sum[sums] = {0}, in = _mm256_set1_epi16(1);
  for (int i = 0; i < rounds; i++) {
    UNROLL
    for (int s = 0; s < sums; s++) {
      sum[s] = _mm256_dpwssd_avx_epi32(sum[s], in, in);
      __asm__ volatile("" : "+x"(sum[s]));
    }
  }
  return (int64_t)rounds * sums * 16;
}

__attribute__((target("avx2"))) static int64_t peak_avx2(void) {
  __m256i sum[sums] = {0}, in = _mm256_set1_epi16(1);
  for (int i = 0; i < rounds; i++) {
    UNROLL
    for (int s = 0; s < sums; s++) {
      __asm__ volatile("" : "+x"(in));
      sum[s] = _mm256_add_epi32(sum[s], _mm256_madd_epi16(in, in));
      __asm__ volatile("" : "+x"(sum[s]));
    }
  }
  return (int64_t)rounds * sums * 16;
}

static int64_t peak_sse2(void) {
  __m128i sum[sums] = {0}, in = _mm_set1_epi16(1);
  for (int i = 0; i < rounds; i++) {
    UNROLL
    for (int s = 0; s < sums; s++) {
      __asm__ volatile("" : "+x"(in));
      sum[s] = _mm_add_epi32(sum[s], _mm_madd_epi16(in, in));
      __asm__ volatile("" : "+x"(sum[s]));
    }
  }
  return (int64_t)rounds * sums * 8;
}
#elif defined(__aarch64__)
#include <arm_neon.h>

static int64_t peak_neon(void) {
  int32x4_t sum[sums] = {0};
  int16x4_t in = vdup_n_s16(1);
  for (int i = 0; i < rounds; i++) {
    UNROLL
    for (int s = 0; s < sums; s++) {
      sum[s] = vmlal_s16(sum[s], in, in);
      __asm__ volatile("" : "+w"(sum[s]));
    }
  }
  return (int64_t)rounds * sums * 4;
}
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
