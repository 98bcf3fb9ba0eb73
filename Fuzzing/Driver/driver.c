// The entry points that libFuzzer calls; the work is in Fuzzing/Targets.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CNeuralKernels.h"

int32_t tng_fuzz_select(const char *name);
void tng_fuzz_run(const uint8_t *bytes, size_t count);

// The environment variable TNG_FUZZ names the target, or asks for the instruction sets, which
// TNG_CPU chooses from.
int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  const char *name = getenv("TNG_FUZZ");
  if (name && tng_fuzz_select(name)) return 0;
  if (name && strcmp(name, "instruction-sets") == 0) {
    for (int32_t i = 0; i < tng_kernels_count(); i++) puts(tng_kernels_at(i)->name);
    exit(0);
  }
  fprintf(stderr, "TNG_FUZZ must name a target, as Scripts/fuzz does.\n");
  exit(2);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  tng_fuzz_run(bytes, count);
  return 0;
}
