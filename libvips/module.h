// The operations of the module. vips-tng.so registers them when libvips loads it.
#ifndef VIPS_TNG_MODULE_H
#define VIPS_TNG_MODULE_H

#include <tng.h>
#include <vips/vips.h>

/// The suffixes of TNG files, for libvips.
extern const char *vips_tng_suffixes[];

/// Notes an error of libtng for the user, as one of the operation `nickname`. Always -1.
int vips_tng_error(const char *nickname, const tng_error *error);

/// Whether somebody has asked libvips to stop work on `image`: a `tng_is_cancelled`.
bool vips_tng_is_killed(void *image);

GType vips_tng_load_file_get_type(void);
GType vips_tng_load_buffer_get_type(void);
GType vips_tng_load_source_get_type(void);
GType vips_tng_save_file_get_type(void);
GType vips_tng_save_buffer_get_type(void);
GType vips_tng_save_target_get_type(void);

#endif
