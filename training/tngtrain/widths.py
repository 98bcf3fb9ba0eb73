"""Chooses how many bits the weights of each pointwise layer get, so that a file of a given size loses least.

The loss that rounding a layer's weights causes is measured once, at a coarse width; it is proportional to
the energy of the rounding errors, which predicts it at every other width. Then bits go, one layer at a
time, to where they save most for their bytes.
"""

import torch
from torch import Tensor, nn

from .model import Model
from .objective import Distortion, log_cost
from .quantization import WIDTHS, PointwiseMap

PROBE_NOISE = 1e-3
"""Layers are probed at the largest width whose noise is at least this: loss enough to measure."""
LOSS_FLOOR = 1e-6

Maps = dict[nn.Module, PointwiseMap]


@torch.no_grad()
def measured_loss(model: Model, crops: Tensor, distortion: Distortion) -> float:
    """Mean log-cost of crops (count, 3, side, side), quality levels spread evenly, latents rounded."""
    levels = (torch.arange(len(crops)) + 0.5) / len(crops)
    costs = [
        log_cost(model(crop[None], level[None], noise=False), crop[None], level[None], distortion)
        for crop, level in zip(crops, levels)
    ]
    return torch.stack(costs).mean().item()


def sensitivities(model: Model, maps: Maps, crops: Tensor, distortion: Distortion) -> dict[nn.Module, float]:
    """For each layer, the log-cost lost per unit of relative weight noise.

    `distortion` is what the model was trained for: by another, the model is far from its best, and
    noise may even seem to help.
    """
    base, found = measured_loss(model, crops, distortion), {}
    for layer, layer_map in maps.items():
        width, noise = probe_width(layer_map)
        exact = layer.weight.data, layer.bias.data
        layer.weight.data, layer.bias.data = layer_map.rounded(width)
        found[layer] = max(measured_loss(model, crops, distortion) - base, LOSS_FLOOR) / noise
        layer.weight.data, layer.bias.data = exact
    return found


def probe_width(layer_map: PointwiseMap) -> tuple[int, float]:
    """The width to measure a layer's sensitivity at, and its noise there."""
    noises = {width: layer_map.noise(width) for width in WIDTHS}
    possible = [width for width in WIDTHS if noises[width] < float("inf")]
    coarse = [width for width in possible if noises[width] >= PROBE_NOISE]
    width = max(coarse, default=min(possible))
    return width, noises[width]


def allocated_widths(
    maps: Maps, sensitivity: dict[nn.Module, float], byte_budget: float
) -> dict[nn.Module, int]:
    """The widths of least total loss whose weights take at most `byte_budget` bytes.

    Throws `ValueError` if the budget does not hold the smallest widths that the layers can have.
    """
    losses = {
        layer: [sensitivity[layer] * layer_map.noise(width) for width in WIDTHS]
        for layer, layer_map in maps.items()
    }
    steps = {layer: sum(loss == float("inf") for loss in own) for layer, own in losses.items()}
    spent = sum(layer.weight.numel() * WIDTHS[step] / 8 for layer, step in steps.items())
    if spent > byte_budget:
        raise ValueError(f"the weights take at least {spent:.0f} bytes, not {byte_budget:.0f}")
    while True:
        layer, more = _best_step(losses, steps)
        cost = layer.weight.numel() * more / 8 if layer else 0
        if layer is None or spent + cost > byte_budget:
            return {layer: WIDTHS[step] for layer, step in steps.items()}
        steps[layer] += more
        spent += cost


def _best_step(losses, steps) -> tuple[nn.Module | None, int]:
    """The layer, and how many bits it should gain, with the largest saving for its bytes."""
    best: tuple[float, nn.Module | None, int] = (0.0, None, 0)
    for layer, own in losses.items():
        step = steps[layer]
        for more in range(1, len(own) - step):
            saving = (own[step] - own[step + more]) / (layer.weight.numel() * more)
            if saving > best[0]:
                best = (saving, layer, more)
    return best[1], best[2]
