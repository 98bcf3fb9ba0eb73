/// libvips as plain functions: its own calls are variadic, which Swift cannot reach.
///
/// An image is reference counted by libvips; every function that gives one gives a new reference,
/// which the caller ends with `vips_shim_release`. A function that can fail returns NULL or false
/// and leaves its reason in the error text, of which the process has only one.
#ifndef VIPS_SHIM_H
#define VIPS_SHIM_H

#include <stdbool.h>
#include <stddef.h>

#pragma clang assume_nonnull begin

/// An image of libvips.
typedef struct VipsShimImage VipsShimImage;

/// What the samples of an image are.
typedef enum VipsShimSamples {
  VIPS_SHIM_SAMPLES_8_BIT,
  VIPS_SHIM_SAMPLES_16_BIT,
  VIPS_SHIM_SAMPLES_OTHER,
} VipsShimSamples;

/// What the bands of an image are.
typedef enum VipsShimColor {
  /// Grey or RGB, perhaps with alpha: displayed as it is.
  VIPS_SHIM_COLOR_DEVICE,
  VIPS_SHIM_COLOR_CMYK,
  /// A space with a definition of its own, such as CIE Lab or linear light.
  VIPS_SHIM_COLOR_ABSOLUTE,
} VipsShimColor;

/// Loads and starts libvips, silent and without a cache. Call it once, before all that has to do
/// with images. Gives NULL, or why it failed.
const char *_Nullable vips_shim_start(void);

/// Sets the number of threads that one operation of libvips may use. Call it before
/// `vips_shim_start`.
void vips_shim_set_threads(int threads);

/// Takes the error text and leaves it empty. The caller frees it.
char *vips_shim_take_error(void);

/// Waits until nobody is alone in libvips, and keeps it so until `vips_shim_unlock_shared`.
void vips_shim_lock_shared(void);
void vips_shim_unlock_shared(void);

/// Waits until nobody else is in libvips, and keeps it so until `vips_shim_unlock_alone`.
void vips_shim_lock_alone(void);
void vips_shim_unlock_alone(void);

// MARK: Reading

/// The class of the loader for a file, such as "VipsForeignLoadJpeg", or NULL when the file is in
/// none of the formats that are read.
const char *_Nullable vips_shim_loader(const void *bytes, size_t length);

/// Opens a file and reads its header. The bytes must outlive the image. One that forgives decodes
/// as much of a damaged file as it can.
VipsShimImage *_Nullable vips_shim_open(const void *bytes, size_t length, bool forgives);

/// Decodes an image into memory of its own.
VipsShimImage *_Nullable vips_shim_decode(VipsShimImage *image);

int vips_shim_width(VipsShimImage *image);
int vips_shim_height(VipsShimImage *image);
int vips_shim_bands(VipsShimImage *image);
VipsShimSamples vips_shim_samples(VipsShimImage *image);

/// The sample that is white: of a PPM file its maximum, otherwise 255 or 65535.
int vips_shim_white(VipsShimImage *image);

VipsShimColor vips_shim_color(VipsShimImage *image);

/// The EXIF orientation, 1 … 8; 1 when there is none.
int vips_shim_orientation(VipsShimImage *image);

/// The number of frames, pages or pictures of the file, at least 1.
int vips_shim_page_count(VipsShimImage *image);

/// The samples a millimetre, along rows or columns; 1 where a file tells none.
double vips_shim_resolution(VipsShimImage *image, bool is_vertical);

/// Turns an image upright by its orientation.
VipsShimImage *_Nullable vips_shim_turn_upright(VipsShimImage *image);

/// Converts grey or RGB to sRGB, of three bands, through the profile that the image has. The
/// samples have 16 bits if the image's have, and otherwise 8.
VipsShimImage *_Nullable vips_shim_profile_to_srgb(VipsShimImage *image);

/// The image with its bands called CMYK, and perhaps alpha.
VipsShimImage *_Nullable vips_shim_call_cmyk(VipsShimImage *image);

/// Converts CMYK to 8-bit sRGB through the image's profile, or a common one when it has none.
VipsShimImage *_Nullable vips_shim_cmyk_to_srgb(VipsShimImage *image);

/// Converts from an absolute colour space to 8-bit sRGB.
VipsShimImage *_Nullable vips_shim_absolute_to_srgb(VipsShimImage *image);

/// The samples of an image, interleaved. The caller frees them.
void *_Nullable vips_shim_copy_samples(VipsShimImage *image, size_t *length);

/// A blob of metadata by its name, such as "exif-data", or NULL. It lives as long as the image.
const void *_Nullable vips_shim_metadata(VipsShimImage *image, const char *name, size_t *length);

// MARK: Scaling

/// The longest side that libvips knows.
enum { vips_shim_maximum_side = 10000000 };

/// Makes an image smaller, to a width and a height at most; the shape is kept, with one row and one
/// column at least. Colours count by their alpha.
VipsShimImage *_Nullable vips_shim_shrink(VipsShimImage *image, int width, int height);

// MARK: Writing

/// An image of samples of 8 bits, or 16 if they are wide: grey or RGB, with alpha when the bands
/// are 2 or 4. The samples must outlive it.
VipsShimImage *_Nullable vips_shim_from_samples(
    const void *samples, size_t length, bool is_wide, int width, int height, int bands);

/// Attaches a blob of metadata, copied.
void vips_shim_set_metadata(
    VipsShimImage *image, const char *name, const void *bytes, size_t length);

/// Blends an image with alpha over white.
VipsShimImage *_Nullable vips_shim_flatten(VipsShimImage *image);

/// The image with so many samples a millimetre, along rows and columns.
VipsShimImage *_Nullable vips_shim_set_resolution(
    VipsShimImage *image, double horizontal, double vertical);

/// Encodes an image; `suffix` names the format and its options, such as ".jpg[Q=90]".
/// The caller frees the bytes.
void *_Nullable vips_shim_encode(VipsShimImage *image, const char *suffix, size_t *length);

/// Ends a reference to an image.
void vips_shim_release(VipsShimImage *image);

// MARK: Metadata

/// Bytes that zlib or brotli has compressed, or NULL when they are damaged, are more than 64 MiB,
/// or the library is not there. The caller frees them.
void *_Nullable vips_shim_inflate(const void *bytes, size_t length, size_t *result_length);
void *_Nullable vips_shim_unbrotli(const void *bytes, size_t length, size_t *result_length);

/// Bytes compressed by zlib, or NULL when it is not there. The caller frees them.
void *_Nullable vips_shim_deflate(const void *bytes, size_t length, size_t *result_length);

/// The MD5 of bytes in hexadecimal digits, or NULL when GLib is not there. The caller frees it.
char *_Nullable vips_shim_md5(const void *bytes, size_t length);

#pragma clang assume_nonnull end

#endif
