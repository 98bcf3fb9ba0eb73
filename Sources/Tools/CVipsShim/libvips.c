#include "libvips.h"

#include <dlfcn.h>

#if defined(__APPLE__)
static const char library_name[] = "libvips.42.dylib";
#else
static const char library_name[] = "libvips.so.42";
#endif

libvips_functions libvips;

const char *libvips_load(void) {
  void *library = dlopen(library_name, RTLD_LAZY | RTLD_LOCAL);
  if (library == NULL) return dlerror();
#define LIBVIPS_FIND(result, name, parameters) \
  libvips.name = (result(*) parameters)dlsym(library, #name); \
  if (libvips.name == NULL) return dlerror();
  LIBVIPS_FUNCTIONS(LIBVIPS_FIND)
#undef LIBVIPS_FIND
  return NULL;
}
