#include "CModelWeights.h"

static const uint8_t psnr[] = {
#embed "Models/psnr.tngw"
};

tng_model_weights tng_model_weights_psnr(void) {
  return (tng_model_weights){psnr, sizeof psnr};
}
