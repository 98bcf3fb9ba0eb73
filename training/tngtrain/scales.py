"""Chooses the scale of every tensor of the integer networks (Documentation/Weights.md, "Scales").

The *unit* of a tensor is the real value of its integer 1: one number, or one for each channel. Units are
powers of two inside the networks; at their ends, the file format fixes them.
"""

import math
from dataclasses import dataclass

import numpy as np
from torch import nn

from .calibration import Ranges
from .layers import Block, Gain
from .model import Model, Network
from .tables import LOG_SCALE_RANGE, SCALES

INDEX_UNIT = LOG_SCALE_RANGE / (SCALES - 1) / 256
"""Scale indices have 8 fractional bits; one index is this many natural logarithms times 256."""
PIXEL_UNIT = 1 / 510
"""Pixels enter the analysis as 2p − 255; the float model sees p / 255 − 1/2."""
SAMPLE_UNIT = 1 / 255
INTEGER_MAXIMUM = 32767
ROW_SUM_MAXIMUM = 65000
"""A bound of a row's Σ|w| that leaves room for the bias in the 32-bit sum."""

Unit = float | np.ndarray


@dataclass(frozen=True)
class Scale:
    """The units of a layer's input and output, and what is added to its real output."""

    input: Unit
    output: Unit
    offset: Unit = 0.0


Scales = dict[nn.Module, Scale]
"""For each pointwise and depthwise convolution and each gain."""


class ScaleChooser:
    """Walks the networks and fills `scales`, with units that fit the ranges of the tensors."""

    def __init__(self, ranges: Ranges):
        self.ranges = ranges
        self.scales: Scales = {}

    def walk(self, network: Network, unit: Unit, last: Scale | None = None) -> Unit:
        """Scales of a network whose input has `unit`; `last` fixes its output. Returns that unit."""
        layers = list(network)
        producers = [i for i, layer in enumerate(layers) if isinstance(layer, (nn.Conv2d, Gain))]
        for position, layer in enumerate(layers):
            if isinstance(layer, Block):
                self.block(layer, unit)
            elif position in producers:
                fixed = last if position == producers[-1] else None
                output = fixed.output if fixed else self.unit([(layer, unit)], _stream(layers, position))
                self.scales[layer] = Scale(unit, output, fixed.offset if fixed else 0.0)
                unit = output
        return unit

    def block(self, block: Block, unit: float) -> None:
        """Scales of a block between tensors of the same unit."""
        entered = self.unit([(block.enter, unit)])
        filtered = self.unit([(block.depthwise, entered)])
        expanded = self.unit([(block.expand, unit)])
        self.scales[block.enter] = Scale(unit, entered)
        self.scales[block.depthwise] = Scale(entered, filtered)
        self.scales[block.leave] = Scale(filtered, unit)
        self.scales[block.expand] = Scale(unit, expanded)
        self.scales[block.contract] = Scale(expanded, unit)

    def unit(self, producers: list[tuple[nn.Module, Unit]], blocks: list[Block] = ()) -> float:
        """The power of two for which the outputs of the producers, and of the blocks that add to them,
        fit 16 bits, and the producers' rows fit the 32-bit sum with a shift of at least 1.

        A producer comes with the unit of its input."""
        parts = [layer for layer, _ in producers]
        parts += [part for block in blocks for part in (block, block.leave, block.contract)]
        smallest = max(self.ranges[part] for part in parts) / INTEGER_MAXIMUM
        for layer, input_unit in producers:
            if isinstance(layer, nn.Conv2d):
                weights = layer.weight.detach().double().numpy().reshape(layer.out_channels, -1)
                row_sum = (np.abs(weights) * np.atleast_1d(input_unit)).sum(1).max()
                smallest = max(smallest, 2 * row_sum / ROW_SUM_MAXIMUM)
        return 2.0 ** math.ceil(math.log2(smallest))


def _stream(layers: list[nn.Module], position: int) -> list[Block]:
    """The blocks between a layer and the next that sets a scale of its own."""
    following = layers[position + 1 :]
    ends = (i for i, layer in enumerate(following) if isinstance(layer, (nn.Conv2d, Gain)))
    return [layer for layer in following[: next(ends, None)] if isinstance(layer, Block)]


def chosen_scales(model: Model, chooser: ScaleChooser, fraction_bits: int) -> Scales:
    """The scales of all layers; latents and means get `fraction_bits` fractional bits."""
    shape, scales, latent = model.shape, chooser.scales, 2.0**-fraction_bits
    chooser.walk(model.analysis, PIXEL_UNIT, Scale(0, latent))
    chooser.walk(model.hyper_analysis, latent, Scale(0, 1.0))
    features = chooser.walk(model.hyper_synthesis, 1.0)
    chooser.walk(model.synthesis, latent, Scale(0, SAMPLE_UNIT, 0.5))

    inputs = [network[0] for network in model.context_inputs]
    known = np.repeat([features, latent], [shape.wide, shape.latents])
    producers = [(layer, known[: layer.in_channels]) for layer in inputs]
    hidden = chooser.unit(producers, list(model.context_trunk))
    for layer, unit in producers:
        scales[layer] = Scale(unit, hidden)
    chooser.walk(model.context_trunk, hidden)
    output = np.repeat([latent, INDEX_UNIT], shape.latents)
    scales[model.context_output[0]] = Scale(hidden, output, np.repeat([0.0, 1.0], shape.latents))
    return scales
