// What programs and people call the numbers of tng.h, and the version.
#include "tng.h"

uint32_t tng_version(void) { return TNG_VERSION; }

#define TEXT(number) #number
#define DOTTED(major, minor, patch) TEXT(major) "." TEXT(minor) "." TEXT(patch)

const char *tng_version_string(void) {
  return DOTTED(TNG_VERSION_MAJOR, TNG_VERSION_MINOR, TNG_VERSION_PATCH);
}

const char *tng_status_name(tng_status status) {
  switch (status) {
    case TNG_OK: return "ok";
    case TNG_ERROR_NOT_TNG: return "not-tng";
    case TNG_ERROR_SIZE_OUT_OF_RANGE: return "size-out-of-range";
    case TNG_ERROR_LEVEL_OUT_OF_RANGE: return "level-out-of-range";
    case TNG_ERROR_MALFORMED_NUMBER: return "malformed-number";
    case TNG_ERROR_BAD_CHUNK_TYPE: return "bad-chunk-type";
    case TNG_ERROR_DUPLICATE_CHUNK: return "duplicate-chunk";
    case TNG_ERROR_UNEXPECTED_ALPHA: return "unexpected-alpha";
    case TNG_ERROR_NO_PICTURE: return "no-picture";
    case TNG_ERROR_CHECKSUM_MISMATCH: return "checksum-mismatch";
    case TNG_ERROR_TILE_TOO_SHORT: return "tile-too-short";
    case TNG_ERROR_TRAILING_BYTES: return "trailing-bytes";
    case TNG_ERROR_STREAM_ENDS_EARLY: return "stream-ends-early";
    case TNG_ERROR_STREAM_INVALID: return "stream-invalid";
    case TNG_ERROR_STREAM_UNBALANCED: return "stream-unbalanced";
    case TNG_ERROR_TRUNCATED: return "truncated";
    case TNG_ERROR_UNSUPPORTED_VERSION: return "unsupported-version";
    case TNG_ERROR_UNSUPPORTED_FLAGS: return "unsupported-flags";
    case TNG_ERROR_UNSUPPORTED_DEPTH: return "unsupported-depth";
    case TNG_ERROR_UNSUPPORTED_FRAMES: return "unsupported-frames";
    case TNG_ERROR_UNSUPPORTED_CHUNK: return "unsupported-chunk";
    case TNG_ERROR_UNSUPPORTED_LAYER: return "unsupported-layer";
    case TNG_ERROR_UNSUPPORTED_FILTER: return "unsupported-filter";
    case TNG_ERROR_UNKNOWN_MODEL: return "unknown-model";
    case TNG_ERROR_SIDE_TOO_LONG: return "side-too-long";
    case TNG_ERROR_TOO_MANY_PIXELS: return "too-many-pixels";
    case TNG_ERROR_TOO_MUCH_MEMORY: return "too-much-memory";
    case TNG_ERROR_TOO_MUCH_METADATA: return "too-much-metadata";
    case TNG_ERROR_TOO_MANY_CHUNKS: return "too-many-chunks";
    case TNG_ERROR_OUT_OF_TIME: return "out-of-time";
    case TNG_ERROR_FILE_TOO_LARGE: return "file-too-large";
    case TNG_ERROR_SIZE_NOT_REACHABLE: return "size-not-reachable";
    case TNG_ERROR_PSNR_NOT_REACHABLE: return "psnr-not-reachable";
    case TNG_ERROR_SSIMULACRA2_NOT_REACHABLE: return "ssimulacra2-not-reachable";
    case TNG_ERROR_REGION_OUTSIDE: return "region-outside";
    case TNG_ERROR_NO_SUCH_MODEL: return "no-such-model";
    case TNG_ERROR_UNSUPPORTED_MODEL_VERSION: return "unsupported-model-version";
    case TNG_ERROR_INVALID_MODEL: return "invalid-model";
    case TNG_ERROR_CANCELLED: return "cancelled";
    case TNG_ERROR_INVALID_ARGUMENT: return "invalid-argument";
  }
  return NULL;
}

tng_category tng_status_category(tng_status status) {
  return tng_status_name(status) ? (tng_category)(status / 100) : TNG_CATEGORY_NONE;
}

const char *tng_category_name(tng_category category) {
  switch (category) {
    case TNG_CATEGORY_NONE: return NULL;
    case TNG_CATEGORY_DAMAGED: return "damaged";
    case TNG_CATEGORY_TRUNCATED: return "truncated";
    case TNG_CATEGORY_UNSUPPORTED: return "unsupported";
    case TNG_CATEGORY_LIMIT_EXCEEDED: return "limit-exceeded";
    case TNG_CATEGORY_TARGET: return "target";
    case TNG_CATEGORY_MODEL: return "model";
    case TNG_CATEGORY_CANCELLED: return "cancelled";
    case TNG_CATEGORY_ARGUMENT: return "argument";
  }
  return NULL;
}
