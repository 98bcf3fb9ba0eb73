#include <avif/avif.h>
#include <stdio.h>

#include "peers.h"

static void rgb_image(avifRGBImage *rgb, const avifImage *image, uint8_t *pixels) {
  avifRGBImageSetDefaults(rgb, image);
  rgb->format = AVIF_RGB_FORMAT_RGB;
  rgb->depth = 8;
  rgb->pixels = pixels;
  rgb->rowBytes = 3 * image->width;
}

// The quality is the quantizer of a constant-quality encode.
static bool encode(const tng_peer_picture *picture, double quality, int32_t threads,
                   tng_peer_file *file) {
  avifImage *image =
      avifImageCreate(picture->width, picture->height, 8, AVIF_PIXEL_FORMAT_YUV420);
  avifEncoder *encoder = avifEncoderCreate();
  avifRWData output = AVIF_DATA_EMPTY;
  avifRGBImage rgb;
  char level[8];
  snprintf(level, sizeof level, "%d", (int)quality);
  encoder->codecChoice = AVIF_CODEC_CHOICE_AOM;
  encoder->speed = 6;
  encoder->maxThreads = threads;
  encoder->minQuantizer = AVIF_QUANTIZER_BEST_QUALITY;
  encoder->maxQuantizer = AVIF_QUANTIZER_WORST_QUALITY;
  avifEncoderSetCodecSpecificOption(encoder, "end-usage", "q");
  avifEncoderSetCodecSpecificOption(encoder, "cq-level", level);
  rgb_image(&rgb, image, (uint8_t *)picture->rgb);
  const bool done = avifImageRGBToYUV(image, &rgb) == AVIF_RESULT_OK &&
                    avifEncoderWrite(encoder, image, &output) == AVIF_RESULT_OK &&
                    tng_peer_copy(file, output.data, output.size);
  avifRWDataFree(&output);
  avifEncoderDestroy(encoder);
  avifImageDestroy(image);
  return done;
}

static bool decode(const tng_peer_file *file, int32_t threads, uint8_t *pixels) {
  avifDecoder *decoder = avifDecoderCreate();
  decoder->maxThreads = threads;
  bool done = avifDecoderSetIOMemory(decoder, file->bytes, file->count) == AVIF_RESULT_OK &&
              avifDecoderParse(decoder) == AVIF_RESULT_OK &&
              avifDecoderNextImage(decoder) == AVIF_RESULT_OK;
  if (done) {
    avifRGBImage rgb;
    rgb_image(&rgb, decoder->image, pixels);
    done = avifImageYUVToRGB(decoder->image, &rgb) == AVIF_RESULT_OK;
  }
  avifDecoderDestroy(decoder);
  return done;
}

const tng_peer tng_peer_avif = {"libavif", AVIF_QUANTIZER_WORST_QUALITY,
                                AVIF_QUANTIZER_BEST_QUALITY, encode, decode};
