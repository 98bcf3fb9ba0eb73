"""Measures the activations of a model: how large they become, on photographs and on extreme pictures, and
what the inputs of its pointwise layers are like."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from .layers import Block, Depthwise, Gain
from .model import Model
from .photographs import read_picture

CROP = 256
PHOTOGRAPH_HEADROOM = 2.0
EXTREME_HEADROOM = 1.1

Ranges = dict[nn.Module, float]
"""The largest magnitude of each layer's output, headroom included."""


def centre_crops(names: Iterable[Path], size: int = CROP) -> Iterator[Tensor]:
    """The middle square of each picture that is large enough, (1, 3, size, size) in [0, 1]."""
    for name in names:
        samples = read_picture(name)
        top, left = (samples.shape[0] - size) // 2, (samples.shape[1] - size) // 2
        if top >= 0 and left >= 0:
            square = samples[top : top + size, left : left + size]
            yield torch.from_numpy(square.copy()).permute(2, 0, 1)[None].float() / 255


def extreme_pictures(size: int = CROP) -> Iterator[Tensor]:
    """Pictures that drive a network far: flat corners of the colour cube, their edges, and noise."""
    for corner in range(8):
        colour = torch.tensor([corner & 1, corner >> 1 & 1, corner >> 2], dtype=torch.float32)
        flat = colour[None, :, None, None].repeat(1, 1, size, size)
        yield flat
        halves = flat.clone()
        halves[..., size // 2 :] = 1 - colour[None, :, None, None]
        yield halves
    for period in (1, 4, 8, 16):
        squares = torch.arange(size) // period % 2
        yield (squares[:, None] ^ squares[None, :]).float()[None, None].repeat(1, 3, 1, 1)
        yield squares.float()[None, None, None].repeat(1, 3, size, 1)
    generator = torch.Generator().manual_seed(1)
    yield torch.rand(1, 3, size, size, generator=generator)
    yield torch.rand(1, 3, size, size, generator=generator).round()


@torch.no_grad()
def measured_ranges(model: Model, photographs: Iterable[Tensor]) -> Ranges:
    """Runs the model over all quality levels and notes the largest magnitude of every layer's output.

    Photographs count twice their magnitude, so that an unusual one still fits; the extreme pictures, at
    the highest, middle and lowest level, count a little more than their own.
    """
    ranges: Ranges = {}
    headroom = PHOTOGRAPH_HEADROOM

    def note(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        magnitude = output.abs().max().item() * headroom
        ranges[module] = max(ranges.get(module, 0.0), magnitude)

    def note_input(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        # The sum inside a block is what its expansion takes; it lives on the scale of the block's output.
        block = owner[module]
        magnitude = inputs[0].abs().max().item() * headroom
        ranges[block] = max(ranges.get(block, 0.0), magnitude)

    owner = {module.expand: module for module in model.modules() if isinstance(module, Block)}
    noted = [m for m in model.modules() if isinstance(m, (nn.Conv2d, Gain, Block))]
    hooks = [module.register_forward_hook(note) for module in noted]
    hooks += [module.register_forward_hook(note_input) for module in owner]
    run_over_levels(model, photographs)
    headroom = EXTREME_HEADROOM
    for picture in extreme_pictures():
        for level in (0.0, 0.5, 1.0):
            model(picture, torch.tensor([level]), noise=False)
    for hook in hooks:
        hook.remove()
    return ranges


@dataclass
class Moments:
    """Sums over the inputs of a layer: how many, `total` (channels,), `products` (channels, channels)."""

    count: int
    total: Tensor
    products: Tensor

    @property
    def mean(self) -> Tensor:
        """The mean of each channel."""
        return self.total / self.count

    @property
    def covariance(self) -> Tensor:
        """The covariance of the channels, (channels, channels)."""
        return self.products / self.count - torch.outer(self.mean, self.mean)


@torch.no_grad()
def measured_moments(model: Model, photographs: Iterable[Tensor]) -> dict[nn.Module, Moments]:
    """Runs the model over all quality levels and sums up what the pointwise layers take, in real values."""
    found: dict[nn.Module, Moments] = {}

    def note(layer: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        vectors = inputs[0].transpose(0, 1).flatten(1).double()
        moments = found.setdefault(layer, Moments(0, torch.zeros(()), torch.zeros(())))
        moments.count += vectors.shape[1]
        moments.total = moments.total + vectors.sum(1)
        moments.products = moments.products + vectors @ vectors.T

    hooks = [layer.register_forward_pre_hook(note) for layer in pointwise_layers(model)]
    run_over_levels(model, photographs)
    for hook in hooks:
        hook.remove()
    return found


def pointwise_layers(model: Model) -> list[nn.Conv2d]:
    """All layers of the model that are matrix products over channels."""
    return [m for m in model.modules() if isinstance(m, nn.Conv2d) and not isinstance(m, Depthwise)]


def run_over_levels(model: Model, photographs: Iterable[Tensor]) -> None:
    """Codes each photograph at another quality level."""
    for number, picture in enumerate(photographs):
        model(picture, torch.tensor([number * 13 % 64 / 63]), noise=False)
