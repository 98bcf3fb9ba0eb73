#include "module.h"

#include <gmodule.h>

const char *vips_tng_suffixes[] = {".tng", NULL};

int vips_tng_error(const char *nickname, const tng_error *error) {
  vips_error(nickname, "%s", error->message);
  return -1;
}

bool vips_tng_is_killed(void *image) {
  const VipsImage *out = image;
  return out->kill || (out->progress_signal != NULL && out->progress_signal->kill);
}

/// What libvips calls when it has loaded the module. NULL: all is well.
G_MODULE_EXPORT const gchar *g_module_check_init(GModule *module) {
  (void)module;
  vips_tng_load_file_get_type();
  vips_tng_load_buffer_get_type();
  vips_tng_load_source_get_type();
  vips_tng_save_file_get_type();
  vips_tng_save_buffer_get_type();
  vips_tng_save_target_get_type();
  return NULL;
}
