// The parts of zlib, brotli and GLib that metadata needs. They come with libvips, and are loaded as
// it is.
#ifndef TNG_COMPRESSION_H
#define TNG_COMPRESSION_H

#include <stddef.h>

enum { ZLIB_OK = 0, ZLIB_NO_ROOM = -5 };
enum { BROTLI_OK = 1 };

typedef int zlib_function(
    void *result, unsigned long *result_length, const void *bytes, unsigned long length);
typedef int brotli_function(
    size_t length, const void *bytes, size_t *result_length, void *result);
typedef char *checksum_function(int kind, const void *bytes, size_t length);

typedef struct {
  zlib_function *uncompress;
  zlib_function *compress;
  brotli_function *brotli;
  checksum_function *checksum;
} compression_functions;

// Loads what is there of the libraries.
void compression_load(void);

#endif
