"""Reads checkpoints of the reference trainer into `Model`.

The reference keeps one attribute for each layer and orders the channels of a pixel (un)shuffle as
(channel, row, column); here a network is a list, and the order is that of the file format, (row, column,
channel). `converted` renames and permutes, so that both compute the same function. Momentum and Adam's
moments have the shapes of the weights and are converted by the same rules.
"""

from typing import Any

import torch
from torch import Tensor

from .optimiser import is_matrix

_PREFIXES = {
    "stem.": "analysis.1.", "ge.": "analysis.2.", "enc8.0.": "analysis.3.", "enc8.1.": "analysis.4.",
    "enc8.2.": "analysis.5.", "enc8.3.": "analysis.6.", "down.": "analysis.8.",
    "enc16.0.": "analysis.9.", "enc16.1.": "analysis.10.", "toy.": "analysis.11.", "gy.": "analysis.12.",
    "h1.0.": "hyper_analysis.0.", "h1.1.": "hyper_analysis.1.", "h2.0.": "hyper_analysis.3.",
    "h2.1.": "hyper_analysis.4.", "h3.": "hyper_analysis.6.",
    "g1.": "hyper_synthesis.0.", "g2.0.": "hyper_synthesis.2.", "g2.1.": "hyper_synthesis.3.",
    "g3.0.": "hyper_synthesis.5.", "g3.1.": "hyper_synthesis.6.",
    "p0.": "context_inputs.0.0.", "pin.0.": "context_inputs.1.0.", "pin.1.": "context_inputs.2.0.",
    "pin.2.": "context_inputs.3.0.", "trunk.0.": "context_trunk.0.", "pout.": "context_output.0.",
    "gyd.": "synthesis.0.", "fromy.": "synthesis.1.", "dec16.0.": "synthesis.2.",
    "dec16.1.": "synthesis.3.", "up.": "synthesis.4.", "gd.": "synthesis.6.", "dec8.0.": "synthesis.7.",
    "dec8.1.": "synthesis.8.", "dec8.2.": "synthesis.9.", "dec8.3.": "synthesis.10.",
    "tail.": "synthesis.11.",
    "fz.h": "hyper_prior.matrices.", "fz.b": "hyper_prior.biases.", "fz.a": "hyper_prior.factors.",
}  # fmt: skip

_BLOCK_PARTS = {"a": "enter", "d": "depthwise", "b": "leave", "f": "expand", "g": "contract"}

_UNSHUFFLED_INPUTS = {
    "analysis.1": 8,
    "analysis.8": 2,
    "hyper_analysis.3": 2,
    "hyper_analysis.6": 2,
}
_SHUFFLED_OUTPUTS = {
    "hyper_synthesis.0": 2, "hyper_synthesis.3": 2, "synthesis.4": 2, "synthesis.11": 8
}  # fmt: skip


def renamed(name: str) -> str:
    """The name in `Model` of a parameter of the reference network."""
    prefix = next(p for p in sorted(_PREFIXES, key=len, reverse=True) if name.startswith(p))
    parts = name.removeprefix(prefix).split(".")
    if parts[0] in _BLOCK_PARTS and len(parts) == 2:
        parts[0] = _BLOCK_PARTS[parts[0]]
    if parts == ["w"]:
        parts = ["log_gain"]
    return _PREFIXES[prefix] + ".".join(parts)


def _reordered(tensor: Tensor, factor: int, dimension: int) -> Tensor:
    channels = tensor.shape[dimension] // factor**2
    order = torch.arange(tensor.shape[dimension]).reshape(channels, factor**2).T.reshape(-1)
    return tensor.index_select(dimension, order.to(tensor.device))


def permuted(name: str, tensor: Tensor) -> Tensor:
    """A parameter (or its momentum), given under its name in `Model`, with shuffled channels reordered."""
    layer = name.rpartition(".")[0]
    if layer in _SHUFFLED_OUTPUTS:
        return _reordered(tensor, _SHUFFLED_OUTPUTS[layer], 0)
    if layer in _UNSHUFFLED_INPUTS and tensor.ndim > 1:
        return _reordered(tensor, _UNSHUFFLED_INPUTS[layer], 1)
    return tensor


def converted(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The state dictionary of `Model` for one of the reference network; float32."""
    names = {name: renamed(name) for name in state}
    return {new: permuted(new, state[old].float()) for old, new in names.items()}


def converted_optimiser(weights: dict[str, Tensor], state: dict[str, Any]) -> dict[str, Any]:
    """The state of `Optimiser` for that of the reference, which lists parameters by their order.

    `weights` are those of the reference network; their order is that of its parameters.
    """
    by_shape: dict[tuple[int, int], list[str]] = {}
    others = []
    for name, tensor in weights.items():
        if is_matrix(tensor):
            by_shape.setdefault(tuple(tensor.shape[:2]), []).append(name)
        else:
            others.append(name)
    velocity, moments = {}, {}
    for shape, names in by_shape.items():
        for name, own in zip(names, state["buf"][shape]):
            velocity[renamed(name)] = permuted(renamed(name), own)
    for number, name in enumerate(others):
        own, new = state["adam"]["state"][number], renamed(name)
        moments[new] = {key: _converted_moment(new, value) for key, value in own.items()}
    return {"velocity": velocity, "moments": moments}


def _converted_moment(name: str, value: Tensor) -> Tensor:
    return permuted(name, value) if value.ndim else value
