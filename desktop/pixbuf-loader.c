// The loader of gdk-pixbuf: TNG files in image viewers, file managers and whatever else uses GTK.
//
// Bytes come piece by piece. What has arrived is shown while more is on its way, but only if they
// come so slowly that decoding does not hold them up.
#include <string.h>

#define GDK_PIXBUF_ENABLE_BACKEND
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gmodule.h>
#include <tng.h>

/// The shortest time between two looks at an incomplete picture, in microseconds.
enum { SHORTEST_WAIT = 200000 };

typedef struct {
  GdkPixbufModuleSizeFunc size_func;
  GdkPixbufModulePreparedFunc prepared_func;
  GdkPixbufModuleUpdatedFunc updated_func;
  gpointer user_data;
  tng_decoder *decoder;
  tng_info info;
  gboolean is_sized;   // the program has been told the size
  uint32_t width;      // what is decoded
  uint32_t height;
  gboolean is_closing; // it wanted no more, or there has been an error
  GdkPixbuf *pixbuf;   // once all metadata have come
  gint64 last_shown;   // when, in microseconds
  gint64 cost;         // how long it took
} Loading;

// ---- Errors ----

static GdkPixbufError kind_of(tng_status status) {
  switch (tng_status_category(status)) {
    case TNG_CATEGORY_DAMAGED:
    case TNG_CATEGORY_TRUNCATED: return GDK_PIXBUF_ERROR_CORRUPT_IMAGE;
    case TNG_CATEGORY_UNSUPPORTED: return GDK_PIXBUF_ERROR_UNKNOWN_TYPE;
    case TNG_CATEGORY_LIMIT_EXCEEDED: return GDK_PIXBUF_ERROR_INSUFFICIENT_MEMORY;
    default: return GDK_PIXBUF_ERROR_FAILED;
  }
}

/// Reports an error and takes no more bytes. Always FALSE.
static gboolean fail(Loading *loading, GError **error, GdkPixbufError kind, const char *message) {
  loading->is_closing = TRUE;
  g_set_error_literal(error, GDK_PIXBUF_ERROR, kind, message);
  return FALSE;
}

// ---- Beginning ----

static void loading_free(Loading *loading) {
  tng_decoder_free(loading->decoder);
  g_clear_object(&loading->pixbuf);
  g_free(loading);
}

static gpointer begin_load(GdkPixbufModuleSizeFunc size_func,
                           GdkPixbufModulePreparedFunc prepared_func,
                           GdkPixbufModuleUpdatedFunc updated_func, gpointer user_data,
                           GError **error) {
  Loading *loading = g_new0(Loading, 1);
  loading->size_func = size_func;
  loading->prepared_func = prepared_func;
  loading->updated_func = updated_func;
  loading->user_data = user_data;
  loading->info.struct_size = sizeof loading->info;

  tng_error tng = {.struct_size = sizeof tng};
  tng_decoder_options options;
  tng_decoder_options_init(&options, sizeof options);
  options.threads = (int32_t)g_get_num_processors();
  if (tng_decoder_create(&options, &loading->decoder, &tng) != TNG_OK) {
    fail(loading, error, kind_of(tng.status), tng.message);
    loading_free(loading);
    return NULL;
  }
  return loading;
}

/// Makes the decoder give the smallest size that is at least so wide and high. Only reductions that
/// divide both sides count: a last pixel that stands for less than the others would stretch the
/// picture when it is made smaller still.
static tng_status choose_size(Loading *loading, int width, int height, tng_error *tng) {
  const tng_info *info = &loading->info;
  tng_area area = {.struct_size = sizeof area, .reduction = 8};
  while (info->width % area.reduction != 0 || info->height % area.reduction != 0 ||
         (int)(info->width / area.reduction) < width ||
         (int)(info->height / area.reduction) < height) {
    if (area.reduction == 1) break;
    area.reduction /= 2;
  }
  loading->width = info->width / area.reduction;
  loading->height = info->height / area.reduction;
  return tng_decoder_set_area(loading->decoder, &area, tng);
}

/// Tells the program the size, and whether the picture is too large to begin with.
static gboolean tell_size(Loading *loading, GError **error) {
  tng_decoder_options limits;
  tng_decoder_options_init(&limits, sizeof limits);
  const tng_info *info = &loading->info;
  if (info->width > G_MAXINT || info->height > G_MAXINT ||
      (uint64_t)info->width * info->height > limits.max_pixels)
    return fail(loading, error, GDK_PIXBUF_ERROR_INSUFFICIENT_MEMORY,
                "The TNG picture has too many pixels");
  loading->is_sized = TRUE;
  // What the program asks for instead, gdk-pixbuf makes of the next larger size.
  int width = (int)info->width, height = (int)info->height;
  if (loading->size_func != NULL) loading->size_func(&width, &height, loading->user_data);
  // No width or no height: the size was all that was wanted.
  loading->is_closing = width == 0 || height == 0;
  if (loading->is_closing) return TRUE;
  tng_error tng = {.struct_size = sizeof tng};
  tng_status status = choose_size(loading, width, height, &tng);
  if (status != TNG_OK) return fail(loading, error, kind_of(status), tng.message);
  return TRUE;
}

/// The profile, unless it is one for grey samples: a pixbuf has colours.
static void set_profile(Loading *loading) {
  tng_metadata metadata = {.struct_size = sizeof metadata};
  if (tng_decoder_read_metadata(loading->decoder, &metadata, NULL) != TNG_OK) return;
  // Bytes 16 to 19 of a profile name its colour space (ICC.1:2022, table 17).
  if (metadata.icc_profile_size < 20 || memcmp(metadata.icc_profile + 16, "GRAY", 4) == 0) return;
  char *text = g_base64_encode(metadata.icc_profile, metadata.icc_profile_size);
  gdk_pixbuf_set_option(loading->pixbuf, "icc-profile", text);
  g_free(text);
}

static gboolean has_alpha(const tng_info *info) {
  return info->format == TNG_FORMAT_GRAY_ALPHA || info->format == TNG_FORMAT_RGBA;
}

static gboolean create_pixbuf(Loading *loading, GError **error) {
  const tng_info *info = &loading->info;
  loading->pixbuf = gdk_pixbuf_new(GDK_COLORSPACE_RGB, has_alpha(info), 8, (int)loading->width,
                                   (int)loading->height);
  if (loading->pixbuf == NULL)
    return fail(loading, error, GDK_PIXBUF_ERROR_INSUFFICIENT_MEMORY,
                "There is not enough memory for the TNG picture");
  gdk_pixbuf_fill(loading->pixbuf, 0);
  set_profile(loading);
  loading->last_shown = g_get_monotonic_time();
  if (loading->prepared_func != NULL)
    loading->prepared_func(loading->pixbuf, NULL, loading->user_data);
  return TRUE;
}

// ---- Pixels ----

/// Decodes into the pixbuf, and shows it: what has come or, if `is_whole`, a file that must be whole.
static tng_status show(Loading *loading, gboolean is_whole, tng_error *error) {
  gint64 begin = g_get_monotonic_time();
  tng_layout layout = {.struct_size = sizeof layout};
  layout.width = loading->width;
  layout.height = loading->height;
  layout.format = has_alpha(&loading->info) ? TNG_FORMAT_RGBA : TNG_FORMAT_RGB;
  layout.depth = 8;
  layout.stride = (size_t)gdk_pixbuf_get_rowstride(loading->pixbuf);
  guchar *pixels = gdk_pixbuf_get_pixels(loading->pixbuf);
  size_t size = gdk_pixbuf_get_byte_length(loading->pixbuf);
  tng_status status =
      is_whole ? tng_decoder_decode(loading->decoder, &layout, pixels, size, error)
               : tng_decoder_decode_partial(loading->decoder, &layout, pixels, size, NULL, error);
  loading->last_shown = g_get_monotonic_time();
  loading->cost = loading->last_shown - begin;
  if (status == TNG_OK && loading->updated_func != NULL)
    loading->updated_func(loading->pixbuf, 0, 0, (int)layout.width, (int)layout.height,
                          loading->user_data);
  return status;
}

// ---- Pieces ----

static gboolean load_increment(gpointer context, const guchar *bytes, guint size, GError **error) {
  Loading *loading = context;
  if (loading->is_closing) return TRUE;
  tng_error tng = {.struct_size = sizeof tng};
  tng_status status = tng_decoder_append(loading->decoder, bytes, size, &tng);
  if (status == TNG_OK && !loading->info.is_ready) {
    status = tng_decoder_read_info(loading->decoder, &loading->info, &tng);
    if (status == TNG_ERROR_TRUNCATED) return TRUE;
    if (status == TNG_OK && !loading->is_sized && !tell_size(loading, error)) return FALSE;
    if (loading->is_closing) return TRUE;
  }
  if (status != TNG_OK) return fail(loading, error, kind_of(status), tng.message);
  if (!loading->info.is_ready) return TRUE;
  if (loading->pixbuf == NULL) return create_pixbuf(loading, error);

  gint64 waited = g_get_monotonic_time() - loading->last_shown;
  if (waited < MAX(SHORTEST_WAIT, loading->cost)) return TRUE;
  if (show(loading, FALSE, &tng) == TNG_OK) return TRUE;
  return fail(loading, error, kind_of(tng.status), tng.message);
}

/// The end of the file: the whole picture, or an error, and what there is of the picture.
static gboolean finish(Loading *loading, GError **error) {
  if (loading->is_closing) return TRUE;
  if (loading->pixbuf == NULL)
    return fail(loading, error, GDK_PIXBUF_ERROR_CORRUPT_IMAGE,
                "The TNG file ends within its headers");
  tng_error tng = {.struct_size = sizeof tng};
  tng_status status = show(loading, TRUE, &tng);
  if (status == TNG_OK) return TRUE;
  tng_category category = tng_status_category(status);
  if (category == TNG_CATEGORY_DAMAGED || category == TNG_CATEGORY_TRUNCATED)
    show(loading, FALSE, NULL);
  return fail(loading, error, kind_of(status), tng.message);
}

static gboolean stop_load(gpointer context, GError **error) {
  gboolean result = finish(context, error);
  loading_free(context);
  return result;
}

// ---- The module ----

G_MODULE_EXPORT void fill_vtable(GdkPixbufModule *module) {
  module->begin_load = begin_load;
  module->load_increment = load_increment;
  module->stop_load = stop_load;
}

G_MODULE_EXPORT void fill_info(GdkPixbufFormat *info) {
  static GdkPixbufModulePattern signature[] = {{"\x8aTNG", NULL, 100}, {NULL, NULL, 0}};
  static char *mime_types[] = {"image/x-tng", NULL};
  static char *extensions[] = {"tng", NULL};
  info->name = "tng";
  info->signature = signature;
  info->description = "Tiny Network Graphics";
  info->mime_types = mime_types;
  info->extensions = extensions;
  info->flags = GDK_PIXBUF_FORMAT_THREADSAFE;
  info->license = "Apache-2.0";
}
