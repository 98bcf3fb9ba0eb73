"""SSIMULACRA2's error term, differentiable (Cloudinary, 2022/2023; the public tool defines the metric).

Pictures are compared in XYB at six scales by three maps: structure (SSIM without the denominator of its
luminance term), edges gained (ringing, blocks) and edges lost (blur). Each map counts by its 1-norm and its
4-norm, weighted by numbers that Cloudinary fitted to human opinions. Against the tool, whose blur is
recursive, the score differs by about one point.
"""

from functools import lru_cache

import torch
import torch.nn.functional as functional
from torch import Tensor

from .banded import blurred

SCALES = 6
SIDE_MINIMUM = 8
"""A scale whose picture has a shorter side is left out."""

# By colour and scale (a line each), then by norm (1, 4) and map (structure, gained, lost).
# fmt: off
WEIGHTS = (
    # X
    0.0, 0.0007376606707406586, 0.0, 0.0, 0.0007793481682867309, 0.0,
    0.0, 0.0004371155730107379, 0.0, 1.1041726426657346, 0.00066284834129271, 0.00015231632783718752,
    0.0, 0.0016406437456599754, 0.0, 1.8422455520539298, 11.441172603757666, 0.0,
    0.0007989109436015163, 0.000176816438078653, 0.0, 1.8787594979546387, 10.94906990605142, 0.0,
    0.0007289346991508072, 0.9677937080626833, 0.0, 0.00014003424285435884, 0.9981766977854967, 0.00031949755934435053,
    0.0004550992113792063, 0.0, 0.0, 0.0013648766163243398, 0.0, 0.0,
    # Y
    0.0, 0.0, 0.0, 7.466890328078848, 0.0, 17.445833984131262,
    0.0006235601634041466, 0.0, 0.0, 6.683678146179332, 0.00037724407979611296, 1.027889937768264,
    225.20515300849274, 0.0, 0.0, 19.213238186143016, 0.0011401524586618361, 0.001237755635509985,
    176.39317598450694, 0.0, 0.0, 24.43300999870476, 0.28520802612117757, 0.0004485436923833408,
    0.0, 0.0, 0.0, 34.77906344483772, 44.835625328877896, 0.0,
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    # B
    0.0, 0.0008680556573291698, 0.0, 0.0, 0.0, 0.0,
    0.0, 0.0005313191874358747, 0.0, 0.00016533814161379112, 0.0, 0.0,
    0.0, 0.0, 0.0, 0.0004179171803251336, 0.0017290828234722833, 0.0,
    0.0020827005846636437, 0.0, 0.0, 8.826982764996862, 23.19243343998926, 0.0,
    95.1080498811086, 0.9863978034400682, 0.9834382792465353, 0.0012286405048278493, 171.2667255897307, 0.9807858872435379,
    0.0, 0.0, 0.0, 0.0005130064588990679, 0.0, 0.00010854057858411537,
)
# fmt: on

ABSORBANCE = (
    (0.30, 1 - 0.078 - 0.30, 0.078),
    (0.23, 1 - 0.078 - 0.23, 0.078),
    (0.24342268924547819, 0.20476744424496821, 1 - 0.24342268924547819 - 0.20476744424496821),
)
ABSORBANCE_BIAS = 0.0037930732552754493
STABILISER = 0.0009


def ssimulacra2_error(decoded: Tensor, original: Tensor) -> Tensor:
    """The error term E of each picture; the score is 100 − 10·E^0.6276.

    Pictures are (batch, 3, height, width) in sRGB, [0, 1]; values outside are clamped. E is 0 for equal
    pictures, 1 at a score of 90, 3 at 80, 6.8 at 67.
    """
    first, second = _linear(original), _linear(decoded)
    weights = _weights(first.device, first.dtype)
    total = first.new_zeros(len(first))
    for scale in range(SCALES):
        if scale:
            first, second = functional.avg_pool2d(first, 2), functional.avg_pool2d(second, 2)
        if min(first.shape[2:]) < SIDE_MINIMUM:
            break
        total = total + (_norms(_maps(_xyb(first), _xyb(second))) * weights[:, scale]).sum((1, 2, 3))
    total = 0.9562382616834844 * total
    return 2.326765642916932 * total - 0.020884521182843837 * total**2 + 6.248496625763138e-05 * total**3


def ssimulacra2_score(decoded: Tensor, original: Tensor) -> Tensor:
    """SSIMULACRA2 of each picture, 100 for equal ones; see `ssimulacra2_error`."""
    return 100 - 10 * ssimulacra2_error(decoded, original).clamp(min=0) ** 0.6276336467831387


@lru_cache(maxsize=8)
def _weights(device: torch.device, number_type: torch.dtype) -> Tensor:
    """(colours, scales, norms, maps)"""
    return torch.tensor(WEIGHTS, dtype=number_type, device=device).view(3, SCALES, 2, 3)


def _linear(pictures: Tensor) -> Tensor:
    pictures = pictures.clamp(0, 1)
    curve = ((pictures.clamp(min=0.04045) + 0.055) / 1.055) ** 2.4
    return torch.where(pictures <= 0.04045, pictures / 12.92, curve)


def _xyb(linear: Tensor) -> Tensor:
    """XYB, shifted so that all values are positive."""
    matrix = torch.tensor(ABSORBANCE, dtype=linear.dtype, device=linear.device)
    cones = torch.einsum("oc,bchw->bohw", matrix, linear) + ABSORBANCE_BIAS
    long, medium, short = (cones ** (1 / 3) - ABSORBANCE_BIAS ** (1 / 3)).unbind(1)
    luminance = 0.5 * (long + medium)
    return torch.stack([7 * (long - medium) + 0.42, luminance + 0.01, short - luminance + 0.55], 1)


def _maps(first: Tensor, second: Tensor) -> Tensor:
    """Structure, edges gained and edges lost, (batch, colours, maps, height, width), all at least 0."""
    products = torch.cat([first, second, first * first, second * second, first * second], 1)
    mean1, mean2, square1, square2, product = blurred(products, "zero").chunk(5, 1)
    luminance = 1 - (mean1 - mean2) ** 2
    contrast = 2 * (product - mean1 * mean2) + STABILISER
    spread = (square1 - mean1 * mean1) + (square2 - mean2 * mean2) + STABILISER
    structure = (1 - luminance * contrast / spread).clamp(min=0)
    edges = (1 + (second - mean2).abs()) / (1 + (first - mean1).abs()) - 1
    return torch.stack([structure, edges.clamp(min=0), (-edges).clamp(min=0)], 2)


def _norms(maps: Tensor) -> Tensor:
    """1-norms and 4-norms of maps, (batch, colours, norms, maps)."""
    fourth = (maps.square().square().mean((3, 4)) + 1e-12) ** 0.25
    return torch.stack([maps.mean((3, 4)), fourth], 2)
