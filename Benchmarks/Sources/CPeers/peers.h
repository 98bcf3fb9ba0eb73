// What the codecs share.
#ifndef TNG_PEERS_INTERNAL_H
#define TNG_PEERS_INTERNAL_H

#include "CPeers.h"

extern const tng_peer tng_peer_jpeg, tng_peer_webp, tng_peer_avif, tng_peer_jpegxl;

// Gives the file a copy of the bytes. False where memory is short.
bool tng_peer_copy(tng_peer_file *file, const uint8_t *bytes, size_t count);

#endif
