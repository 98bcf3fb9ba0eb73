"""Measures how large the activations of a model become, on photographs and on extreme pictures."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import torch
from torch import Tensor, nn

from .layers import Block, Gain
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
    for number, picture in enumerate(photographs):
        model(picture, torch.tensor([number * 13 % 64 / 63]), noise=False)
    headroom = EXTREME_HEADROOM
    for picture in extreme_pictures():
        for level in (0.0, 0.5, 1.0):
            model(picture, torch.tensor([level]), noise=False)
    for hook in hooks:
        hook.remove()
    return ranges
