/* Encode a picture, look at the file without decoding it, and decode it.
 *
 *   make library
 *   export PKG_CONFIG_PATH=.build/library/lib/pkgconfig
 *   cc Examples/encode-and-decode.c $(pkg-config --cflags --libs tng) -o example
 *   LD_LIBRARY_PATH=.build/library/lib ./example
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tng.h>

static void check(tng_status status, const tng_error *error) {
  if (status == TNG_OK) return;
  fprintf(stderr, "%s: %s\n", tng_status_name(status), error->message);
  exit(1);
}

int main(void) {
  tng_error error = {.struct_size = sizeof error};

  /* A picture: samples row after row. Here, a ramp of each colour. */
  tng_layout layout = {.struct_size = sizeof layout};
  layout.width = 256;
  layout.height = 128;
  layout.format = TNG_FORMAT_RGB;
  layout.depth = 8;
  static uint8_t samples[128][256][3];
  for (int y = 0; y < 128; y++)
    for (int x = 0; x < 256; x++) {
      samples[y][x][0] = (uint8_t)x;
      samples[y][x][1] = (uint8_t)(2 * y);
      samples[y][x][2] = (uint8_t)(255 - x);
    }

  /* value is a quality, or what another target means by it. */
  tng_encoder_options options;
  tng_encoder_options_init(&options, sizeof options);
  options.target = TNG_TARGET_QUALITY;
  options.value = 60;
  options.threads = 2;
  tng_encoder *encoder;
  check(tng_encoder_create(&options, &encoder, &error), &error);
  uint8_t *file;
  size_t file_size;
  check(tng_encoder_encode(encoder, &layout, samples, sizeof samples, NULL, &file, &file_size,
                           &error), &error);
  tng_encoder_free(encoder);

  /* The file arrives in two pieces. */
  tng_decoder *decoder;
  check(tng_decoder_create(NULL, &decoder, &error), &error);
  check(tng_decoder_append(decoder, file, file_size / 2, &error), &error);
  tng_info info = {.struct_size = sizeof info};
  check(tng_decoder_read_info(decoder, &info, &error), &error);
  printf("%u x %u, %u channels of %u bits, level %u of %u, %llu bytes\n", info.width, info.height,
         (unsigned)info.format, info.depth, info.level, info.level_count,
         (unsigned long long)info.file_size);

  static uint8_t decoded[128][256][3];
  if (info.is_ready) {
    tng_completeness completeness = {.struct_size = sizeof completeness};
    check(tng_decoder_decode_partial(decoder, &layout, decoded, sizeof decoded, &completeness,
                                     &error), &error);
    printf("half of the file: %.0f %% of the coded picture\n", 100 * completeness.byte_share);
  }

  check(tng_decoder_append(decoder, file + file_size / 2, file_size - file_size / 2, &error),
        &error);
  tng_free(file);
  check(tng_decoder_decode(decoder, &layout, decoded, sizeof decoded, &error), &error);

  /* The same, a quarter as wide and high. */
  static uint8_t thumbnail[32][64][3];
  tng_area area = {.struct_size = sizeof area, .reduction = 4};
  check(tng_decoder_set_area(decoder, &area, &error), &error);
  layout.width = (info.width + 3) / 4;
  layout.height = (info.height + 3) / 4;
  check(tng_decoder_decode(decoder, &layout, thumbnail, sizeof thumbnail, &error), &error);
  printf("the middle of the thumbnail: %u %u %u\n", thumbnail[16][32][0], thumbnail[16][32][1],
         thumbnail[16][32][2]);
  tng_decoder_free(decoder);

  long sum = 0;
  for (size_t i = 0; i < sizeof decoded; i++)
    sum += labs((long)((uint8_t *)decoded)[i] - ((uint8_t *)samples)[i]);
  printf("mean absolute error %.2f\n", (double)sum / sizeof decoded);
  return sum < (long)sizeof decoded * 8 ? 0 : 1;
}
