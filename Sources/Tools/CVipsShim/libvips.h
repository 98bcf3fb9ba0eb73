// The part of libvips's interface that is used here, as its headers declare it since version 8.9;
// version 42 of its binary interface.
//
// The library is loaded when it is first needed, and not linked: it and the libraries behind it
// take longer to load than a picture takes to decode. So its functions are pointers, set by
// `libvips_load`.
#ifndef TNG_LIBVIPS_H
#define TNG_LIBVIPS_H

#include <stddef.h>

typedef struct VipsImage VipsImage;
typedef struct VipsSource VipsSource;
typedef struct VipsArrayDouble VipsArrayDouble;
typedef void LogHandler(const char *domain, int level, const char *message, void *data);

enum { VIPS_ACCESS_SEQUENTIAL = 1 };
enum { VIPS_FAIL_ON_NONE = 0, VIPS_FAIL_ON_ERROR = 2 };
enum { VIPS_SIZE_DOWN = 2 };
enum { VIPS_MAX_COORD = 10000000 };
enum { VIPS_FORMAT_UCHAR = 0, VIPS_FORMAT_USHORT = 2 };
enum {
  VIPS_INTERPRETATION_B_W = 1,
  VIPS_INTERPRETATION_XYZ = 12,
  VIPS_INTERPRETATION_LAB = 13,
  VIPS_INTERPRETATION_CMYK = 15,
  VIPS_INTERPRETATION_LABQ = 16,
  VIPS_INTERPRETATION_LABS = 21,
  VIPS_INTERPRETATION_sRGB = 22,
  VIPS_INTERPRETATION_RGB16 = 25,
  VIPS_INTERPRETATION_GREY16 = 26,
  VIPS_INTERPRETATION_scRGB = 28,
};
enum { G_LOG_LEVEL_WARNING = 16, G_LOG_LEVEL_INFO = 64 };

// FUNCTION(result, name, parameters) for each. Lists of options end with NULL.
#define LIBVIPS_FUNCTIONS(FUNCTION) \
  FUNCTION(unsigned, g_log_set_handler, (const char *domain, int levels, LogHandler *, void *data)) \
  FUNCTION(void, g_object_unref, (void *object)) \
  FUNCTION(int, vips_init, (const char *program)) \
  FUNCTION(void, vips_cache_set_max, (int operations)) \
  FUNCTION(void, vips_concurrency_set, (int threads)) \
  FUNCTION(char *, vips_error_buffer_copy, (void)) \
  FUNCTION(void, vips_area_unref, (void *area)) \
  FUNCTION(VipsArrayDouble *, vips_array_double_newv, (int count, ...)) \
  FUNCTION(size_t, vips_blob_get_type, (void)) \
  FUNCTION(VipsSource *, vips_source_new_from_memory, (const void *bytes, size_t length)) \
  FUNCTION(const char *, vips_foreign_find_load_source, (VipsSource *)) \
  FUNCTION(VipsImage *, vips_image_new_from_source, (VipsSource *, const char *options, ...)) \
  FUNCTION(VipsImage *, vips_image_new_from_memory, \
           (const void *samples, size_t length, int width, int height, int bands, int format)) \
  FUNCTION(VipsImage *, vips_image_copy_memory, (VipsImage *)) \
  FUNCTION(int, vips_image_get_width, (const VipsImage *)) \
  FUNCTION(int, vips_image_get_height, (const VipsImage *)) \
  FUNCTION(int, vips_image_get_bands, (const VipsImage *)) \
  FUNCTION(int, vips_image_get_format, (const VipsImage *)) \
  FUNCTION(int, vips_image_get_interpretation, (const VipsImage *)) \
  FUNCTION(int, vips_image_get_orientation, (VipsImage *)) \
  FUNCTION(size_t, vips_image_get_typeof, (const VipsImage *, const char *name)) \
  FUNCTION(int, vips_image_get_double, (const VipsImage *, const char *name, double *)) \
  FUNCTION(int, vips_image_get_blob, \
           (const VipsImage *, const char *name, const void **bytes, size_t *length)) \
  FUNCTION(void, vips_image_set_blob_copy, \
           (VipsImage *, const char *name, const void *bytes, size_t length)) \
  FUNCTION(void *, vips_image_write_to_memory, (VipsImage *, size_t *length)) \
  FUNCTION(int, vips_image_write_to_buffer, \
           (VipsImage *, const char *suffix, void **bytes, size_t *length, ...)) \
  FUNCTION(int, vips_copy, (VipsImage *, VipsImage **result, ...)) \
  FUNCTION(int, vips_flatten, (VipsImage *, VipsImage **result, ...)) \
  FUNCTION(int, vips_thumbnail_image, (VipsImage *, VipsImage **result, int width, ...)) \
  FUNCTION(int, vips_autorot, (VipsImage *, VipsImage **result, ...)) \
  FUNCTION(int, vips_colourspace, (VipsImage *, VipsImage **result, int interpretation, ...)) \
  FUNCTION(int, vips_icc_transform, (VipsImage *, VipsImage **result, const char *profile, ...))

typedef struct {
#define LIBVIPS_POINTER(result, name, parameters) result(*name) parameters;
  LIBVIPS_FUNCTIONS(LIBVIPS_POINTER)
#undef LIBVIPS_POINTER
} libvips_functions;

extern libvips_functions libvips;

// Loads the library. Gives NULL, or why it cannot.
const char *libvips_load(void);

#endif
