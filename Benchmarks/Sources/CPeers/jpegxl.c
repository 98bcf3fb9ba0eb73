#include <jxl/decode.h>
#include <jxl/encode.h>
#include <jxl/thread_parallel_runner.h>
#include <stdlib.h>

#include "peers.h"

static const JxlPixelFormat rgb8 = {3, JXL_TYPE_UINT8, JXL_NATIVE_ENDIAN, 0};

// Worker threads, or NULL for the calling one.
static void *runner_of(int32_t threads) {
  return threads > 1 ? JxlThreadParallelRunnerCreate(NULL, (size_t)threads) : NULL;
}

static void destroy_runner(void *runner) {
  if (runner) JxlThreadParallelRunnerDestroy(runner);
}

static bool describe(JxlEncoder *encoder, const tng_peer_picture *picture, double distance) {
  JxlBasicInfo info;
  JxlColorEncoding color;
  JxlEncoderInitBasicInfo(&info);
  info.xsize = (uint32_t)picture->width;
  info.ysize = (uint32_t)picture->height;
  info.bits_per_sample = 8;
  JxlColorEncodingSetToSRGB(&color, JXL_FALSE);
  JxlEncoderFrameSettings *settings = JxlEncoderFrameSettingsCreate(encoder, NULL);
  return JxlEncoderSetBasicInfo(encoder, &info) == JXL_ENC_SUCCESS &&
         JxlEncoderSetColorEncoding(encoder, &color) == JXL_ENC_SUCCESS &&
         JxlEncoderSetFrameDistance(settings, (float)distance) == JXL_ENC_SUCCESS &&
         JxlEncoderAddImageFrame(settings, &rgb8, picture->rgb,
                                 (size_t)3 * picture->width * picture->height) == JXL_ENC_SUCCESS;
}

// Takes all output of an encoder, in memory that grows.
static bool finish(JxlEncoder *encoder, tng_peer_file *file) {
  size_t capacity = 1 << 16, used = 0;
  JxlEncoderStatus status = JXL_ENC_NEED_MORE_OUTPUT;
  JxlEncoderCloseInput(encoder);
  while (status == JXL_ENC_NEED_MORE_OUTPUT) {
    uint8_t *larger = realloc(file->bytes, capacity *= 2);
    if (!larger) return false;
    file->bytes = larger;
    uint8_t *next = larger + used;
    size_t room = capacity - used;
    status = JxlEncoderProcessOutput(encoder, &next, &room);
    used = (size_t)(next - larger);
  }
  file->count = used;
  return status == JXL_ENC_SUCCESS;
}

// The quality is the Butteraugli distance.
static bool encode(const tng_peer_picture *picture, double quality, int32_t threads,
                   tng_peer_file *file) {
  JxlEncoder *encoder = JxlEncoderCreate(NULL);
  void *runner = runner_of(threads);
  if (runner) JxlEncoderSetParallelRunner(encoder, JxlThreadParallelRunner, runner);
  const bool done = describe(encoder, picture, quality) && finish(encoder, file);
  JxlEncoderDestroy(encoder);
  destroy_runner(runner);
  return done;
}

static bool read_pixels(JxlDecoder *decoder, const tng_peer_file *file, uint8_t *rgb) {
  JxlBasicInfo info;
  JxlDecoderSubscribeEvents(decoder, JXL_DEC_BASIC_INFO | JXL_DEC_FULL_IMAGE);
  JxlDecoderSetInput(decoder, file->bytes, file->count);
  JxlDecoderCloseInput(decoder);
  return JxlDecoderProcessInput(decoder) == JXL_DEC_BASIC_INFO &&
         JxlDecoderGetBasicInfo(decoder, &info) == JXL_DEC_SUCCESS &&
         JxlDecoderProcessInput(decoder) == JXL_DEC_NEED_IMAGE_OUT_BUFFER &&
         JxlDecoderSetImageOutBuffer(decoder, &rgb8, rgb, (size_t)3 * info.xsize * info.ysize) ==
             JXL_DEC_SUCCESS &&
         JxlDecoderProcessInput(decoder) == JXL_DEC_FULL_IMAGE;
}

static bool decode(const tng_peer_file *file, int32_t threads, uint8_t *rgb) {
  JxlDecoder *decoder = JxlDecoderCreate(NULL);
  void *runner = runner_of(threads);
  if (runner) JxlDecoderSetParallelRunner(decoder, JxlThreadParallelRunner, runner);
  const bool done = read_pixels(decoder, file, rgb);
  JxlDecoderDestroy(decoder);
  destroy_runner(runner);
  return done;
}

const tng_peer tng_peer_jpegxl = {"libjxl", 15, 0.1, encode, decode};
