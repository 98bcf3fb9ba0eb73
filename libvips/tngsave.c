// tngsave, tngsave_buffer and tngsave_target: pictures of libvips to TNG files.
//
// The base class encodes; its subclasses write what it has made. So tngsave overwrites no file with a
// picture that cannot be encoded.
#include <string.h>

#include "module.h"

enum { DEFAULT_QUALITY = 75, DEFAULT_EFFORT = 1 };

typedef struct {
  VipsForeignSave parent;
  int quality;
  gboolean lossless;
  int effort;
  tng_tuning tuning;
  tng_graphics graphics;
  guint64 target_size;
  double target_psnr;
  double target_ssimulacra2;
  uint8_t *bytes;  // the file, once the base class is built
  size_t size;
} VipsTngSave;

typedef VipsForeignSaveClass VipsTngSaveClass;

G_DEFINE_ABSTRACT_TYPE(VipsTngSave, vips_tng_save, VIPS_TYPE_FOREIGN_SAVE)

static const char *nickname(const VipsTngSave *save) {
  return VIPS_OBJECT_GET_CLASS(save)->nickname;
}

static void vips_tng_save_dispose(GObject *object) {
  VipsTngSave *save = (VipsTngSave *)object;
  VIPS_FREEF(tng_free, save->bytes);
  G_OBJECT_CLASS(vips_tng_save_parent_class)->dispose(object);
}

// ---- Options ----

static int set_target(VipsTngSave *save, tng_encoder_options *options) {
  VipsObject *object = (VipsObject *)save;
  const struct {
    const char *name;
    tng_target target;
    double value;
  } targets[] = {
      {"Q", TNG_TARGET_QUALITY, save->quality},
      {"lossless", TNG_TARGET_LOSSLESS, 0},
      {"target_size", TNG_TARGET_BYTES, (double)save->target_size},
      {"target_psnr", TNG_TARGET_PSNR, save->target_psnr},
      {"target_ssimulacra2", TNG_TARGET_SSIMULACRA2, save->target_ssimulacra2},
  };
  options->target = TNG_TARGET_QUALITY;
  options->value = save->quality;
  const char *chosen = NULL;
  for (size_t i = 0; i < G_N_ELEMENTS(targets); i++) {
    if (!vips_object_argument_isset(object, targets[i].name) ||
        (targets[i].target == TNG_TARGET_LOSSLESS && !save->lossless))
      continue;
    if (chosen != NULL) {
      vips_error(nickname(save), "%s and %s exclude each other", chosen, targets[i].name);
      return -1;
    }
    chosen = targets[i].name;
    options->target = targets[i].target;
    options->value = targets[i].value;
  }
  return 0;
}

static int create_encoder(VipsTngSave *save, tng_encoder **encoder) {
  tng_error error = {.struct_size = sizeof error};
  tng_encoder_options options;
  tng_encoder_options_init(&options, sizeof options);
  if (set_target(save, &options)) return -1;
  options.tuning = save->tuning;
  options.graphics = save->graphics;
  options.effort = save->effort;
  options.threads = vips_concurrency_get();
  // The picture is in memory already: the user has seen to it that it may be as large.
  options.max_pixels = INT64_MAX;
  options.max_memory = INT64_MAX;
  options.is_cancelled = vips_tng_is_killed;
  options.cancel_context = ((VipsForeignSave *)save)->in;
  if (tng_encoder_create(&options, encoder, &error) != TNG_OK)
    return vips_tng_error(nickname(save), &error);
  return 0;
}

// ---- The picture ----

/// Turns the input upright, as the format's pictures are.
static int turn_upright(VipsForeignSave *save) {
  if (save->in == NULL || vips_image_get_orientation(save->in) == 1) return 0;
  // Turning asks for pixels in any order, which not every input can give.
  VipsImage *memory = vips_image_copy_memory(save->in);
  if (memory == NULL) return -1;
  VipsImage *upright;
  int result = vips_autorot(memory, &upright, NULL);
  g_object_unref(memory);
  if (result) return -1;
  g_object_set(save, "in", upright, NULL);
  g_object_unref(upright);
  return 0;
}

/// Gives the picture to encode in memory.
static VipsImage *pixels_of(VipsTngSave *save) {
  VipsImage *ready = ((VipsForeignSave *)save)->ready;
  bool is_wide =
      ready->Type == VIPS_INTERPRETATION_RGB16 || ready->Type == VIPS_INTERPRETATION_GREY16;
  if (ready->BandFmt != VIPS_FORMAT_USHORT || is_wide || save->lossless)
    return vips_image_copy_memory(ready);
  // Samples of 0 … 255 in words, which the network is to see as they are.
  VipsImage *narrow;
  if (vips_cast(ready, &narrow, VIPS_FORMAT_UCHAR, NULL)) return NULL;
  VipsImage *memory = vips_image_copy_memory(narrow);
  g_object_unref(narrow);
  return memory;
}

/// Points at the blob `name` of a picture; NULL and 0 where it has none.
static int get_blob(VipsImage *image, const char *name, const uint8_t **bytes, size_t *size) {
  *bytes = NULL;
  *size = 0;
  if (vips_image_get_typeof(image, name) == 0) return 0;
  return vips_image_get_blob(image, name, (const void **)bytes, size);
}

#if VIPS_MAJOR_VERSION == 8 && VIPS_MINOR_VERSION < 15
/// Writes what has been changed of EXIF's fields to the EXIF itself. libvips 8.14 exports it for its
/// savers, without a header; later versions call it before a saver sees the picture.
int vips__exif_update(VipsImage *image);
#endif

/// Points at the metadata that go to the file, which live as long as `image` does.
static int get_metadata(VipsTngSave *save, VipsImage *image, tng_metadata *metadata) {
#if VIPS_MAJOR_VERSION == 8 && VIPS_MINOR_VERSION < 15
  if (((VipsForeignSave *)save)->strip) return 0;
  if (vips_image_get_typeof(image, VIPS_META_EXIF_NAME) && vips__exif_update(image)) return -1;
#else
  (void)save;
#endif
  if (get_blob(image, VIPS_META_ICC_NAME, &metadata->icc_profile, &metadata->icc_profile_size) ||
      get_blob(image, VIPS_META_EXIF_NAME, &metadata->exif, &metadata->exif_size) ||
      get_blob(image, VIPS_META_XMP_NAME, &metadata->xmp, &metadata->xmp_size))
    return -1;
  static const char prefix[6] = "Exif\0";
  if (metadata->exif_size >= sizeof prefix && memcmp(metadata->exif, prefix, sizeof prefix) == 0) {
    metadata->exif += sizeof prefix;
    metadata->exif_size -= sizeof prefix;
  }
  return 0;
}

// ---- Encoding ----

static int encode_pixels(VipsTngSave *save, tng_encoder *encoder, VipsImage *memory) {
  // Metadata may be rewritten: in a copy of the picture, which shares its pixels.
  VipsImage *image;
  if (vips_copy(memory, &image, NULL)) return -1;
  tng_metadata metadata = {.struct_size = sizeof metadata};
  if (get_metadata(save, image, &metadata)) {
    g_object_unref(image);
    return -1;
  }
  tng_error error = {.struct_size = sizeof error};
  tng_layout layout = {.struct_size = sizeof layout};
  layout.width = (uint32_t)memory->Xsize;
  layout.height = (uint32_t)memory->Ysize;
  layout.format = (tng_format)memory->Bands;
  layout.depth = memory->BandFmt == VIPS_FORMAT_USHORT ? 16 : 8;
  tng_status status = tng_encoder_encode(encoder, &layout, VIPS_IMAGE_ADDR(memory, 0, 0),
                                         VIPS_IMAGE_SIZEOF_IMAGE(memory), &metadata, &save->bytes,
                                         &save->size, &error);
  g_object_unref(image);
  return status == TNG_OK ? 0 : vips_tng_error(nickname(save), &error);
}

static int encode(VipsTngSave *save) {
  // Before the pixels, which may take long: options that make no sense should fail at once.
  tng_encoder *encoder;
  if (create_encoder(save, &encoder)) return -1;
  VipsImage *memory = pixels_of(save);
  int result = memory == NULL ? -1 : encode_pixels(save, encoder, memory);
  VIPS_UNREF(memory);
  tng_encoder_free(encoder);
  return result;
}

static int vips_tng_save_build(VipsObject *object) {
  if (turn_upright((VipsForeignSave *)object) ||
      VIPS_OBJECT_CLASS(vips_tng_save_parent_class)->build(object))
    return -1;
  return encode((VipsTngSave *)object);
}

static GType tuning_type(void) {
  static const GEnumValue values[] = {
      {TNG_TUNING_DEFAULT, "TNG_TUNING_DEFAULT", "default"},
      {TNG_TUNING_PSNR, "TNG_TUNING_PSNR", "psnr"},
      {TNG_TUNING_PERCEPTUAL, "TNG_TUNING_PERCEPTUAL", "perceptual"},
      // libvips takes the last for the end of the list, and tells the user of those before.
      {TNG_TUNING_PERCEPTUAL + 1, "TNG_TUNING_LAST", "last"},
      {0, NULL, NULL},
  };
  static gsize type = 0;
  if (g_once_init_enter(&type))
    g_once_init_leave(&type, g_enum_register_static("VipsTngTuning", values));
  return type;
}

static GType graphics_type(void) {
  static const GEnumValue values[] = {
      {TNG_GRAPHICS_AUTO, "TNG_GRAPHICS_AUTO", "auto"},
      {TNG_GRAPHICS_NEVER, "TNG_GRAPHICS_NEVER", "never"},
      {TNG_GRAPHICS_NEVER + 1, "TNG_GRAPHICS_LAST", "last"},
      {0, NULL, NULL},
  };
  static gsize type = 0;
  if (g_once_init_enter(&type))
    g_once_init_leave(&type, g_enum_register_static("VipsTngGraphics", values));
  return type;
}

static void vips_tng_save_class_init(VipsTngSaveClass *class) {
  // What becomes of each of libvips' ten formats of samples.
  static VipsBandFormat formats[VIPS_FORMAT_LAST] = {
      VIPS_FORMAT_UCHAR,  VIPS_FORMAT_UCHAR, VIPS_FORMAT_USHORT, VIPS_FORMAT_USHORT,
      VIPS_FORMAT_USHORT, VIPS_FORMAT_USHORT, VIPS_FORMAT_UCHAR, VIPS_FORMAT_UCHAR,
      VIPS_FORMAT_UCHAR,  VIPS_FORMAT_UCHAR,
  };
  GObjectClass *object_class = G_OBJECT_CLASS(class);
  object_class->dispose = vips_tng_save_dispose;
  object_class->set_property = vips_object_set_property;
  object_class->get_property = vips_object_get_property;

  VIPS_OBJECT_CLASS(class)->nickname = "tngsave_base";
  VIPS_OBJECT_CLASS(class)->description = "save TNG";
  VIPS_OBJECT_CLASS(class)->build = vips_tng_save_build;
  VIPS_FOREIGN_CLASS(class)->suffs = vips_tng_suffixes;
#if VIPS_MAJOR_VERSION == 8 && VIPS_MINOR_VERSION < 17
  class->saveable = VIPS_SAVEABLE_RGBA;
#else
  class->saveable =
      VIPS_FOREIGN_SAVEABLE_MONO | VIPS_FOREIGN_SAVEABLE_RGB | VIPS_FOREIGN_SAVEABLE_ALPHA;
#endif
  class->format_table = formats;

  VIPS_ARG_INT(class, "Q", 10, "Q", "Quality, 0 (smallest file) to 100",
               VIPS_ARGUMENT_OPTIONAL_INPUT, G_STRUCT_OFFSET(VipsTngSave, quality), 0, 100,
               DEFAULT_QUALITY);
  VIPS_ARG_BOOL(class, "lossless", 11, "Lossless", "Keep every sample as it is",
                VIPS_ARGUMENT_OPTIONAL_INPUT, G_STRUCT_OFFSET(VipsTngSave, lossless), FALSE);
  VIPS_ARG_INT(class, "effort", 12, "Effort",
               "From 0 (fastest) to 9 (smallest file of the same quality)",
               VIPS_ARGUMENT_OPTIONAL_INPUT, G_STRUCT_OFFSET(VipsTngSave, effort), 0, 9,
               DEFAULT_EFFORT);
  VIPS_ARG_ENUM(class, "tune", 13, "Tune", "What the picture is to be close by",
                VIPS_ARGUMENT_OPTIONAL_INPUT, G_STRUCT_OFFSET(VipsTngSave, tuning), tuning_type(),
                TNG_TUNING_DEFAULT);
  VIPS_ARG_ENUM(class, "graphics", 17, "Graphics", "Whether graphics may be kept as they are",
                VIPS_ARGUMENT_OPTIONAL_INPUT, G_STRUCT_OFFSET(VipsTngSave, graphics),
                graphics_type(), TNG_GRAPHICS_AUTO);
  VIPS_ARG_UINT64(class, "target_size", 14, "Target size",
                  "The best quality whose file has at most so many bytes",
                  VIPS_ARGUMENT_OPTIONAL_INPUT, G_STRUCT_OFFSET(VipsTngSave, target_size), 1,
                  G_MAXINT64, 1);
  VIPS_ARG_DOUBLE(class, "target_psnr", 15, "Target PSNR",
                  "The lowest quality with this PSNR, in decibels", VIPS_ARGUMENT_OPTIONAL_INPUT,
                  G_STRUCT_OFFSET(VipsTngSave, target_psnr), 0, 100, 38);
  VIPS_ARG_DOUBLE(class, "target_ssimulacra2", 16, "Target SSIMULACRA2",
                  "The lowest quality with this score", VIPS_ARGUMENT_OPTIONAL_INPUT,
                  G_STRUCT_OFFSET(VipsTngSave, target_ssimulacra2), -100, 100, 70);
}

static void vips_tng_save_init(VipsTngSave *save) {
  save->quality = DEFAULT_QUALITY;
  save->effort = DEFAULT_EFFORT;
}

static int write_to(const VipsTngSave *save, VipsTarget *target) {
  return vips_target_write(target, save->bytes, save->size) || vips_target_end(target) ? -1 : 0;
}

// ---- To a file ----

typedef struct {
  VipsTngSave parent;
  char *filename;
} VipsTngSaveFile;

typedef VipsTngSaveClass VipsTngSaveFileClass;

G_DEFINE_TYPE(VipsTngSaveFile, vips_tng_save_file, vips_tng_save_get_type())

static int vips_tng_save_file_build(VipsObject *object) {
  VipsTngSaveFile *file = (VipsTngSaveFile *)object;
  if (VIPS_OBJECT_CLASS(vips_tng_save_file_parent_class)->build(object)) return -1;
  VipsTarget *target = vips_target_new_to_file(file->filename);
  if (target == NULL) return -1;
  int result = write_to(&file->parent, target);
  g_object_unref(target);
  return result;
}

static void vips_tng_save_file_class_init(VipsTngSaveFileClass *class) {
  G_OBJECT_CLASS(class)->set_property = vips_object_set_property;
  G_OBJECT_CLASS(class)->get_property = vips_object_get_property;
  VIPS_OBJECT_CLASS(class)->nickname = "tngsave";
  VIPS_OBJECT_CLASS(class)->description = "save image in TNG format";
  VIPS_OBJECT_CLASS(class)->build = vips_tng_save_file_build;

  VIPS_ARG_STRING(class, "filename", 1, "Filename", "Filename to save to",
                  VIPS_ARGUMENT_REQUIRED_INPUT, G_STRUCT_OFFSET(VipsTngSaveFile, filename), NULL);
}

static void vips_tng_save_file_init(VipsTngSaveFile *file) { (void)file; }

// ---- To memory ----

typedef struct {
  VipsTngSave parent;
  VipsArea *buffer;
} VipsTngSaveBuffer;

typedef VipsTngSaveClass VipsTngSaveBufferClass;

G_DEFINE_TYPE(VipsTngSaveBuffer, vips_tng_save_buffer, vips_tng_save_get_type())

static int vips_tng_save_buffer_build(VipsObject *object) {
  VipsTngSaveBuffer *buffer = (VipsTngSaveBuffer *)object;
  if (VIPS_OBJECT_CLASS(vips_tng_save_buffer_parent_class)->build(object)) return -1;
  // A copy, because callers free it by g_free.
  VipsBlob *blob = vips_blob_copy(buffer->parent.bytes, buffer->parent.size);
  g_object_set(buffer, "buffer", blob, NULL);
  vips_area_unref(VIPS_AREA(blob));
  return 0;
}

static void vips_tng_save_buffer_class_init(VipsTngSaveBufferClass *class) {
  G_OBJECT_CLASS(class)->set_property = vips_object_set_property;
  G_OBJECT_CLASS(class)->get_property = vips_object_get_property;
  VIPS_OBJECT_CLASS(class)->nickname = "tngsave_buffer";
  VIPS_OBJECT_CLASS(class)->description = "save image in TNG format";
  VIPS_OBJECT_CLASS(class)->build = vips_tng_save_buffer_build;

  VIPS_ARG_BOXED(class, "buffer", 1, "Buffer", "Buffer to save to", VIPS_ARGUMENT_REQUIRED_OUTPUT,
                 G_STRUCT_OFFSET(VipsTngSaveBuffer, buffer), VIPS_TYPE_BLOB);
}

static void vips_tng_save_buffer_init(VipsTngSaveBuffer *buffer) { (void)buffer; }

// ---- To a target ----

typedef struct {
  VipsTngSave parent;
  VipsTarget *target;
} VipsTngSaveTarget;

typedef VipsTngSaveClass VipsTngSaveTargetClass;

G_DEFINE_TYPE(VipsTngSaveTarget, vips_tng_save_target, vips_tng_save_get_type())

static int vips_tng_save_target_build(VipsObject *object) {
  VipsTngSaveTarget *target = (VipsTngSaveTarget *)object;
  if (VIPS_OBJECT_CLASS(vips_tng_save_target_parent_class)->build(object)) return -1;
  return write_to(&target->parent, target->target);
}

static void vips_tng_save_target_class_init(VipsTngSaveTargetClass *class) {
  G_OBJECT_CLASS(class)->set_property = vips_object_set_property;
  G_OBJECT_CLASS(class)->get_property = vips_object_get_property;
  VIPS_OBJECT_CLASS(class)->nickname = "tngsave_target";
  VIPS_OBJECT_CLASS(class)->description = "save image in TNG format";
  VIPS_OBJECT_CLASS(class)->build = vips_tng_save_target_build;

  VIPS_ARG_OBJECT(class, "target", 1, "Target", "Target to save to", VIPS_ARGUMENT_REQUIRED_INPUT,
                  G_STRUCT_OFFSET(VipsTngSaveTarget, target), VIPS_TYPE_TARGET);
}

static void vips_tng_save_target_init(VipsTngSaveTarget *target) { (void)target; }
