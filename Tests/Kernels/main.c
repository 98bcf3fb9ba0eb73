#include <stdio.h>

#include "check_kernels.h"

int main(void) {
  const int32_t rounds = 300;
  int32_t failures = 0;
  for (int32_t i = 1; i < tng_kernels_count(); i++) {
    int32_t failed = check_kernels(i, rounds);
    printf("%-10s %d cases, %d differ from scalar\n", tng_kernels_at(i)->name, 4 * rounds, failed);
    failures += failed;
  }
  return failures > 0;
}
