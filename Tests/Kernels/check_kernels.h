#ifndef CHECK_KERNELS_H
#define CHECK_KERNELS_H

#include "CNeuralKernels.h"

// Compares the kernels of an instruction set with the scalar ones on `rounds` random cases of each
// kind. Returns the number of cases in which they differ.
int32_t check_kernels(int32_t index, int32_t rounds);

#endif
