"""MS-SSIM (Wang, Simoncelli and Bovik 2003), differentiable."""

import torch
import torch.nn.functional as functional
from torch import Tensor

from .banded import blurred

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
STABILISERS = (0.01**2, 0.03**2)


def ms_ssim(first: Tensor, second: Tensor, mirrored: bool = False) -> Tensor:
    """MS-SSIM of pictures (batch, channels, height, width) in [0, 1], the mean over channels.

    As published, windows lie inside the picture, so that a pixel at its border is seen by few of them. With
    `mirrored`, the pictures go on beyond their borders as in a mirror and every pixel counts alike.
    Each side is at least 161, with `mirrored` at least 96.
    """
    factors = []
    for scale in range(len(WEIGHTS)):
        luminance, contrast = _similarities(first, second, "mirror" if mirrored else "none")
        last = scale == len(WEIGHTS) - 1
        factors.append((luminance * contrast if last else contrast).mean((2, 3)))
        first, second = _halved(first), _halved(second)
    weights = torch.tensor(WEIGHTS, device=first.device)[:, None, None]
    return (torch.stack(factors).relu() ** weights).prod(0).mean(1)


def _halved(picture: Tensor) -> Tensor:
    padding = [side % 2 for side in picture.shape[2:]]
    return functional.avg_pool2d(picture, 2, padding=padding)


def _similarities(first: Tensor, second: Tensor, border: str) -> tuple[Tensor, Tensor]:
    """The maps of luminance and of contrast and structure."""
    products = torch.cat([first, second, first * first, second * second, first * second], 1)
    mean1, mean2, square1, square2, product = blurred(products, border).chunk(5, 1)
    variance1, variance2 = square1 - mean1 * mean1, square2 - mean2 * mean2
    covariance = product - mean1 * mean2
    c1, c2 = STABILISERS
    luminance = (2 * mean1 * mean2 + c1) / (mean1 * mean1 + mean2 * mean2 + c1)
    return luminance, (2 * covariance + c2) / (variance1 + variance2 + c2)
