// tngload, tngload_buffer and tngload_source: TNG files to pictures of libvips.
//
// The header needs the first bytes of the file only. Pixels are decoded when the first of them is
// asked for, all at once, into the memory that the pipeline then reads.
#include <string.h>

#include "module.h"

typedef struct {
  VipsForeignLoad parent;
  VipsSource *source;    // set by the subclass
  gboolean unlimited;
  int shrink;            // 1, 2, 4 or 8: what the sides are divided by
  tng_decoder *decoder;  // holds what has been read of the source
  tng_info info;
} VipsTngLoad;

typedef VipsForeignLoadClass VipsTngLoadClass;

G_DEFINE_ABSTRACT_TYPE(VipsTngLoad, vips_tng_load, VIPS_TYPE_FOREIGN_LOAD)

static const char *nickname(const VipsTngLoad *load) {
  return VIPS_OBJECT_GET_CLASS(load)->nickname;
}

static void vips_tng_load_dispose(GObject *object) {
  VipsTngLoad *load = (VipsTngLoad *)object;
  VIPS_FREEF(tng_decoder_free, load->decoder);
  VIPS_UNREF(load->source);
  G_OBJECT_CLASS(vips_tng_load_parent_class)->dispose(object);
}

static VipsForeignFlags vips_tng_load_get_flags(VipsForeignLoad *load) {
  (void)load;
  // Any part of the picture can be had once it is decoded, so libvips needs no copy of its own.
  return VIPS_FOREIGN_PARTIAL;
}

static gboolean is_tng(VipsSource *source) {
  const unsigned char *bytes = vips_source_sniff(source, 4);
  return bytes != NULL && tng_recognizes(bytes, 4);
}

// ---- Reading ----

static int create_decoder(VipsTngLoad *load) {
  tng_error error = {.struct_size = sizeof error};
  tng_decoder_options options;
  tng_decoder_options_init(&options, sizeof options);
  options.threads = vips_concurrency_get();
  options.is_cancelled = vips_tng_is_killed;
  options.cancel_context = ((VipsForeignLoad *)load)->out;
  if (load->unlimited) {
    options.max_pixels = INT64_MAX;
    options.max_memory = INT64_MAX;
    options.max_metadata = INT64_MAX;
    options.max_chunks = INT64_MAX;
  }
  if (tng_decoder_create(&options, &load->decoder, &error) != TNG_OK)
    return vips_tng_error(nickname(load), &error);
  return 0;
}

/// Appends the next bytes of the source. Returns how many; 0 at its end, -1 after an error.
static int read_more(VipsTngLoad *load) {
  unsigned char bytes[16384];
  tng_error error = {.struct_size = sizeof error};
  gint64 count = vips_source_read(load->source, bytes, sizeof bytes);
  if (count < 0) return -1;
  if (tng_decoder_append(load->decoder, bytes, (size_t)count, &error) != TNG_OK)
    return vips_tng_error(nickname(load), &error);
  return (int)count;
}

/// Reads until the file's headers and metadata are there.
static int read_info(VipsTngLoad *load) {
  tng_error error = {.struct_size = sizeof error};
  load->info = (tng_info){.struct_size = sizeof load->info};
  for (;;) {
    int count = read_more(load);
    if (count < 0) return -1;
    tng_status status = tng_decoder_read_info(load->decoder, &load->info, &error);
    if (status == TNG_OK && load->info.is_ready) return 0;
    if (status != TNG_OK && tng_status_category(status) != TNG_CATEGORY_TRUNCATED)
      return vips_tng_error(nickname(load), &error);
    if (count == 0) {
      vips_error(nickname(load), "The file ends within its headers");
      return -1;
    }
  }
}

// ---- The header ----

static VipsInterpretation interpretation(const tng_info *info) {
  bool is_gray = info->format == TNG_FORMAT_GRAY || info->format == TNG_FORMAT_GRAY_ALPHA;
  if (info->depth > 8) return is_gray ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_RGB16;
  return is_gray ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
}

/// What is decoded: sides are rounded down, as jpegload does, so that no pixel stands for less than
/// the others.
static tng_area decoded_area(const VipsTngLoad *load) {
  uint32_t shrink = (uint32_t)load->shrink;
  tng_area area = {.struct_size = sizeof area, .reduction = shrink};
  area.width = VIPS_MAX(1, load->info.width / shrink);
  area.height = VIPS_MAX(1, load->info.height / shrink);
  return area;
}

/// Sets what libvips knows of a picture, but for metadata.
static void set_fields(VipsImage *image, const VipsTngLoad *load) {
  const tng_info *info = &load->info;
  tng_area area = decoded_area(load);
  vips_image_init_fields(image, (int)area.width, (int)area.height, (int)info->format,
                         info->depth > 8 ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR,
                         VIPS_CODING_NONE, interpretation(info), 1.0, 1.0);
}

static int set_metadata(VipsTngLoad *load, VipsImage *out) {
  tng_error error = {.struct_size = sizeof error};
  tng_metadata metadata = {.struct_size = sizeof metadata};
  if (tng_decoder_read_metadata(load->decoder, &metadata, &error) != TNG_OK)
    return vips_tng_error(nickname(load), &error);
  if (metadata.icc_profile != NULL)
    vips_image_set_blob_copy(out, VIPS_META_ICC_NAME, metadata.icc_profile,
                             metadata.icc_profile_size);
  if (metadata.xmp != NULL)
    vips_image_set_blob_copy(out, VIPS_META_XMP_NAME, metadata.xmp, metadata.xmp_size);
  if (metadata.exif != NULL) {
    // With the prefix that most other loaders leave there, and that readers of EXIF look for.
    static const char prefix[6] = "Exif\0";
    size_t size = sizeof prefix + metadata.exif_size;
    char *exif = g_malloc(size);
    memcpy(exif, prefix, sizeof prefix);
    memcpy(exif + sizeof prefix, metadata.exif, metadata.exif_size);
    vips_image_set_blob(out, VIPS_META_EXIF_NAME, (VipsCallbackFn)vips_area_free_cb, exif, size);
    // The format's pictures are upright, whatever the EXIF says.
    vips_autorot_remove_angle(out);
  }
  // The name that libvips' own loaders use.
  if (load->info.depth != 8 && load->info.depth != 16)
    vips_image_set_int(out, "bits-per-sample", (int)load->info.depth);
  return 0;
}

/// Tells what is not worth memory before there is any.
static int check_size(const VipsTngLoad *load) {
  tng_decoder_options limits;
  tng_decoder_options_init(&limits, sizeof limits);
  const tng_info *info = &load->info;
  if ((int64_t)info->width >= VIPS_MAX_COORD || (int64_t)info->height >= VIPS_MAX_COORD) {
    vips_error(nickname(load), "%u x %u pixels are too many for libvips", info->width,
               info->height);
    return -1;
  }
  if (!load->unlimited && (uint64_t)info->width * info->height > limits.max_pixels) {
    vips_error(nickname(load), "%u x %u pixels are beyond the limit; to lift it, set unlimited",
               info->width, info->height);
    return -1;
  }
  return 0;
}

static int vips_tng_load_header(VipsForeignLoad *foreign) {
  VipsTngLoad *load = (VipsTngLoad *)foreign;
  if (vips_source_rewind(load->source) || create_decoder(load) || read_info(load) ||
      check_size(load))
    return -1;
  set_fields(foreign->out, load);
  if (vips_image_pipelinev(foreign->out, VIPS_DEMAND_STYLE_THINSTRIP, NULL) ||
      set_metadata(load, foreign->out))
    return -1;
  VIPS_SETSTR(foreign->out->filename, vips_connection_filename(VIPS_CONNECTION(load->source)));
  vips_source_minimise(load->source);
  return 0;
}

// ---- The pixels ----

/// Whether the user prefers what there is of a file to an error.
static bool is_tolerated(VipsFailOn fail_on, tng_status status) {
  switch (tng_status_category(status)) {
    case TNG_CATEGORY_TRUNCATED: return fail_on < VIPS_FAIL_ON_TRUNCATED;
    case TNG_CATEGORY_DAMAGED: return fail_on < VIPS_FAIL_ON_ERROR;
    default: return false;
  }
}

static int decode(VipsTngLoad *load, const tng_layout *layout, void *samples, size_t size) {
  VipsForeignLoad *foreign = (VipsForeignLoad *)load;
  tng_error error = {.struct_size = sizeof error};
  tng_area area = decoded_area(load);
  if (tng_decoder_set_area(load->decoder, &area, &error) != TNG_OK)
    return vips_tng_error(nickname(load), &error);
  tng_status status = tng_decoder_decode(load->decoder, layout, samples, size, &error);
  if (status == TNG_OK) return 0;
  if (!is_tolerated(foreign->fail_on, status)) return vips_tng_error(nickname(load), &error);

  g_warning("%s: %s", nickname(load), error.message);
  vips_foreign_load_invalidate(foreign->real);
  if (tng_decoder_decode_partial(load->decoder, layout, samples, size, NULL, &error) != TNG_OK)
    return vips_tng_error(nickname(load), &error);
  return 0;
}

/// Stretches samples of 9 to 15 bits to 0 … 65535, as libvips has them.
static void stretch(uint16_t *samples, size_t count, uint32_t depth) {
  uint32_t maximum = (1u << depth) - 1;
  for (size_t i = 0; i < count; i++)
    samples[i] = (uint16_t)((samples[i] * 65535u + maximum / 2) / maximum);
}

static int vips_tng_load_load(VipsForeignLoad *foreign) {
  VipsTngLoad *load = (VipsTngLoad *)foreign;
  VipsImage *pixels = vips_image_new_memory();
  vips_object_local(foreign, pixels);
  set_fields(pixels, load);
  if (vips_image_pipelinev(pixels, VIPS_DEMAND_STYLE_THINSTRIP, NULL) ||
      vips_image_write_prepare(pixels))
    return -1;

  int count;
  while ((count = read_more(load)) > 0)
    if (vips_tng_is_killed(foreign->out)) break;
  if (count < 0) return -1;
  vips_source_minimise(load->source);

  tng_layout layout = {.struct_size = sizeof layout};
  layout.width = (uint32_t)pixels->Xsize;
  layout.height = (uint32_t)pixels->Ysize;
  layout.format = load->info.format;
  layout.depth = load->info.depth > 8 ? load->info.depth : 8;
  void *samples = VIPS_IMAGE_ADDR(pixels, 0, 0);
  int result = decode(load, &layout, samples, VIPS_IMAGE_SIZEOF_IMAGE(pixels));
  VIPS_FREEF(tng_decoder_free, load->decoder);
  if (result) return -1;
  if (layout.depth > 8 && layout.depth < 16)
    stretch(samples, VIPS_IMAGE_N_ELEMENTS(pixels) * layout.height, layout.depth);
  return vips_image_write(pixels, foreign->real);
}

static int vips_tng_load_build(VipsObject *object) {
  int shrink = ((VipsTngLoad *)object)->shrink;
  if (shrink != 1 && shrink != 2 && shrink != 4 && shrink != 8) {
    vips_error(VIPS_OBJECT_GET_CLASS(object)->nickname, "shrink is not 1, 2, 4 or 8 but %d",
               shrink);
    return -1;
  }
  return VIPS_OBJECT_CLASS(vips_tng_load_parent_class)->build(object);
}

static void vips_tng_load_class_init(VipsTngLoadClass *class) {
  GObjectClass *object_class = G_OBJECT_CLASS(class);
  object_class->dispose = vips_tng_load_dispose;
  object_class->set_property = vips_object_set_property;
  object_class->get_property = vips_object_get_property;

  VIPS_OBJECT_CLASS(class)->nickname = "tngload_base";
  VIPS_OBJECT_CLASS(class)->description = "load TNG";
  VIPS_OBJECT_CLASS(class)->build = vips_tng_load_build;
  VIPS_FOREIGN_CLASS(class)->suffs = vips_tng_suffixes;
  // Four bytes tell, so it may be asked early.
  VIPS_FOREIGN_CLASS(class)->priority = 100;
  class->get_flags = vips_tng_load_get_flags;
  class->header = vips_tng_load_header;
  class->load = vips_tng_load_load;

  // With the name and the values that jpegload has.
  VIPS_ARG_INT(class, "shrink", 20, "Shrink", "Shrink factor on load: 1, 2, 4 or 8",
               VIPS_ARGUMENT_OPTIONAL_INPUT, G_STRUCT_OFFSET(VipsTngLoad, shrink), 1, 16, 1);
  VIPS_ARG_BOOL(class, "unlimited", 22, "Unlimited", "Decode pictures of any size",
                VIPS_ARGUMENT_OPTIONAL_INPUT, G_STRUCT_OFFSET(VipsTngLoad, unlimited), FALSE);
}

static void vips_tng_load_init(VipsTngLoad *load) { load->shrink = 1; }

// ---- From a file ----

typedef struct {
  VipsTngLoad parent;
  char *filename;
} VipsTngLoadFile;

typedef VipsTngLoadClass VipsTngLoadFileClass;

G_DEFINE_TYPE(VipsTngLoadFile, vips_tng_load_file, vips_tng_load_get_type())

static int vips_tng_load_file_build(VipsObject *object) {
  VipsTngLoadFile *file = (VipsTngLoadFile *)object;
  if (file->filename != NULL &&
      (file->parent.source = vips_source_new_from_file(file->filename)) == NULL)
    return -1;
  return VIPS_OBJECT_CLASS(vips_tng_load_file_parent_class)->build(object);
}

static gboolean vips_tng_load_file_is_a(const char *filename) {
  VipsSource *source = vips_source_new_from_file(filename);
  if (source == NULL) return FALSE;
  gboolean result = is_tng(source);
  VIPS_UNREF(source);
  return result;
}

static void vips_tng_load_file_class_init(VipsTngLoadFileClass *class) {
  G_OBJECT_CLASS(class)->set_property = vips_object_set_property;
  G_OBJECT_CLASS(class)->get_property = vips_object_get_property;
  VIPS_OBJECT_CLASS(class)->nickname = "tngload";
  VIPS_OBJECT_CLASS(class)->description = "load TNG image";
  VIPS_OBJECT_CLASS(class)->build = vips_tng_load_file_build;
  class->is_a = vips_tng_load_file_is_a;

  VIPS_ARG_STRING(class, "filename", 1, "Filename", "Filename to load from",
                  VIPS_ARGUMENT_REQUIRED_INPUT, G_STRUCT_OFFSET(VipsTngLoadFile, filename), NULL);
}

static void vips_tng_load_file_init(VipsTngLoadFile *file) { (void)file; }

// ---- From memory ----

typedef struct {
  VipsTngLoad parent;
  VipsBlob *buffer;
} VipsTngLoadBuffer;

typedef VipsTngLoadClass VipsTngLoadBufferClass;

G_DEFINE_TYPE(VipsTngLoadBuffer, vips_tng_load_buffer, vips_tng_load_get_type())

static int vips_tng_load_buffer_build(VipsObject *object) {
  VipsTngLoadBuffer *buffer = (VipsTngLoadBuffer *)object;
  if (buffer->buffer != NULL) {
    const VipsArea *area = VIPS_AREA(buffer->buffer);
    buffer->parent.source = vips_source_new_from_memory(area->data, area->length);
    if (buffer->parent.source == NULL) return -1;
  }
  return VIPS_OBJECT_CLASS(vips_tng_load_buffer_parent_class)->build(object);
}

static gboolean vips_tng_load_buffer_is_a(const void *bytes, size_t size) {
  return tng_recognizes(bytes, size);
}

static void vips_tng_load_buffer_class_init(VipsTngLoadBufferClass *class) {
  G_OBJECT_CLASS(class)->set_property = vips_object_set_property;
  G_OBJECT_CLASS(class)->get_property = vips_object_get_property;
  VIPS_OBJECT_CLASS(class)->nickname = "tngload_buffer";
  VIPS_OBJECT_CLASS(class)->description = "load TNG image";
  VIPS_OBJECT_CLASS(class)->build = vips_tng_load_buffer_build;
  class->is_a_buffer = vips_tng_load_buffer_is_a;

  VIPS_ARG_BOXED(class, "buffer", 1, "Buffer", "Buffer to load from", VIPS_ARGUMENT_REQUIRED_INPUT,
                 G_STRUCT_OFFSET(VipsTngLoadBuffer, buffer), VIPS_TYPE_BLOB);
}

static void vips_tng_load_buffer_init(VipsTngLoadBuffer *buffer) { (void)buffer; }

// ---- From a source ----

typedef struct {
  VipsTngLoad parent;
  VipsSource *source;
} VipsTngLoadSource;

typedef VipsTngLoadClass VipsTngLoadSourceClass;

G_DEFINE_TYPE(VipsTngLoadSource, vips_tng_load_source, vips_tng_load_get_type())

static int vips_tng_load_source_build(VipsObject *object) {
  VipsTngLoadSource *source = (VipsTngLoadSource *)object;
  if (source->source != NULL) source->parent.source = g_object_ref(source->source);
  return VIPS_OBJECT_CLASS(vips_tng_load_source_parent_class)->build(object);
}

static void vips_tng_load_source_class_init(VipsTngLoadSourceClass *class) {
  G_OBJECT_CLASS(class)->set_property = vips_object_set_property;
  G_OBJECT_CLASS(class)->get_property = vips_object_get_property;
  VIPS_OBJECT_CLASS(class)->nickname = "tngload_source";
  VIPS_OBJECT_CLASS(class)->description = "load TNG from source";
  VIPS_OBJECT_CLASS(class)->build = vips_tng_load_source_build;
  // A source can be read once.
  VIPS_OPERATION_CLASS(class)->flags |= VIPS_OPERATION_NOCACHE;
  class->is_a_source = is_tng;

  VIPS_ARG_OBJECT(class, "source", 1, "Source", "Source to load from", VIPS_ARGUMENT_REQUIRED_INPUT,
                  G_STRUCT_OFFSET(VipsTngLoadSource, source), VIPS_TYPE_SOURCE);
}

static void vips_tng_load_source_init(VipsTngLoadSource *source) { (void)source; }
