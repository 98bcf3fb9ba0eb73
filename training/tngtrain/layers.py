"""The layers that every network of TNG is built from (Documentation/Format.md, section 5)."""

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

NEGATIVE_SLOPE = 0.125
"""Slope of the leaky ReLU below zero: a shift by three bits."""


def leaky(tensor: Tensor) -> Tensor:
    """max(x, x / 8)."""
    return functional.leaky_relu(tensor, NEGATIVE_SLOPE)


def pointwise(inputs: int, outputs: int) -> nn.Conv2d:
    """A 1×1 convolution: one matrix product for each position."""
    return nn.Conv2d(inputs, outputs, 1)


class Depthwise(nn.Conv2d):
    """A 3×3 convolution of each channel by itself, zeros outside the tensor.

    With `shifted`, it is computed as nine shifted products, which `torch.compile` fuses well on a GPU.
    """

    shifted = False

    def __init__(self, channels: int):
        super().__init__(channels, channels, 3, padding=1, groups=channels)

    def forward(self, tensor: Tensor) -> Tensor:
        if not self.shifted:
            return super().forward(tensor)
        rows, columns = tensor.shape[2:]
        padded = functional.pad(tensor, (1, 1, 1, 1))
        taps = self.weight.to(tensor.dtype)[:, 0, :, :, None, None]
        total = self.bias.to(tensor.dtype)[:, None, None]
        for i in range(3):
            for j in range(3):
                total = total + padded[:, :, i : i + rows, j : j + columns] * taps[:, i, j]
        return total


class Block(nn.Module):
    """Two residual branches: a spatial one and a channel expansion; keeps the number of channels."""

    def __init__(self, channels: int, expansion: int = 2):
        super().__init__()
        self.enter = pointwise(channels, channels)
        self.depthwise = Depthwise(channels)
        self.leave = pointwise(channels, channels)
        self.expand = pointwise(channels, channels * expansion)
        self.contract = pointwise(channels * expansion, channels)
        with torch.no_grad():
            self.leave.weight.mul_(0.5)
            self.contract.weight.mul_(0.5)

    def forward(self, tensor: Tensor) -> Tensor:
        tensor = tensor + self.leave(self.depthwise(leaky(self.enter(tensor))))
        return tensor + self.contract(leaky(self.expand(tensor)))


class Gain(nn.Module):
    """A factor for each channel that depends on the quality level: log-linear between 9 anchors."""

    ANCHORS = 9

    def __init__(self, channels: int, first: float = 0.0, last: float = 0.0):
        super().__init__()
        anchors = torch.linspace(first, last, self.ANCHORS)[:, None].repeat(1, channels)
        self.log_gain = nn.Parameter(anchors)

    def factors(self, level: Tensor) -> Tensor:
        """Factors (batch, channels) for quality levels (batch,) in [0, 1]."""
        position = level.clamp(0, 1) * (self.ANCHORS - 1)
        anchor = position.floor().clamp(max=self.ANCHORS - 2).long()
        weight = (position - anchor)[:, None]
        return torch.exp(self.log_gain[anchor] * (1 - weight) + self.log_gain[anchor + 1] * weight)

    def forward(self, tensor: Tensor, level: Tensor) -> Tensor:
        return tensor * self.factors(level)[:, :, None, None]


class Unshuffle(nn.Module):
    """Moves each n×n square of positions into channels, in the order (row, column, channel)."""

    def __init__(self, factor: int):
        super().__init__()
        self.factor = factor

    def forward(self, tensor: Tensor) -> Tensor:
        batch, channels, rows, columns = tensor.shape
        n = self.factor
        squares = tensor.permute(0, 2, 3, 1).reshape(batch, rows // n, n, columns // n, n, channels)
        merged = squares.transpose(2, 3).reshape(batch, rows // n, columns // n, n * n * channels)
        return merged.permute(0, 3, 1, 2)


class Shuffle(nn.Module):
    """The inverse of `Unshuffle`."""

    def __init__(self, factor: int):
        super().__init__()
        self.factor = factor

    def forward(self, tensor: Tensor) -> Tensor:
        batch, channels, rows, columns = tensor.shape
        n = self.factor
        squares = tensor.permute(0, 2, 3, 1).reshape(batch, rows, columns, n, n, channels // (n * n))
        spread = squares.transpose(2, 3).reshape(batch, rows * n, columns * n, channels // (n * n))
        return spread.permute(0, 3, 1, 2)
