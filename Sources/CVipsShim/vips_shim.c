#include "vips_shim.h"

#include <string.h>
#include <vips/vips.h>

static VipsImage *from_shim(VipsShimImage *image) { return (VipsImage *)image; }

static VipsShimImage *to_shim(VipsImage *image) { return (VipsShimImage *)image; }

// MARK: The library

/// libvips prints its warnings; what matters of them, a load with `fail_on` reports as an error.
static void ignore_warning(
    const char *domain, GLogLevelFlags level, const char *message, void *data) {}

bool vips_shim_start(void) {
  g_log_set_handler("VIPS", G_LOG_LEVEL_WARNING | G_LOG_LEVEL_INFO, ignore_warning, NULL);
  if (vips_init("tng") != 0) return false;
  // The cache knows a file in memory by its address, which the next file may have too.
  vips_cache_set_max(0);
  return true;
}

void vips_shim_set_threads(int threads) { vips_concurrency_set(threads); }

char *vips_shim_take_error(void) { return vips_error_buffer_copy(); }

static GRWLock lock;

void vips_shim_lock_shared(void) { g_rw_lock_reader_lock(&lock); }

void vips_shim_unlock_shared(void) { g_rw_lock_reader_unlock(&lock); }

void vips_shim_lock_alone(void) { g_rw_lock_writer_lock(&lock); }

void vips_shim_unlock_alone(void) { g_rw_lock_writer_unlock(&lock); }

// MARK: Reading

/// Formats that are read. What else libvips may know, such as SVG, PDF and the formats of
/// ImageMagick, stays shut.
static const char *const loaders[] = {
    "VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadTiff",
    "VipsForeignLoadHeif", "VipsForeignLoadJxl", "VipsForeignLoadJp2k", "VipsForeignLoadPpm",
};

const char *vips_shim_loader(const void *bytes, size_t length) {
  VipsSource *source = vips_source_new_from_memory(bytes, length);
  if (source == NULL) return NULL;
  const char *found = vips_foreign_find_load_source(source);
  g_object_unref(source);
  if (found == NULL) return NULL;
  for (size_t i = 0; i < sizeof loaders / sizeof *loaders; i++)
    if (strncmp(found, loaders[i], strlen(loaders[i])) == 0) return loaders[i];
  return NULL;
}

VipsShimImage *vips_shim_open(const void *bytes, size_t length) {
  VipsSource *source = vips_source_new_from_memory(bytes, length);
  if (source == NULL) return NULL;
  VipsImage *image = vips_image_new_from_source(
      source, "", "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
  g_object_unref(source);
  return to_shim(image);
}

VipsShimImage *vips_shim_decode(VipsShimImage *image) {
  return to_shim(vips_image_copy_memory(from_shim(image)));
}

int vips_shim_width(VipsShimImage *image) { return vips_image_get_width(from_shim(image)); }

int vips_shim_height(VipsShimImage *image) { return vips_image_get_height(from_shim(image)); }

int vips_shim_bands(VipsShimImage *image) { return vips_image_get_bands(from_shim(image)); }

VipsShimSamples vips_shim_samples(VipsShimImage *image) {
  switch (vips_image_get_format(from_shim(image))) {
    case VIPS_FORMAT_UCHAR: return VIPS_SHIM_SAMPLES_8_BIT;
    case VIPS_FORMAT_USHORT: return VIPS_SHIM_SAMPLES_16_BIT;
    default: return VIPS_SHIM_SAMPLES_OTHER;
  }
}

int vips_shim_white(VipsShimImage *image) {
  double maximum;
  if (vips_image_get_typeof(from_shim(image), "ppm-max-value") != 0 &&
      vips_image_get_double(from_shim(image), "ppm-max-value", &maximum) == 0 && maximum > 0)
    return (int)maximum;
  return vips_image_get_format(from_shim(image)) == VIPS_FORMAT_UCHAR ? 255 : 65535;
}

VipsShimColor vips_shim_color(VipsShimImage *image) {
  switch (vips_image_get_interpretation(from_shim(image))) {
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
  return vips_image_get_orientation(from_shim(image));
}

VipsShimImage *vips_shim_turn_upright(VipsShimImage *image) {
  VipsImage *upright;
  return vips_autorot(from_shim(image), &upright, NULL) == 0 ? to_shim(upright) : NULL;
}

VipsShimImage *vips_shim_cmyk_to_srgb(VipsShimImage *image) {
  VipsImage *srgb;
  int status = vips_icc_transform(
      from_shim(image), &srgb, "srgb", "embedded", TRUE, "input_profile", "cmyk",
      "black_point_compensation", TRUE, "depth", 8, NULL);
  return status == 0 ? to_shim(srgb) : NULL;
}

VipsShimImage *vips_shim_absolute_to_srgb(VipsShimImage *image) {
  VipsImage *srgb;
  int status = vips_colourspace(from_shim(image), &srgb, VIPS_INTERPRETATION_sRGB, NULL);
  return status == 0 ? to_shim(srgb) : NULL;
}

void *vips_shim_copy_samples(VipsShimImage *image, size_t *length) {
  return vips_image_write_to_memory(from_shim(image), length);
}

const void *vips_shim_metadata(VipsShimImage *image, const char *name, size_t *length) {
  const void *bytes;
  if (vips_image_get_typeof(from_shim(image), name) != VIPS_TYPE_BLOB) return NULL;
  return vips_image_get_blob(from_shim(image), name, &bytes, length) == 0 ? bytes : NULL;
}

// MARK: Scaling

VipsShimImage *vips_shim_shrink(VipsShimImage *image, int width) {
  VipsImage *small;
  int status = vips_thumbnail_image(
      from_shim(image), &small, width, "height", VIPS_MAX_COORD, "size", VIPS_SIZE_DOWN,
      "no_rotate", TRUE, NULL);
  return status == 0 ? to_shim(small) : NULL;
}

// MARK: Writing

VipsShimImage *vips_shim_from_samples(
    const void *samples, size_t length, int width, int height, int bands) {
  VipsImage *plain =
      vips_image_new_from_memory(samples, length, width, height, bands, VIPS_FORMAT_UCHAR);
  if (plain == NULL) return NULL;
  VipsInterpretation interpretation =
      bands < 3 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
  VipsImage *image;
  int status = vips_copy(plain, &image, "interpretation", interpretation, NULL);
  g_object_unref(plain);
  return status == 0 ? to_shim(image) : NULL;
}

void vips_shim_set_metadata(
    VipsShimImage *image, const char *name, const void *bytes, size_t length) {
  vips_image_set_blob_copy(from_shim(image), name, bytes, length);
}

VipsShimImage *vips_shim_flatten(VipsShimImage *image) {
  VipsArrayDouble *white = vips_array_double_newv(1, 255.0);
  VipsImage *flat;
  int status = vips_flatten(from_shim(image), &flat, "background", white, NULL);
  vips_area_unref(VIPS_AREA(white));
  return status == 0 ? to_shim(flat) : NULL;
}

void *vips_shim_encode(VipsShimImage *image, const char *suffix, size_t *length) {
  void *bytes;
  int status = vips_image_write_to_buffer(from_shim(image), suffix, &bytes, length, NULL);
  return status == 0 ? bytes : NULL;
}

void vips_shim_release(VipsShimImage *image) { g_object_unref(from_shim(image)); }
