"""What training minimises: the mean over pictures of log(rate + λ · distortion)."""

from collections.abc import Callable

import torch
from torch import Tensor

from .model import Coded
from .ms_ssim import ms_ssim
from .ssimulacra2 import ssimulacra2_error

Distortion = Callable[[Tensor, Tensor], Tensor]
"""Decoded and original pictures, (batch, 3, height, width) in [0, 1], to a distortion for each."""


def squared_error(decoded: Tensor, original: Tensor) -> Tensor:
    """Mean squared error of each picture, on the scale 0 … 255."""
    return 65025 * (decoded - original).square().mean((1, 2, 3))


def bits_per_pixel(coded: Coded) -> Tensor:
    """The rate of each picture."""
    return coded.bits / (coded.pictures.shape[2] * coded.pictures.shape[3])


def log_cost(coded: Coded, original: Tensor, scale: Tensor, distortion: Distortion = squared_error) -> Tensor:
    """Mean log(bits per pixel + λ · distortion), with λ in `scale` (batch,).

    The logarithm gives every quality level and every picture the same weight: a relative saving counts
    alike wherever it is made.
    """
    cost = bits_per_pixel(coded) + scale * distortion(coded.pictures, original)
    return torch.log(cost).mean()


MS_SSIM_WEIGHT = 1280
"""Makes 1 − MS-SSIM weigh about what the mean squared error does at the same level."""


def structural_error(decoded: Tensor, original: Tensor) -> Tensor:
    """1 − MS-SSIM of each picture, scaled for the same λ; sides at least 96.

    The mirrored kind: a model trained by the published one learns to neglect the borders of pictures
    (Documentation/Decisions/0010-borders.md).
    """
    return MS_SSIM_WEIGHT * (1 - ms_ssim(decoded, original, mirrored=True))


PERCEPTUAL_WEIGHTS = 1.0, 0.5
"""Of SSIMULACRA2's error term and of the mean squared error, which is about 2.2 times as large."""


def perceptual_error(decoded: Tensor, original: Tensor) -> Tensor:
    """SSIMULACRA2's error term and the squared error of each picture, which keeps edges sharp; sides at least 8."""
    seen, squared = PERCEPTUAL_WEIGHTS
    return seen * ssimulacra2_error(decoded, original) + squared * squared_error(decoded, original)


DISTORTIONS: dict[str, Distortion] = {
    "mse": squared_error,
    "ms-ssim": structural_error,
    "perceptual": perceptual_error,
}
