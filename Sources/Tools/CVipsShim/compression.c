#include "compression.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "vips_shim.h"

#if defined(__APPLE__)
static const char zlib_name[] = "libz.1.dylib";
static const char brotli_name[] = "libbrotlidec.1.dylib";
static const char glib_name[] = "libglib-2.0.0.dylib";
#else
static const char zlib_name[] = "libz.so.1";
static const char brotli_name[] = "libbrotlidec.so.1";
static const char glib_name[] = "libglib-2.0.so.0";
#endif

static compression_functions compression;

static void *find(const char *library_name, const char *name) {
  void *library = dlopen(library_name, RTLD_LAZY | RTLD_LOCAL);
  return library == NULL ? NULL : dlsym(library, name);
}

void compression_load(void) {
  compression.uncompress = (zlib_function *)find(zlib_name, "uncompress");
  compression.compress = (zlib_function *)find(zlib_name, "compress");
  compression.brotli = (brotli_function *)find(brotli_name, "BrotliDecoderDecompress");
  compression.checksum =
      (checksum_function *)find(glib_name, "g_compute_checksum_for_data");
}

/// The most bytes that metadata may have.
enum { MAXIMUM = 1 << 26 };

void *vips_shim_inflate(const void *bytes, size_t length, size_t *result_length) {
  if (compression.uncompress == NULL) return NULL;
  // Every try has more room; a block of zlib holds 1032 times its bytes at most.
  for (size_t room = 1 << 16; room <= MAXIMUM; room *= 4) {
    unsigned long count = room;
    void *result = malloc(room);
    if (result == NULL) return NULL;
    int status = compression.uncompress(result, &count, bytes, length);
    if (status == ZLIB_OK) {
      *result_length = count;
      return result;
    }
    free(result);
    if (status != ZLIB_NO_ROOM) return NULL;
  }
  return NULL;
}

void *vips_shim_deflate(const void *bytes, size_t length, size_t *result_length) {
  if (compression.compress == NULL || length > MAXIMUM) return NULL;
  unsigned long count = length + length / 1000 + 64;
  void *result = malloc(count);
  if (result == NULL) return NULL;
  if (compression.compress(result, &count, bytes, length) == ZLIB_OK) {
    *result_length = count;
    return result;
  }
  free(result);
  return NULL;
}

void *vips_shim_unbrotli(const void *bytes, size_t length, size_t *result_length) {
  if (compression.brotli == NULL) return NULL;
  for (size_t room = 1 << 16; room <= MAXIMUM; room *= 4) {
    size_t count = room;
    void *result = malloc(room);
    if (result == NULL) return NULL;
    if (compression.brotli(length, bytes, &count, result) == BROTLI_OK) {
      *result_length = count;
      return result;
    }
    free(result);
  }
  return NULL;
}

char *vips_shim_md5(const void *bytes, size_t length) {
  return compression.checksum == NULL ? NULL : compression.checksum(0, bytes, length);
}
