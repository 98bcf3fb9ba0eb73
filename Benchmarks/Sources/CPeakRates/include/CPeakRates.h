// Loops of nothing but the multiply-add instruction of an instruction set: what no kernel can
// exceed.
#ifndef TNG_PEAK_RATES_H
#define TNG_PEAK_RATES_H

#include <stdint.h>

#pragma clang assume_nonnull begin

// The multiply-adds of int16 pairs into int32 sums that a call carries out, or 0 where there is no
// loop of that name: "sse2" (pmaddwd and paddd), "avx2" (vpmaddwd and vpaddd), "avxvnni" and
// "avx512vnni" (vpdpwssd), "neon" (smlal). The processor must have the instructions.
int64_t tng_peak_multiply_adds(const char *name);

#pragma clang assume_nonnull end
#endif
