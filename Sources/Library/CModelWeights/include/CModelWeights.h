// The trained models, embedded: bytes of weights files (Documentation/Weights.md).
#ifndef TNG_MODEL_WEIGHTS_H
#define TNG_MODEL_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef struct {
  const uint8_t *bytes;
  size_t count;
} tng_model_weights;

// Trained for mean squared error.
tng_model_weights tng_model_weights_psnr(void);

// Trained for SSIMULACRA2's error term and the mean squared error together.
tng_model_weights tng_model_weights_perceptual(void);

#pragma clang assume_nonnull end
#endif
