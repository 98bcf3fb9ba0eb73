#include <webp/decode.h>
#include <webp/encode.h>

#include "peers.h"

static bool encode(const tng_peer_picture *picture, double quality, int32_t threads,
                   tng_peer_file *file) {
  WebPConfig config;
  WebPPicture input;
  WebPMemoryWriter writer;
  if (!WebPConfigInit(&config) || !WebPPictureInit(&input)) return false;
  config.quality = (float)quality;
  config.thread_level = threads > 1;
  input.width = picture->width;
  input.height = picture->height;
  WebPMemoryWriterInit(&writer);
  input.writer = WebPMemoryWrite;
  input.custom_ptr = &writer;
  const bool done = WebPPictureImportRGB(&input, picture->rgb, 3 * picture->width) &&
                    WebPEncode(&config, &input) && tng_peer_copy(file, writer.mem, writer.size);
  WebPMemoryWriterClear(&writer);
  WebPPictureFree(&input);
  return done;
}

static bool decode(const tng_peer_file *file, int32_t threads, uint8_t *rgb) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) return false;
  if (WebPGetFeatures(file->bytes, file->count, &config.input) != VP8_STATUS_OK) return false;
  config.options.use_threads = threads > 1;
  config.output.colorspace = MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = rgb;
  config.output.u.RGBA.stride = 3 * config.input.width;
  config.output.u.RGBA.size = (size_t)3 * config.input.width * config.input.height;
  return WebPDecode(file->bytes, file->count, &config) == VP8_STATUS_OK;
}

const tng_peer tng_peer_webp = {"libwebp", 0, 100, encode, decode};
