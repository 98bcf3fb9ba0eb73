#include "CModelWeights.h"

static const uint8_t psnr[] = {
#embed "Models/psnr.tngw"
};

static const uint8_t perceptual[] = {
#embed "Models/perceptual.tngw"
};

static const uint8_t ms_ssim[] = {
#embed "Models/ms-ssim.tngw"
};

tng_model_weights tng_model_weights_psnr(void) {
  return (tng_model_weights){psnr, sizeof psnr};
}

tng_model_weights tng_model_weights_ms_ssim(void) {
  return (tng_model_weights){ms_ssim, sizeof ms_ssim};
}

tng_model_weights tng_model_weights_perceptual(void) {
  return (tng_model_weights){perceptual, sizeof perceptual};
}
