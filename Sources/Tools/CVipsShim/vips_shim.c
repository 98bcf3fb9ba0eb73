// For reader-writer locks.
#define _XOPEN_SOURCE 700
#include "vips_shim.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "compression.h"
#include "libvips.h"

static VipsImage *from_shim(VipsShimImage *image) { return (VipsImage *)image; }

static VipsShimImage *to_shim(VipsImage *image) { return (VipsShimImage *)image; }

// MARK: The library

/// libvips prints its warnings; what matters of them, a load with `fail_on` reports as an error.
static void ignore_warning(
    const char *domain, int level, const char *message, void *data) {}

/// As many as the library takes by itself while 0.
static atomic_int thread_count;

const char *vips_shim_start(void) {
  const char *reason = libvips_load();
  if (reason != NULL) return reason;
  libvips.g_log_set_handler(
      "VIPS", G_LOG_LEVEL_WARNING | G_LOG_LEVEL_INFO, ignore_warning, NULL);
  compression_load();
  if (libvips.vips_init("tng") != 0) return "it does not start";
  // The cache knows a file in memory by its address, which the next file may have too.
  libvips.vips_cache_set_max(0);
  if (thread_count > 0) libvips.vips_concurrency_set(thread_count);
  return NULL;
}

void vips_shim_set_threads(int threads) { thread_count = threads; }

char *vips_shim_take_error(void) { return libvips.vips_error_buffer_copy(); }

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

void vips_shim_lock_shared(void) { pthread_rwlock_rdlock(&lock); }

void vips_shim_unlock_shared(void) { pthread_rwlock_unlock(&lock); }

void vips_shim_lock_alone(void) { pthread_rwlock_wrlock(&lock); }

void vips_shim_unlock_alone(void) { pthread_rwlock_unlock(&lock); }

// MARK: Reading

/// Formats that are read. What else libvips may know, such as SVG, PDF and the formats of
/// ImageMagick, stays shut.
static const char *const loaders[] = {
    "VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadTiff",
    "VipsForeignLoadHeif", "VipsForeignLoadJxl", "VipsForeignLoadJp2k", "VipsForeignLoadPpm",
    "VipsForeignLoadNsgif",
};

const char *vips_shim_loader(const void *bytes, size_t length) {
  VipsSource *source = libvips.vips_source_new_from_memory(bytes, length);
  if (source == NULL) return NULL;
  const char *found = libvips.vips_foreign_find_load_source(source);
  libvips.g_object_unref(source);
  if (found == NULL) return NULL;
  for (size_t i = 0; i < sizeof loaders / sizeof *loaders; i++)
    if (strncmp(found, loaders[i], strlen(loaders[i])) == 0) return loaders[i];
  return NULL;
}

VipsShimImage *vips_shim_open(const void *bytes, size_t length, bool forgives) {
  VipsSource *source = libvips.vips_source_new_from_memory(bytes, length);
  if (source == NULL) return NULL;
  VipsImage *image = libvips.vips_image_new_from_source(
      source, "", "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
      forgives ? VIPS_FAIL_ON_NONE : VIPS_FAIL_ON_ERROR, NULL);
  libvips.g_object_unref(source);
  return to_shim(image);
}

VipsShimImage *vips_shim_decode(VipsShimImage *image) {
  return to_shim(libvips.vips_image_copy_memory(from_shim(image)));
}

int vips_shim_width(VipsShimImage *image) { return libvips.vips_image_get_width(from_shim(image)); }

int vips_shim_height(VipsShimImage *image) { return libvips.vips_image_get_height(from_shim(image)); }

int vips_shim_bands(VipsShimImage *image) { return libvips.vips_image_get_bands(from_shim(image)); }

VipsShimSamples vips_shim_samples(VipsShimImage *image) {
  switch (libvips.vips_image_get_format(from_shim(image))) {
    case VIPS_FORMAT_UCHAR: return VIPS_SHIM_SAMPLES_8_BIT;
    case VIPS_FORMAT_USHORT: return VIPS_SHIM_SAMPLES_16_BIT;
    default: return VIPS_SHIM_SAMPLES_OTHER;
  }
}

static bool is_wide(VipsShimImage *image) {
  return vips_shim_samples(image) == VIPS_SHIM_SAMPLES_16_BIT;
}

int vips_shim_white(VipsShimImage *image) {
  double maximum;
  if (libvips.vips_image_get_typeof(from_shim(image), "ppm-max-value") != 0 &&
      libvips.vips_image_get_double(from_shim(image), "ppm-max-value", &maximum) == 0 && maximum > 0)
    return (int)maximum;
  return libvips.vips_image_get_format(from_shim(image)) == VIPS_FORMAT_UCHAR ? 255 : 65535;
}

VipsShimColor vips_shim_color(VipsShimImage *image) {
  switch (libvips.vips_image_get_interpretation(from_shim(image))) {
    case VIPS_INTERPRETATION_CMYK: return VIPS_SHIM_COLOR_CMYK;
    case VIPS_INTERPRETATION_LAB:
    case VIPS_INTERPRETATION_LABQ:
    case VIPS_INTERPRETATION_LABS:
    case VIPS_INTERPRETATION_XYZ:
    case VIPS_INTERPRETATION_scRGB: return VIPS_SHIM_COLOR_ABSOLUTE;
    default: return VIPS_SHIM_COLOR_DEVICE;
  }
}

int vips_shim_orientation(VipsShimImage *image) {
  return libvips.vips_image_get_orientation(from_shim(image));
}

double vips_shim_resolution(VipsShimImage *image, bool is_vertical) {
  double resolution;
  int status = libvips.vips_image_get_double(
      from_shim(image), is_vertical ? "yres" : "xres", &resolution);
  return status == 0 ? resolution : 1;
}

VipsShimImage *vips_shim_turn_upright(VipsShimImage *image) {
  VipsImage *upright;
  return libvips.vips_autorot(from_shim(image), &upright, NULL) == 0 ? to_shim(upright) : NULL;
}

int vips_shim_page_count(VipsShimImage *image) {
  double count;
  if (libvips.vips_image_get_typeof(from_shim(image), "n-pages") == 0 ||
      libvips.vips_image_get_double(from_shim(image), "n-pages", &count) != 0)
    return 1;
  return (int)count;
}

VipsShimImage *vips_shim_profile_to_srgb(VipsShimImage *image) {
  VipsImage *srgb;
  int status = libvips.vips_icc_transform(
      from_shim(image), &srgb, "srgb", "embedded", 1, "black_point_compensation", 1, "depth",
      is_wide(image) ? 16 : 8, NULL);
  return status == 0 ? to_shim(srgb) : NULL;
}

VipsShimImage *vips_shim_call_cmyk(VipsShimImage *image) {
  VipsImage *called;
  int status = libvips.vips_copy(
      from_shim(image), &called, "interpretation", VIPS_INTERPRETATION_CMYK, NULL);
  return status == 0 ? to_shim(called) : NULL;
}

VipsShimImage *vips_shim_cmyk_to_srgb(VipsShimImage *image) {
  VipsImage *srgb;
  int status = libvips.vips_icc_transform(
      from_shim(image), &srgb, "srgb", "embedded", 1, "input_profile", "cmyk",
      "black_point_compensation", 1, "depth", 8, NULL);
  return status == 0 ? to_shim(srgb) : NULL;
}

VipsShimImage *vips_shim_absolute_to_srgb(VipsShimImage *image) {
  VipsImage *srgb;
  int status = libvips.vips_colourspace(from_shim(image), &srgb, VIPS_INTERPRETATION_sRGB, NULL);
  return status == 0 ? to_shim(srgb) : NULL;
}

void *vips_shim_copy_samples(VipsShimImage *image, size_t *length) {
  return libvips.vips_image_write_to_memory(from_shim(image), length);
}

const void *vips_shim_metadata(VipsShimImage *image, const char *name, size_t *length) {
  const void *bytes;
  if (libvips.vips_image_get_typeof(from_shim(image), name) != libvips.vips_blob_get_type()) return NULL;
  return libvips.vips_image_get_blob(from_shim(image), name, &bytes, length) == 0 ? bytes : NULL;
}

// MARK: Scaling

VipsShimImage *vips_shim_shrink(VipsShimImage *image, int width, int height) {
  VipsImage *small;
  int status = libvips.vips_thumbnail_image(
      from_shim(image), &small, width, "height", height, "size", VIPS_SIZE_DOWN, "no_rotate", 1,
      NULL);
  return status == 0 ? to_shim(small) : NULL;
}

// MARK: Writing

VipsShimImage *vips_shim_from_samples(
    const void *samples, size_t length, bool is_wide, int width, int height, int bands) {
  VipsImage *plain = libvips.vips_image_new_from_memory(
      samples, length, width, height, bands, is_wide ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR);
  if (plain == NULL) return NULL;
  int gray = is_wide ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_B_W;
  int color = is_wide ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB;
  int interpretation = bands < 3 ? gray : color;
  VipsImage *image;
  int status = libvips.vips_copy(plain, &image, "interpretation", interpretation, NULL);
  libvips.g_object_unref(plain);
  return status == 0 ? to_shim(image) : NULL;
}

void vips_shim_set_metadata(
    VipsShimImage *image, const char *name, const void *bytes, size_t length) {
  libvips.vips_image_set_blob_copy(from_shim(image), name, bytes, length);
}

VipsShimImage *vips_shim_set_resolution(
    VipsShimImage *image, double horizontal, double vertical) {
  VipsImage *copy;
  int status =
      libvips.vips_copy(from_shim(image), &copy, "xres", horizontal, "yres", vertical, NULL);
  return status == 0 ? to_shim(copy) : NULL;
}

VipsShimImage *vips_shim_flatten(VipsShimImage *image) {
  double largest = is_wide(image) ? 65535 : 255;
  VipsArrayDouble *white = libvips.vips_array_double_newv(1, largest);
  VipsImage *flat;
  int status = libvips.vips_flatten(
      from_shim(image), &flat, "background", white, "max_alpha", largest, NULL);
  libvips.vips_area_unref(white);
  return status == 0 ? to_shim(flat) : NULL;
}

void *vips_shim_encode(VipsShimImage *image, const char *suffix, size_t *length) {
  void *bytes;
  int status = libvips.vips_image_write_to_buffer(from_shim(image), suffix, &bytes, length, NULL);
  return status == 0 ? bytes : NULL;
}

void vips_shim_release(VipsShimImage *image) { libvips.g_object_unref(from_shim(image)); }
