// Other codecs, each behind the same two functions: RGB samples in memory to a file in memory, and
// back.
#ifndef TNG_PEERS_H
#define TNG_PEERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef struct {
  const uint8_t *rgb;
  int32_t width;
  int32_t height;
} tng_peer_picture;

// Freed by tng_peer_free.
typedef struct {
  uint8_t *_Nullable bytes;
  size_t count;
} tng_peer_file;

typedef struct {
  const char *name;
  // The ends of the scale on which this codec sets quality.
  double coarsest;
  double finest;
  // False where the library reports an error.
  bool (*encode)(const tng_peer_picture *picture, double quality, int32_t threads,
                 tng_peer_file *file);
  // `rgb` has room for the picture's samples.
  bool (*decode)(const tng_peer_file *file, int32_t threads, uint8_t *rgb);
} tng_peer;

int32_t tng_peers_count(void);
const tng_peer *tng_peers_at(int32_t index);
void tng_peer_free(tng_peer_file *file);

#pragma clang assume_nonnull end
#endif
