// A binary range coder: 64-bit state, 32-bit words, probabilities of 16 bits (Documentation/Format-exact.md, section 2).
#ifndef TNG_EXACT_RANGE_CODER_H
#define TNG_EXACT_RANGE_CODER_H

#include <stddef.h>
#include <stdint.h>

#define TNG_INLINE static inline __attribute__((always_inline))

typedef struct {
  uint64_t range;
  uint64_t value;          // encoder: the lower end of the interval; decoder: how far the stream's number is above it
  uint8_t *output;         // encoder
  const uint8_t *input;    // decoder
  size_t at;               // bytes written or read
  size_t length;           // bytes of the stream, or that the output has room for
  uint32_t missing_words;  // decoder: words that were needed after the end of the stream
} tng_range_coder;

static inline void tng_write_word(tng_range_coder *coder, uint32_t word) {
  // What has no room is counted.
  if (coder->at + 4 <= coder->length) {
    for (int32_t i = 0; i < 4; i++) coder->output[coder->at + (size_t)i] = (uint8_t)(word >> (24 - 8 * i));
  }
  coder->at += 4;
}

static inline uint32_t tng_read_word(tng_range_coder *coder) {
  if (coder->length - coder->at < 4) {
    coder->missing_words++;
    return 0;
  }
  const uint8_t *bytes = coder->input + coder->at;
  coder->at += 4;
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

// Adds one to the number written so far. Its first word cannot overflow: the interval stays below 2^64 at the start.
static inline void tng_carry(tng_range_coder *coder) {
  size_t at = coder->at;
  if (at > coder->length) return;
  while (++coder->output[--at] == 0) {}
}

static inline tng_range_coder tng_range_encoder(uint8_t *output, size_t capacity) {
  return (tng_range_coder){.range = UINT64_MAX, .output = output, .length = capacity};
}

static inline tng_range_coder tng_range_decoder(const uint8_t *input, size_t length) {
  tng_range_coder coder = {.range = UINT64_MAX, .input = input, .length = length};
  uint64_t high = tng_read_word(&coder);
  coder.value = high << 32 | tng_read_word(&coder);
  return coder;
}

// Codes a decision that is 1 with a probability of p / 65536, 0 < p < 65536. A decoder ignores `bit` and returns what it reads.
TNG_INLINE int32_t tng_code_bit(tng_range_coder *coder, int32_t encodes, int32_t bit, uint32_t p) {
  uint64_t ones = (coder->range >> 16) * p;
  if (encodes) {
    if (bit) {
      coder->range = ones;
    } else {
      coder->value += ones;
      if (coder->value < ones) tng_carry(coder);
      coder->range -= ones;
    }
    if (coder->range >> 32 == 0) {
      tng_write_word(coder, (uint32_t)(coder->value >> 32));
      coder->value <<= 32;
      coder->range <<= 32;
    }
  } else {
    bit = coder->value < ones;
    if (bit) {
      coder->range = ones;
    } else {
      coder->value -= ones;
      coder->range -= ones;
    }
    if (coder->range >> 32 == 0) {
      coder->value = coder->value << 32 | tng_read_word(coder);
      coder->range <<= 32;
    }
  }
  return bit;
}

// The bits that an encoder has written or owes, in 1/256, rounded so that it never shrinks.
static inline uint64_t tng_coded_bits(const tng_range_coder *coder) {
  // The logarithm of a mantissa of 1 ... 2 is taken as linear.
  uint32_t zeros = (uint32_t)__builtin_clzll(coder->range), mantissa = (uint32_t)(coder->range << zeros >> 55) & 255;
  return ((uint64_t)coder->at * 8 + zeros + 1) * 256 - mantissa;
}

// Writes the number of the interval whose low 32 bits are zero, without these.
static inline void tng_finish_encoder(tng_range_coder *coder) {
  uint64_t number = (coder->value + UINT32_MAX) & ~(uint64_t)UINT32_MAX;
  if (number < coder->value) tng_carry(coder);
  tng_write_word(coder, (uint32_t)(number >> 32));
}

// Whether more was needed than a whole stream has: its last word is not written, because it is zero.
static inline int32_t tng_is_truncated(const tng_range_coder *coder) { return coder->missing_words > 1; }

#endif
