#include "CModelWeights.h"

static const uint8_t psnr[] = {
#embed "Models/psnr.tngw"
};

static const uint8_t perceptual[] = {
#embed "Models/perceptual.tngw"
};

tng_model_weights tng_model_weights_psnr(void) {
  return (tng_model_weights){psnr, sizeof psnr};
}

tng_model_weights tng_model_weights_perceptual(void) {
  return (tng_model_weights){perceptual, sizeof perceptual};
}
