#include <turbojpeg.h>

#include "peers.h"

static bool encode(const tng_peer_picture *picture, double quality, int32_t threads,
                   tng_peer_file *file) {
  (void)threads;
  tjhandle handle = tjInitCompress();
  unsigned char *bytes = NULL;
  unsigned long count = 0;
  bool done = handle && tjCompress2(handle, picture->rgb, picture->width, 0, picture->height, TJPF_RGB,
                                    &bytes, &count, TJSAMP_420, (int)quality, TJFLAG_ACCURATEDCT) == 0;
  done = done && tng_peer_copy(file, bytes, count);
  tjFree(bytes);
  if (handle) tjDestroy(handle);
  return done;
}

static bool decode(const tng_peer_file *file, int32_t threads, uint8_t *rgb) {
  (void)threads;
  tjhandle handle = tjInitDecompress();
  const bool done = handle && tjDecompress2(handle, file->bytes, file->count, rgb, 0, 0, 0, TJPF_RGB,
                                            TJFLAG_ACCURATEDCT) == 0;
  if (handle) tjDestroy(handle);
  return done;
}

const tng_peer tng_peer_jpeg = {"libjpeg-turbo", 1, 100, encode, decode};
