// Work that another thread ends.
#include "tng.h"

bool tng_flag_is_set(void *flag) { return __atomic_load_n((uint8_t *)flag, __ATOMIC_RELAXED) != 0; }
