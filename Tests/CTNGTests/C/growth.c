// Encodes and decodes again and again, with failures in between: memory that is in use afterwards must not grow.
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tng.h>

enum { SIDE = 40, CHANNELS = 4 };

static void require(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static void round_trip(const uint8_t *samples, size_t size) {
  tng_layout layout = {
      .struct_size = sizeof layout, .width = SIDE, .height = SIDE, .format = TNG_FORMAT_RGBA, .depth = 8};
  tng_metadata metadata = {.struct_size = sizeof metadata, .xmp = (const uint8_t *)"<x/>", .xmp_size = 4};
  tng_encoder *encoder;
  uint8_t *file;
  size_t file_size;
  require(tng_encoder_create(NULL, &encoder, NULL) == TNG_OK, "no encoder");
  require(tng_encoder_encode(encoder, &layout, samples, size, &metadata, &file, &file_size, NULL) == TNG_OK,
          "not encoded");
  layout.width = 0;
  uint8_t *none;
  size_t none_size;
  require(tng_encoder_encode(encoder, &layout, samples, size, NULL, &none, &none_size, NULL) != TNG_OK && !none,
          "a picture without pixels is encoded");
  layout.width = SIDE;

  uint8_t *decoded = malloc(size);
  tng_decoder *decoder;
  tng_error error = {.struct_size = sizeof error};
  require(tng_decoder_create(NULL, &decoder, NULL) == TNG_OK, "no decoder");
  require(tng_decoder_append(decoder, file, file_size - 1, NULL) == TNG_OK, "not appended");
  require(tng_decoder_decode(decoder, &layout, decoded, size, &error) == TNG_ERROR_TRUNCATED, "a cut file is decoded");
  require(tng_decoder_decode_partial(decoder, &layout, decoded, size, NULL, NULL) == TNG_OK, "not decoded in part");
  require(tng_decoder_append(decoder, file + file_size - 1, 1, NULL) == TNG_OK, "not appended");
  require(tng_decoder_read_metadata(decoder, &metadata, NULL) == TNG_OK && metadata.xmp_size == 4, "no metadata");
  require(tng_decoder_decode(decoder, &layout, decoded, size, &error) == TNG_OK, error.message);
  tng_decoder_reset(decoder);
  tng_decoder_free(decoder);
  tng_encoder_free(encoder);
  tng_free(file);
  free(decoded);
}

int main(void) {
  static uint8_t samples[SIDE * SIDE * CHANNELS];
  for (size_t i = 0; i < sizeof samples; i++) samples[i] = (uint8_t)(i / CHANNELS + 40 * (i % CHANNELS));
  size_t settled = 0;
  for (int round = 0; round < 200; round++) {
    round_trip(samples, sizeof samples);
    if (round == 99) settled = mallinfo2().uordblks;
  }
  size_t now = mallinfo2().uordblks;
  printf("%zu bytes in use after 100 rounds, %zu after 200\n", settled, now);
  // A round that lost 64 bytes would show.
  require(now < settled + sizeof samples, "memory in use grows");
  return 0;
}
