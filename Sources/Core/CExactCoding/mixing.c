#include "mixing.h"

// 65536 / (1 + exp(-x)) for x = 0, 1/4 ... 12.
static const int32_t logistic[49] = {
    32768, 36843, 40793, 44511, 47911, 50941, 53581, 55834, 57724, 59287, 60565, 61598, 62428, 63090, 63615, 64030, 64357,
    64614, 64816, 64974, 65097, 65194, 65269, 65328, 65374, 65410, 65438, 65459, 65476, 65489, 65500, 65508, 65514, 65519,
    65523, 65526, 65528, 65530, 65531, 65532, 65533, 65534, 65534, 65535, 65535, 65535, 65535, 65535, 65536,
};

// The logistic function of x / 256, 0 <= x < 3072, between the points above on straight lines.
static int32_t logistic_at(int32_t x) {
  int32_t at = x >> 6, part = x & 63;
  return (logistic[at] * (64 - part) + logistic[at + 1] * part + 32) >> 6;
}

void tng_make_logistic_tables(tng_logistic_tables *tables) {
  for (int32_t i = 0; i < tng_squash_entries / 2; i++) {
    // The middle of the entry's two arguments.
    int32_t p = logistic_at(2 * i + 1);
    tables->squash[tng_squash_entries / 2 + i] = (uint16_t)(p > 65535 ? 65535 : p);
    tables->squash[tng_squash_entries / 2 - 1 - i] = (uint16_t)(p > 65535 ? 1 : 65536 - p);
  }
  // The inverse: the first argument whose value is at least the middle of the entry's sixteen.
  for (int32_t i = 0, at = 0; i < tng_stretch_entries; i++) {
    while (at < tng_squash_entries - 1 && tables->squash[at] < 16 * i + 8) at++;
    tables->stretch[i] = (int16_t)(2 * at + 1 - 3072);
  }
  for (int32_t i = 0; i < tng_rate_entries; i++) tables->rate[i] = (uint16_t)(2 * 65536 / (2 * i + 3));
}
