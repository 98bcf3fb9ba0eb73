// Compares every instruction set's kernels with the scalar ones: random shapes, random and extreme
// values. Needs no C library, so that it also runs where Swift's tests do not: under an emulator,
// in WebAssembly.
#include "check_kernels.h"

enum { max_inputs = 256, max_outputs = 192, max_pixels = 13, max_values = (max_inputs + 32) * max_pixels };

static _Alignas(64) int16_t weights[max_inputs * max_outputs];
static _Alignas(64) int32_t bias[max_inputs + max_outputs];
static _Alignas(64) int32_t shift[max_inputs + max_outputs];
static _Alignas(64) int16_t input[3 * max_inputs * max_pixels];
static _Alignas(64) int16_t elsewhere[max_values];
static _Alignas(64) int16_t expected[max_values];
static _Alignas(64) int16_t actual[max_values];

static uint64_t state;

// SplitMix64.
static uint64_t next(void) {
  uint64_t z = state += 0x9E3779B97F4A7C15u;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return z ^ z >> 31;
}

static int32_t between(int32_t low, int32_t high) {
  return low + (int32_t)(next() % (uint64_t)(high - low + 1));
}

static void fill(int16_t *values, int32_t count) {
  for (int32_t i = 0; i < count; i++) {
    switch (next() % 8) {
      case 0: values[i] = INT16_MIN; break;
      case 1: values[i] = INT16_MAX; break;
      default: values[i] = (int16_t)next();
    }
  }
}

// Parameters that obey the bound of Documentation/Weights.md for rows of `length` weights.
static void fill_layer(int32_t count, int32_t length, int32_t outputs) {
  for (int32_t i = 0; i < count; i++) weights[i] = (int16_t)between(-65000 / length, 65000 / length);
  for (int32_t i = 0; i < outputs; i++) {
    shift[i] = between(1, 22);
    bias[i] = between(-10000000, 10000000) + (1 << (shift[i] - 1));
  }
}

static void copy(int16_t *to, const int16_t *from, int32_t count) {
  for (int32_t i = 0; i < count; i++) to[i] = from[i];
}

static int32_t differ(int32_t count) {
  for (int32_t i = 0; i < count; i++) {
    if (expected[i] != actual[i]) return 1;
  }
  return 0;
}

// Rows as the codec asks for: all outputs of a layer or some, inputs from one place or two, pixels
// side by side or apart, without a residual, with one in place, or with one from elsewhere.
static int32_t check_pointwise(const tng_kernels *scalar, const tng_kernels *fast) {
  const int32_t inputs = 16 * between(1, max_inputs / 16);
  const int32_t outputs = 16 * between(1, max_outputs / 16);
  const int32_t first_output = 16 * between(0, outputs / 16 - 1);
  const int32_t output_count = 16 * between(1, (outputs - first_output) / 16);
  const int32_t pixels = between(1, max_pixels);
  const int32_t split = next() % 2 ? inputs : between(1, inputs / 2) * 2;
  const int32_t stride = inputs + 16 * between(0, 2), output_stride = output_count + 16 * between(0, 2);
  fill_layer(inputs * outputs, inputs, outputs);
  fill(input, stride * pixels);
  fill(elsewhere, max_values);
  fill(expected, max_values);
  copy(actual, expected, max_values);
  const tng_pointwise_layer layer = {inputs, outputs, weights, bias, shift};
  tng_pointwise_row row = {
      .sources = {{input, stride, split}, {split < inputs ? input + split : 0, stride, inputs - split}},
      .pixels = pixels, .first_output = first_output, .output_count = output_count,
      .output = expected, .output_stride = output_stride, .leaky = (int32_t)(next() % 2)};
  const int32_t residual = between(0, 2);
  row.residual_stride = residual == 2 ? output_count + 16 * between(0, 2) : output_stride;
  row.residual = residual == 0 ? 0 : residual == 1 ? expected : elsewhere;
  scalar->pointwise(&layer, &row);
  row.output = actual;
  if (residual == 1) row.residual = actual;
  fast->pointwise(&layer, &row);
  return differ(max_values);
}

static int32_t check_depthwise(const tng_kernels *scalar, const tng_kernels *fast) {
  const int32_t channels = 16 * between(1, max_inputs / 16);
  const int32_t pixels = between(1, max_pixels);
  const uint64_t present = next();
  fill_layer(10 * channels, 9, channels);
  for (int32_t c = 0; c < channels; c++) weights[c / 16 * 160 + 129 + c % 16 * 2] = 0;
  fill(input, 3 * channels * pixels);
  const tng_depthwise_layer layer = {channels, weights, bias, shift};
  const int32_t first = between(0, pixels - 1);
  tng_depthwise_row row = {
      .columns = pixels, .first = first, .pixels = between(1, pixels - first), .output = expected};
  for (int32_t i = 0; i < 3; i++) {
    row.rows[i] = present >> i & 1 ? input + i * channels * pixels : 0;
  }
  scalar->depthwise(&layer, &row);
  row.output = actual;
  fast->depthwise(&layer, &row);
  return differ(channels * row.pixels);
}

static int32_t check_gain(const tng_kernels *scalar, const tng_kernels *fast) {
  const int32_t channels = 16 * between(1, max_inputs / 16);
  const int32_t pixels = between(1, max_pixels);
  fill(input, channels);
  fill(expected, channels * pixels);
  copy(actual, expected, channels * pixels);
  tng_gain_row row = {input, between(1, 30), channels, pixels, expected};
  scalar->gain(&row);
  row.values = actual;
  fast->gain(&row);
  return differ(channels * pixels);
}

static int32_t check_leaky_gradient(const tng_kernels *scalar, const tng_kernels *fast) {
  const int32_t count = 8 * between(1, max_values / 8);
  fill(input, count);
  fill(expected, max_values);
  copy(actual, expected, max_values);
  uint8_t *signs = (uint8_t *)elsewhere;
  tng_note_signs(input, count, signs);
  scalar->leaky_gradient(expected, count, signs);
  fast->leaky_gradient(actual, count, signs);
  return differ(max_values);
}

int32_t check_kernels(int32_t index, int32_t rounds) {
  const tng_kernels *scalar = tng_kernels_at(0), *fast = tng_kernels_at(index);
  int32_t failures = 0;
  for (int32_t round = 0; round < rounds; round++) {
    state = (uint64_t)round;
    failures += check_pointwise(scalar, fast);
    failures += check_depthwise(scalar, fast);
    failures += check_gain(scalar, fast);
    failures += check_leaky_gradient(scalar, fast);
  }
  return failures;
}
