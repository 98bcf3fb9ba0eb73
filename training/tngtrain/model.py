"""The TNG network in floating point.

Five transforms, each a list of layers in the order of the weights file (Documentation/Weights.md), so
that the exporter walks the same lists. Pictures are `(batch, 3, height, width)` in [0, 1] with sides
that are multiples of 64, latents are at 1/16, hyper latents at 1/64 of that size.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from .entropy_models import FactorizedPrior, gaussian_bits, round_straight_through
from .layers import Block, Gain, Shuffle, Unshuffle, pointwise

SCALE_MINIMUM, LOG_SCALE_MAXIMUM = 0.11, 6.0

PARITY_OF_GROUP = ((0, 1, 2, 3), (3, 2, 1, 0), (2, 3, 0, 1), (1, 0, 3, 2))
"""`PARITY_OF_GROUP[step][group]` is the parity `2·(row mod 2) + (column mod 2)` coded in that step."""
LATENT_REDUCTION, HYPER_REDUCTION = 16, 64
"""The samples on a side of the square that a latent or hyper latent position stands for."""


@dataclass(frozen=True)
class ModelShape:
    """The numbers of channels and blocks of a model, and the range of its quality levels."""

    analysis: int = 192
    synthesis: int = 128
    wide: int = 256
    latents: int = 256
    hyper_latents: int = 128
    context: int = 192
    analysis_blocks_at_8: int = 4
    analysis_blocks_at_16: int = 2
    synthesis_blocks_at_16: int = 2
    synthesis_blocks_at_8: int = 4
    trunk_blocks: int = 1
    lambda_minimum: float = 0.001
    lambda_maximum: float = 1.0

    def rate_distortion_lambda(self, level: Tensor) -> Tensor:
        """λ of a quality level in [0, 1], for a loss in bits per pixel + λ·MSE on 0 … 255."""
        return self.lambda_minimum * (self.lambda_maximum / self.lambda_minimum) ** level


class Network(nn.ModuleList):
    """Layers applied in order; gains take the quality level."""

    def forward(self, tensor: Tensor, level: Tensor | None = None) -> Tensor:
        for layer in self:
            tensor = layer(tensor, level) if isinstance(layer, Gain) else layer(tensor)
        return tensor


class Coded(NamedTuple):
    """What one pass of the model gives: `pictures` in [0, 1] (not clamped), `bits` of each picture."""

    pictures: Tensor
    bits: Tensor


def _blocks(channels: int, count: int) -> list[nn.Module]:
    return [Block(channels) for _ in range(count)]


def _bridge(inputs: int, wide: int, outputs: int, blocks: int) -> list[nn.Module]:
    """The part at 1/16: blocks between two pointwise layers, or one such layer if there are none."""
    if not blocks:
        return [pointwise(inputs, outputs)]
    return [pointwise(inputs, wide), *_blocks(wide, blocks), pointwise(wide, outputs)]


class Model(nn.Module):
    """A variable-rate learned codec: transforms, hyperprior and four-step context model."""

    def __init__(self, shape: ModelShape = ModelShape()):
        super().__init__()
        self.shape = s = shape
        self.analysis = Network(
            [Unshuffle(8), pointwise(192, s.analysis), Gain(s.analysis, -0.5, 0.5)]
            + _blocks(s.analysis, s.analysis_blocks_at_8)
            + [Unshuffle(2)]
            + _bridge(4 * s.analysis, s.wide, s.latents, s.analysis_blocks_at_16)
            + [Gain(s.latents, -1.2, 1.8)]
        )
        self.synthesis = Network(
            [Gain(s.latents, 1.2, -1.8)]
            + _bridge(s.latents, s.wide, 4 * s.synthesis, s.synthesis_blocks_at_16)
            + [Shuffle(2), Gain(s.synthesis)]
            + _blocks(s.synthesis, s.synthesis_blocks_at_8)
            + [pointwise(s.synthesis, 192), Shuffle(8)]
        )
        self.hyper_analysis = Network(
            [pointwise(s.latents, s.context), Block(s.context), Unshuffle(2)]
            + [pointwise(4 * s.context, s.context), Block(s.context), Unshuffle(2)]
            + [pointwise(4 * s.context, s.hyper_latents)]
        )
        self.hyper_synthesis = Network(
            [pointwise(s.hyper_latents, 4 * s.context), Shuffle(2), Block(s.context)]
            + [pointwise(s.context, 4 * s.context), Shuffle(2), Block(s.context)]
            + [pointwise(s.context, s.wide)]
        )
        self.hyper_prior = FactorizedPrior(s.hyper_latents)
        self.context_inputs = nn.ModuleList(
            Network([pointwise(s.wide + (s.latents if step else 0), s.context)]) for step in range(4)
        )
        self.context_trunk = Network(_blocks(s.context, s.trunk_blocks))
        self.context_output = Network([pointwise(s.context, 2 * s.latents)])

    def networks(self) -> dict[str, Network]:
        """The ten networks of the weights file, in its order."""
        inputs = {f"context input {step}": net for step, net in enumerate(self.context_inputs)}
        return {
            "analysis": self.analysis,
            "hyper analysis": self.hyper_analysis,
            "hyper synthesis": self.hyper_synthesis,
            **inputs,
            "context trunk": self.context_trunk,
            "context output": self.context_output,
            "synthesis": self.synthesis,
        }

    def analyse(self, pictures: Tensor, level: Tensor, feedback: int = 0) -> Tensor:
        """Latents of pictures, y = A(x); the quantisation step is 1.

        Each pass of `feedback` adds what the synthesis does not show of them, y + A(x) − A(S(y)).
        """
        latents = seen = self.analysis(pictures - 0.5, level).float()
        for _ in range(feedback):
            shown = self.synthesis(latents, level)
            latents = latents + seen - self.analysis(shown, level).float()
        return latents

    def synthesise(self, latents: Tensor, level: Tensor) -> Tensor:
        """Pictures from decoded latents, not clamped."""
        return self.synthesis(latents, level).float() + 0.5

    def predict(self, step: int, features: Tensor, decoded: Tensor) -> tuple[Tensor, Tensor]:
        """Means and logarithmic scales of all latents, from those decoded before `step`."""
        known = features if step == 0 else torch.cat([features, decoded.to(features.dtype)], 1)
        hidden = self.context_trunk(self.context_inputs[step](known))
        means, log_scales = self.context_output(hidden).float().chunk(2, 1)
        return means, math.log(SCALE_MINIMUM) + 1.0 + log_scales

    def decode_steps(self, latents: Tensor, features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Runs the four steps. Returns decoded latents and, for each, its own step's mean and log scale."""
        decoded = means = log_scales = torch.zeros_like(latents)
        for step, mask in enumerate(parity_masks(latents)):
            step_means, step_log_scales = self.predict(step, features, decoded)
            own = round_straight_through(latents - step_means) + step_means
            decoded = torch.where(mask, own, decoded)
            means = torch.where(mask, step_means, means)
            log_scales = torch.where(mask, step_log_scales, log_scales)
        return decoded, means, log_scales

    def forward(self, pictures: Tensor, level: Tensor, noise: bool = True) -> Coded:
        """Codes `pictures` at quality `level` (batch,) in [0, 1].

        With `noise`, the rate is that of latents with uniform noise added, which has a gradient; the
        distortion is always that of rounded latents. Without, the rate is that of rounded latents.
        """
        return self.code(self.analyse(pictures, level), level, noise)

    def code(self, latents: Tensor, level: Tensor, noise: bool = False) -> Coded:
        """Codes latents; see `forward`."""
        hyper_latents = self.hyper_analysis(latents).float()
        rounded = round_straight_through(hyper_latents)
        decoded, means, log_scales = self.decode_steps(latents, self.hyper_synthesis(rounded))
        sent = _with_noise if noise else round_straight_through
        scales = torch.exp(log_scales.clamp(max=LOG_SCALE_MAXIMUM))
        bits = self.hyper_prior.bits(sent(hyper_latents)).sum((1, 2, 3))
        bits = bits + gaussian_bits(sent(latents - means), scales, SCALE_MINIMUM).sum((1, 2, 3))
        return Coded(self.synthesise(decoded, level), bits)


def _with_noise(tensor: Tensor) -> Tensor:
    return tensor + torch.rand_like(tensor) - 0.5


def parity_masks(latents: Tensor) -> list[Tensor]:
    """For each of the four steps, whether a latent is coded in it, (1, channels, rows, columns)."""
    _, channels, rows, columns = latents.shape
    masks = []
    for parities in PARITY_OF_GROUP:
        mask = torch.zeros(1, channels, rows, columns, dtype=torch.bool, device=latents.device)
        for group, parity in enumerate(parities):
            own = slice(group * channels // 4, (group + 1) * channels // 4)
            mask[:, own, parity // 2 :: 2, parity % 2 :: 2] = True
        masks.append(mask.contiguous(memory_format=torch.channels_last))
    return masks
