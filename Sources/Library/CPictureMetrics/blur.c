#include "CPictureMetrics.h"

#pragma STDC FP_CONTRACT OFF

#define ALWAYS_INLINE static inline __attribute__((always_inline))

// For each cosine, what inputs and outputs are multiplied by. `blur_constants` in
// evaluation/tests/metric_vectors.py computes them.
static const double input_factors[3] = {0.05529523572608661, -0.05883668702694998,
                                        0.012955819110517063};
static const double output_factors[3] = {1.902113032590307, 1.1755705045849463,
                                         1.2246467991473532e-16};

// MARK: - Along a row

// Four neighbouring values.
typedef float float4 __attribute__((vector_size(16)));

ALWAYS_INLINE float4 broadcast(float value) { return (float4){value, value, value, value}; }

ALWAYS_INLINE float4 fused(float4 a, float4 b, float4 c) {
  return __builtin_elementwise_fma(a, b, c);
}

// One cosine's recursion o = n·i + d·o₋₁ − o₋₂, and the same for four outputs at once: put into
// itself up to three times, so that all depend on four inputs and on the two outputs before.
typedef struct {
  float4 input[4];
  float4 last;
  float4 second_last;
} factors;

typedef struct {
  float4 last;
  float4 second_last;
} outputs;

ALWAYS_INLINE factors make_factors(double n, double d) {
  const double d2 = d * d, d3 = d2 * d;
  const float n0 = (float)n, n1 = (float)(d * n);
  const float n2 = (float)(d2 * n - n), n3 = (float)(d3 * n - 2 * d * n);
  return (factors){
      .input = {{n0, n1, n2, n3}, {0, n0, n1, n2}, {0, 0, n0, n1}, {0, 0, 0, n0}},
      .last = {(float)d, (float)(d2 - 1), (float)(d3 - 2 * d), (float)(d2 * d2 - 3 * d2 + 1)},
      .second_last = {-1, (float)-d, (float)(1 - d2), (float)(2 * d - d3)},
  };
}

// The next output of all cosines together.
ALWAYS_INLINE float next_one(const factors f[3], outputs o[3], float input) {
  const float4 in = broadcast(input);
  float4 results[3];
  for (int k = 0; k < 3; k++) {
    float4 out = in * f[k].input[0];
    out = fused(f[k].second_last, o[k].second_last, out);
    out = fused(f[k].last, o[k].last, out);
    o[k] = (outputs){.last = broadcast(out[0]), .second_last = o[k].last};
    results[k] = out;
  }
  return results[0][0] + (results[1][0] + results[2][0]);
}

// The next four.
ALWAYS_INLINE float4 next_four(const factors f[3], outputs o[3], const float *input) {
  float4 before, after;
  __builtin_memcpy(&before, input - TNG_BLUR_BEFORE, sizeof before);
  __builtin_memcpy(&after, input + TNG_BLUR_AFTER, sizeof after);
  const float4 in = before + after;
  float4 results[3];
  for (int k = 0; k < 3; k++) {
    float4 out = broadcast(in[0]) * f[k].input[0];
    out = fused(f[k].input[1], broadcast(in[1]), out);
    out = fused(f[k].input[2], broadcast(in[2]), out);
    out = fused(f[k].input[3], broadcast(in[3]), out);
    out = fused(f[k].second_last, o[k].second_last, out);
    out = fused(f[k].last, o[k].last, out);
    o[k] = (outputs){.last = broadcast(out[3]), .second_last = broadcast(out[2])};
    results[k] = out;
  }
  return results[0] + (results[1] + results[2]);
}

ALWAYS_INLINE void blur_row(const float *input, float *output, ptrdiff_t count) {
  factors f[3];
  outputs o[3];
  for (int k = 0; k < 3; k++) {
    f[k] = make_factors(input_factors[k], output_factors[k]);
    o[k] = (outputs){broadcast(0), broadcast(0)};
  }
  for (ptrdiff_t n = 0; n < TNG_BLUR_AFTER; n++) next_one(f, o, input[n]);
  const float *before = input - TNG_BLUR_BEFORE, *after = input + TNG_BLUR_AFTER;
  ptrdiff_t n = 0;
  // The first values and the last ones go one by one.
  for (; n < 8 && n < count; n++) output[n] = next_one(f, o, before[n] + after[n]);
  for (; n < count - 7; n += 4) {
    const float4 out = next_four(f, o, input + n);
    __builtin_memcpy(output + n, &out, sizeof out);
  }
  for (; n < count; n++) output[n] = next_one(f, o, before[n] + after[n]);
}

// MARK: - Along columns

ALWAYS_INLINE void blur_columns(tng_row_ring input, ptrdiff_t first, ptrdiff_t rows,
                                ptrdiff_t count, float *state, ptrdiff_t state_stride,
                                float *output, ptrdiff_t output_stride) {
  float n[3], d[3];
  for (int k = 0; k < 3; k++) {
    n[k] = (float)input_factors[k];
    d[k] = (float)output_factors[k];
  }
  for (ptrdiff_t row = 0; row < rows; row++) {
    const ptrdiff_t y = first + row;
    const float *before = input.base + ((y - TNG_BLUR_BEFORE) & input.mask) * input.stride;
    const float *after = input.base + ((y + TNG_BLUR_AFTER) & input.mask) * input.stride;
    // The outputs before this row and those before it, which change places from row to row.
    float *last = state + (row & 1) * 3 * state_stride;
    float *second_last = state + ((row + 1) & 1) * 3 * state_stride;
    float *out = output + row * output_stride;
#pragma clang loop vectorize(assume_safety)
    for (ptrdiff_t x = 0; x < count; x++) {
      const float sum = before[x] + after[x];
      float results[3];
      for (int k = 0; k < 3; k++) {
        const ptrdiff_t place = k * state_stride + x;
        const float rest = __builtin_fmaf(d[k], last[place], -second_last[place]);
        results[k] = __builtin_fmaf(n[k], sum, rest);
        second_last[place] = results[k];
      }
      out[x] = results[0] + (results[1] + results[2]);
    }
  }
}

// MARK: - Instruction sets

#if defined(__x86_64__)
#define FUSED __attribute__((target("avx2,fma")))

FUSED static void blur_row_fma(const float *input, float *output, ptrdiff_t count) {
  blur_row(input, output, count);
}

FUSED static void blur_columns_fma(tng_row_ring input, ptrdiff_t first, ptrdiff_t rows,
                                   ptrdiff_t count, float *state, ptrdiff_t state_stride,
                                   float *output, ptrdiff_t output_stride) {
  blur_columns(input, first, rows, count, state, state_stride, output, output_stride);
}

static int has_fma(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#endif

// Without the instruction, the C library's function does the same more slowly.

void tng_blur_row(const float *input, float *output, ptrdiff_t count) {
#if defined(__x86_64__)
  if (has_fma()) return blur_row_fma(input, output, count);
#endif
  blur_row(input, output, count);
}

void tng_blur_columns(tng_row_ring input, ptrdiff_t first, ptrdiff_t rows, ptrdiff_t count,
                      float *state, ptrdiff_t state_stride, float *output,
                      ptrdiff_t output_stride) {
#if defined(__x86_64__)
  if (has_fma()) {
    return blur_columns_fma(input, first, rows, count, state, state_stride, output, output_stride);
  }
#endif
  blur_columns(input, first, rows, count, state, state_stride, output, output_stride);
}
