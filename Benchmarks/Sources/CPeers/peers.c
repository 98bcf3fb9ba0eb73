#include "peers.h"

#include <stdlib.h>
#include <string.h>

static const tng_peer *const peers[] = {&tng_peer_jpeg, &tng_peer_webp, &tng_peer_avif,
                                        &tng_peer_jpegxl};

int32_t tng_peers_count(void) { return sizeof peers / sizeof *peers; }

const tng_peer *tng_peers_at(int32_t index) { return peers[index]; }

bool tng_peer_copy(tng_peer_file *file, const uint8_t *bytes, size_t count) {
  file->bytes = malloc(count);
  if (!file->bytes) return false;
  memcpy(file->bytes, bytes, count);
  file->count = count;
  return true;
}

void tng_peer_free(tng_peer_file *file) {
  free(file->bytes);
  *file = (tng_peer_file){0};
}
