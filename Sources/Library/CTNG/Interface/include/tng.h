/*
 * TNG, Tiny Network Graphics: the C interface of libtng.
 *
 *   cc program.c $(pkg-config --cflags --libs tng)
 *
 * Conventions
 *
 * - A function that can fail returns a tng_status, TNG_OK (0) if all went well, and takes a
 *   tng_error that says more; NULL where nobody asks. Arguments that make no sense give
 *   TNG_ERROR_INVALID_ARGUMENT.
 * - A structure whose first member is struct_size may get further members at its end in a later
 *   version. Its creator sets struct_size to the size that the structure has where the program is
 *   compiled, and all else that is not meant to be 0. tng_encoder_options_init and
 *   tng_decoder_options_init do so with the defaults; all others begin like
 *       tng_error error = {.struct_size = sizeof error};
 *   A member that the library does not know yet must be 0.
 * - Memory for pixels is the caller's. What the library allocates is freed by the function that is
 *   named beside it; all of these accept NULL.
 * - Any number of threads may call the library at once. One tng_encoder may be used by many threads
 *   at once, one tng_decoder by one at a time.
 * - The library keeps no settings outside its handles, prints nothing, and reads no file. The
 *   environment variable TNG_CPU=scalar (or another instruction set) is for tests.
 *
 * Files and pixels depend on neither the processor nor the number of threads.
 */
#ifndef TNG_H
#define TNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define TNG_API __attribute__((visibility("default")))
#else
#define TNG_API
#endif

/* ---- Version ---- */

#define TNG_VERSION_MAJOR 0
#define TNG_VERSION_MINOR 1
#define TNG_VERSION_PATCH 0
#define TNG_VERSION (TNG_VERSION_MAJOR * 1000000 + TNG_VERSION_MINOR * 1000 + TNG_VERSION_PATCH)

/* The version of the library that runs, as TNG_VERSION is that of this header. */
TNG_API uint32_t tng_version(void);

/* The version of the library that runs, such as "0.1.0". */
TNG_API const char *tng_version_string(void);

/* ---- Errors ---- */

/* What went wrong. The numbers never change; hundreds are the category. */
typedef enum tng_status {
  TNG_OK = 0,

  /* The file's bytes are wrong. Get it anew, or decode what there is. */
  TNG_ERROR_NOT_TNG = 100,             /* The file does not begin like a TNG file. */
  TNG_ERROR_SIZE_OUT_OF_RANGE = 101,   /* A size, a depth or a number of frames. */
  TNG_ERROR_LEVEL_OUT_OF_RANGE = 102,  /* The quality level is not one of the model's. */
  TNG_ERROR_MALFORMED_NUMBER = 103,    /* A number is longer than needed, or too large. */
  TNG_ERROR_BAD_CHUNK_TYPE = 104,      /* A chunk's type is not a letter. */
  TNG_ERROR_DUPLICATE_CHUNK = 105,     /* A chunk stands twice. */
  TNG_ERROR_UNEXPECTED_ALPHA = 106,    /* There is alpha in a picture without alpha. */
  TNG_ERROR_NO_PICTURE = 107,          /* A frame has no picture. */
  TNG_ERROR_CHECKSUM_MISMATCH = 108,   /* A check value does not fit its bytes. */
  TNG_ERROR_TILE_TOO_SHORT = 109,      /* A tile is too short. */
  TNG_ERROR_TRAILING_BYTES = 110,      /* Bytes follow the picture. */
  TNG_ERROR_STREAM_ENDS_EARLY = 111,   /* A stream ends before its last symbol. */
  TNG_ERROR_STREAM_INVALID = 112,      /* A stream has a value that no encoder writes. */
  TNG_ERROR_STREAM_UNBALANCED = 113,   /* A stream does not end where its symbols do. */

  /* The file ends before its picture does. Append more, or decode what there is. */
  TNG_ERROR_TRUNCATED = 200,

  /* The file is sound, but needs what this version does not have. */
  TNG_ERROR_UNSUPPORTED_VERSION = 300, /* Another version of the format. */
  TNG_ERROR_UNSUPPORTED_FLAGS = 301,   /* Flags of a later format. */
  TNG_ERROR_UNSUPPORTED_DEPTH = 302,   /* A depth that is not coded. */
  TNG_ERROR_UNSUPPORTED_FRAMES = 303,  /* Several frames. */
  TNG_ERROR_UNSUPPORTED_CHUNK = 304,   /* A required chunk that is unknown. */
  TNG_ERROR_UNSUPPORTED_LAYER = 305,   /* A layer that is unknown. */
  TNG_ERROR_UNSUPPORTED_FILTER = 306,  /* A filter that is unknown. */
  TNG_ERROR_UNKNOWN_MODEL = 307,       /* A model that is not here. */

  /* The file or the picture goes beyond a limit of the options. */
  TNG_ERROR_SIDE_TOO_LONG = 400,       /* A side is longer than the format has. */
  TNG_ERROR_TOO_MANY_PIXELS = 401,     /* max_pixels */
  TNG_ERROR_TOO_MUCH_MEMORY = 402,     /* max_memory */
  TNG_ERROR_TOO_MUCH_METADATA = 403,   /* max_metadata */
  TNG_ERROR_TOO_MANY_CHUNKS = 404,     /* max_chunks */
  TNG_ERROR_OUT_OF_TIME = 405,         /* max_tile_seconds */
  TNG_ERROR_FILE_TOO_LARGE = 406,      /* More than 2 GiB. */

  /* What was asked for cannot be had: a size, a quality or a region. */
  TNG_ERROR_SIZE_NOT_REACHABLE = 500,
  TNG_ERROR_PSNR_NOT_REACHABLE = 501,
  TNG_ERROR_SSIMULACRA2_NOT_REACHABLE = 502,
  TNG_ERROR_REGION_OUTSIDE = 503,

  /* A model that an encoder was asked for is not usable. */
  TNG_ERROR_NO_SUCH_MODEL = 600,
  TNG_ERROR_UNSUPPORTED_MODEL_VERSION = 601,
  TNG_ERROR_INVALID_MODEL = 602,

  /* The callback has ended the work. */
  TNG_ERROR_CANCELLED = 700,

  /* The call is wrong; tng_error.message says how. */
  TNG_ERROR_INVALID_ARGUMENT = 800
} tng_status;

/* Whose fault an error is, and so what can be done about it. */
typedef enum tng_category {
  TNG_CATEGORY_NONE = 0, /* of TNG_OK */
  TNG_CATEGORY_DAMAGED = 1,
  TNG_CATEGORY_TRUNCATED = 2,
  TNG_CATEGORY_UNSUPPORTED = 3,
  TNG_CATEGORY_LIMIT_EXCEEDED = 4,
  TNG_CATEGORY_TARGET = 5,
  TNG_CATEGORY_MODEL = 6,
  TNG_CATEGORY_CANCELLED = 7,
  TNG_CATEGORY_ARGUMENT = 8
} tng_category;

/* A part of a file. */
typedef enum tng_part {
  TNG_PART_NONE = 0,
  TNG_PART_HEADER = 1,
  TNG_PART_ICC_PROFILE = 2,
  TNG_PART_EXIF = 3,
  TNG_PART_XMP = 4,
  TNG_PART_CHUNK = 5, /* of another type */
  TNG_PART_FRAME = 6, /* its header */
  TNG_PART_ALPHA = 7,
  TNG_PART_EXACT = 8,
  TNG_PART_LATENTS = 9
} tng_part;

/* What went wrong, in detail. A call that goes well leaves it as it was. */
typedef struct tng_error {
  size_t struct_size;
  tng_status status;
  tng_part part;     /* the part of the file in which it shows */
  int64_t tile;      /* the tile in which it shows, in raster order, or -1 */
  int64_t offset;    /* the byte of the file at which it shows, or -1 */
  uint64_t value;    /* the number that is wrong, or 0; decibels and scores are in hundredths */
  uint64_t bound;    /* the bound that it does not keep, or 0 */
  char message[256]; /* a sentence in English, UTF-8 */
} tng_error;

/* The name of a status, such as "checksum-mismatch", which never changes; NULL for no status. */
TNG_API const char *tng_status_name(tng_status status);

/* Whose fault it is. */
TNG_API tng_category tng_status_category(tng_status status);

/* The name of a category, such as "limit-exceeded", which never changes; NULL for none. */
TNG_API const char *tng_category_name(tng_category category);

/* ---- Pixels and metadata ---- */

/* The samples of a pixel, interleaved. The value is their number. Alpha is not premultiplied. */
typedef enum tng_format {
  TNG_FORMAT_GRAY = 1,
  TNG_FORMAT_GRAY_ALPHA = 2,
  TNG_FORMAT_RGB = 3,
  TNG_FORMAT_RGBA = 4
} tng_format;

/* How a picture lies in memory: rows from the top. Colours are those of the picture's ICC profile,
 * or sRGB where it has none. */
typedef struct tng_layout {
  size_t struct_size;
  uint32_t width;  /* in pixels, at least 1 */
  uint32_t height; /* in pixels, at least 1 */
  tng_format format;
  /* Bits of a sample, 1 … 16: values are 0 … 2^depth - 1. Up to 8 a sample is a uint8_t, above a
   * uint16_t of the machine's byte order, aligned as one. */
  uint32_t depth;
  /* Bytes from a row to the next; 0 if rows follow one another without padding. */
  size_t stride;
} tng_layout;

/* What travels beside the pixels, byte for byte. A NULL is none. */
typedef struct tng_metadata {
  size_t struct_size;
  const uint8_t *icc_profile;
  size_t icc_profile_size;
  /* A TIFF stream, without the prefix "Exif\0\0". Pixels are upright: its orientation is 1 or
   * absent, which whoever encodes sees to. */
  const uint8_t *exif;
  size_t exif_size;
  const uint8_t *xmp; /* an RDF/XML packet, UTF-8 */
  size_t xmp_size;
} tng_metadata;

/* Whether work is to end early: true ends it with TNG_ERROR_CANCELLED. Called often, on any of the
 * threads that work and on several at once, so it should do little more than read an atomic. */
typedef bool (*tng_is_cancelled)(void *context);

/* A tng_is_cancelled for languages whose functions cannot be called from any thread.
 *
 * flag: a uint8_t that any thread may set meanwhile; the work ends once it is not 0. */
TNG_API bool tng_flag_is_set(void *flag);

/* ---- Encoding ---- */

/* What tng_encoder_options.value aims at. */
typedef enum tng_target {
  TNG_TARGET_QUALITY = 0, /* a quality, 0 (smallest file) … 100 */
  TNG_TARGET_LOSSLESS,    /* every sample as it is; value, tuning and effort do not matter. With all
                             other targets, samples of another depth become 8 bits. */
  TNG_TARGET_BYTES,       /* the best quality whose file has at most so many bytes */
  TNG_TARGET_PSNR,        /* the lowest quality with this PSNR, in decibels */
  TNG_TARGET_SSIMULACRA2, /* the lowest quality with this score; 90 looks like the original */
  TNG_TARGET_LEVEL        /* a quality level of the model, from 0 on */
} tng_target;

/* What a picture is to be close by. */
typedef enum tng_tuning {
  TNG_TUNING_DEFAULT = 0, /* PSNR for TNG_TARGET_PSNR, otherwise what looks best */
  TNG_TUNING_PSNR = 1,
  TNG_TUNING_PERCEPTUAL = 2
} tng_tuning;

/* What becomes of screenshots, charts and drawings, and of their parts in mixed pictures. */
typedef enum tng_graphics {
  TNG_GRAPHICS_AUTO = 0, /* blocks that look like graphics may be kept as they are */
  TNG_GRAPHICS_NEVER = 1 /* all of the picture goes through the network */
} tng_graphics;

typedef struct tng_encoder_options {
  size_t struct_size;
  tng_target target; /* TNG_TARGET_QUALITY */
  double value;      /* 75; its meaning depends on the target */
  tng_tuning tuning; /* TNG_TUNING_DEFAULT */
  int32_t effort;    /* 1; from 0 (fastest) to 9 (smallest file of the same quality) */
  int32_t threads;   /* 1; at least 1 */
  uint64_t max_pixels; /* 2^28 */
  uint64_t max_memory; /* 2^31; bytes that the work may allocate at its worst moment */
  tng_is_cancelled is_cancelled; /* NULL for never */
  void *cancel_context;          /* what is_cancelled is called with */
  tng_graphics graphics;         /* TNG_GRAPHICS_AUTO; does not matter to TNG_TARGET_LOSSLESS */
} tng_encoder_options;

/* Sets the defaults, which stand beside the members. size is sizeof(tng_encoder_options). */
TNG_API void tng_encoder_options_init(tng_encoder_options *options, size_t size);

/* Settings, and up to 32 MiB of memory that is kept from one picture for the next. */
typedef struct tng_encoder tng_encoder;

/* Creates an encoder; options may be NULL for the defaults and are copied. *encoder is freed by
 * tng_encoder_free; NULL after an error. */
TNG_API tng_status tng_encoder_create(const tng_encoder_options *options, tng_encoder **encoder,
                                      tng_error *error);

/* Frees an encoder that no call uses any more. */
TNG_API void tng_encoder_free(tng_encoder *encoder);

/* Encodes a picture.
 *
 * samples_size: the bytes at samples, which must hold the layout.
 * metadata: may be NULL for none.
 * file, file_size: receive the bytes of a TNG file, freed by tng_free; NULL and 0 after an error. */
TNG_API tng_status tng_encoder_encode(tng_encoder *encoder, const tng_layout *layout,
                                      const void *samples, size_t samples_size,
                                      const tng_metadata *metadata, uint8_t **file,
                                      size_t *file_size, tng_error *error);

/* Frees a file that tng_encoder_encode has made. */
TNG_API void tng_free(void *file);

/* ---- Decoding ---- */

typedef struct tng_decoder_options {
  size_t struct_size;
  int32_t threads;       /* 1; at least 1 */
  uint64_t max_pixels;   /* 2^28 */
  uint64_t max_memory;   /* 2^31; bytes that decoding may allocate at its worst moment */
  uint64_t max_metadata; /* 2^26; bytes of all metadata together */
  uint64_t max_chunks;   /* 64 */
  double max_tile_seconds;       /* 0 for any; the longest time for a tile of 1024×1024 pixels */
  tng_is_cancelled is_cancelled; /* NULL for never */
  void *cancel_context;          /* what is_cancelled is called with */
} tng_decoder_options;

/* Sets the defaults, which stand beside the members. size is sizeof(tng_decoder_options). */
TNG_API void tng_decoder_options_init(tng_decoder_options *options, size_t size);

/* Whether bytes begin as TNG files do. The first four are enough; with fewer, false. */
TNG_API bool tng_recognizes(const void *bytes, size_t size);

/* The bytes of one file, as far as they have come, and what decodes them:
 *
 *   tng_decoder_create(NULL, &decoder, &error);
 *   tng_decoder_append(decoder, bytes, size, &error);     once, or as they arrive
 *   tng_decoder_read_info(decoder, &info, &error);
 *   tng_decoder_set_area(decoder, &area, &error);         for a smaller size, or a part
 *   tng_decoder_decode(decoder, &layout, samples, samples_size, &error);
 *   tng_decoder_reset(decoder);                           for the next file
 *   tng_decoder_free(decoder);
 */
typedef struct tng_decoder tng_decoder;

/* Creates a decoder; options may be NULL for the defaults and are copied. *decoder is freed by
 * tng_decoder_free; NULL after an error. */
TNG_API tng_status tng_decoder_create(const tng_decoder_options *options, tng_decoder **decoder,
                                      tng_error *error);

/* Frees a decoder that no call uses any more. */
TNG_API void tng_decoder_free(tng_decoder *decoder);

/* Forgets the file and the area, and keeps the settings and up to 32 MiB of memory for the next
 * file. */
TNG_API void tng_decoder_reset(tng_decoder *decoder);

/* Appends bytes of the file, which are copied. */
TNG_API tng_status tng_decoder_append(tng_decoder *decoder, const void *bytes, size_t size,
                                      tng_error *error);

/* What a file says of its picture. */
typedef struct tng_info {
  size_t struct_size;
  uint32_t width;
  uint32_t height;
  tng_format format;
  uint32_t depth; /* bits of a sample, 1 … 16 */
  /* Whether all metadata and the table of tiles are there, so that decoding can begin. What
   * follows is 0, and metadata may be missing, while they are not. */
  bool is_ready;
  bool is_lossless;     /* whether every sample is kept as it was */
  bool has_model;       /* whether a model made the latents; a file without latents has none */
  uint32_t model_id;    /* its id */
  uint32_t level;       /* its quality level, 0 for the smallest file */
  uint32_t level_count; /* the number of its levels; 0 if the model is not here */
  uint64_t file_size;   /* the bytes that the whole file has */
} tng_info;

/* Reads what the file says of its picture; decodes nothing. Succeeds as soon as the width and
 * height have arrived, within the first 15 bytes; before, TNG_ERROR_TRUNCATED. Limits on pixels
 * are not checked. */
TNG_API tng_status tng_decoder_read_info(tng_decoder *decoder, tng_info *info, tng_error *error);

/* Gives the metadata that have arrived whole and undamaged. They point into the decoder: until the
 * next tng_decoder_append, tng_decoder_reset or tng_decoder_free. */
TNG_API tng_status tng_decoder_read_metadata(tng_decoder *decoder, tng_metadata *metadata,
                                             tng_error *error);

/* What to decode of a picture, and how large. All 0 but the size: the whole picture as it is. */
typedef struct tng_area {
  size_t struct_size;
  /* 1 or 0 for the picture's own size; 2, 4 or 8 for a half, a quarter or an eighth of its width
   * and height, rounded up. Each pixel is the mean of those that it stands for. */
  uint32_t reduction;
  /* A region, in pixels of the picture at this size: the same samples as there, for the work of as
   * many pixels and a margin. Width and height 0 for all of it. */
  uint32_t x;
  uint32_t y;
  uint32_t width;
  uint32_t height;
} tng_area;

/* Sets what tng_decoder_decode and tng_decoder_decode_partial decode from now on, until the area is
 * set anew or the decoder is reset. Whether the region lies in the picture is seen when it is
 * decoded (TNG_ERROR_REGION_OUTSIDE).
 *
 * area: is copied; NULL for the whole picture as it is. */
TNG_API tng_status tng_decoder_set_area(tng_decoder *decoder, const tng_area *area,
                                        tng_error *error);

/* Decodes a file that has come whole.
 *
 * layout: has the width and height of what is decoded (tng_decoder_set_area), and the picture's
 * depth or 8. A grey picture can be written as colours; alpha that the picture lacks is opaque;
 * alpha that the format lacks is dropped.
 * samples, samples_size: memory that holds the layout. After an error its content is undefined. */
TNG_API tng_status tng_decoder_decode(tng_decoder *decoder, const tng_layout *layout, void *samples,
                                      size_t samples_size, tng_error *error);

/* How much of a picture has come. */
typedef struct tng_completeness {
  size_t struct_size;
  uint32_t whole_tiles; /* tiles that are there whole */
  uint32_t tile_count;  /* tiles of the picture, at least 1 */
  double byte_share;    /* of the coded picture, undamaged, 0 … 1 */
} tng_completeness;

/* Decodes what has come of a file, or is not damaged: a whole picture, blurred where bytes are
 * missing. Needs the headers and the table of tiles (tng_info.is_ready). Each call decodes all that
 * is there anew, and takes up to the time of tng_decoder_decode.
 *
 * completeness: may be NULL. */
TNG_API tng_status tng_decoder_decode_partial(tng_decoder *decoder, const tng_layout *layout,
                                              void *samples, size_t samples_size,
                                              tng_completeness *completeness, tng_error *error);

/* ---- Comparing ---- */

/* Says how much of a picture people see to be changed, by SSIMULACRA2: 100 for nothing, 90 where no
 * difference can be seen, 70 for high and 50 for medium quality. The pictures have the same size
 * and are both grey or both not. Samples are taken as sRGB of 8 bits; alpha is left out. With a side
 * of under 113 pixels the metric has fewer scales, and scores compare with those of larger pictures
 * badly. The score is the same on every machine.
 *
 * original_size, decoded_size: the bytes at the samples, which must hold their layout.
 * threads: at least 1.
 * score: receives the score; left as it was after an error. */
TNG_API tng_status tng_ssimulacra2(const tng_layout *original_layout, const void *original,
                                   size_t original_size, const tng_layout *decoded_layout,
                                   const void *decoded, size_t decoded_size, int32_t threads,
                                   double *score, tng_error *error);

#ifdef __cplusplus
}
#endif

#endif
