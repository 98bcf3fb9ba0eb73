"""Muon on the matrices of the pointwise layers, Adam on everything else.

Muon replaces a matrix's momentum by the nearest orthogonal matrix, found by a Newton–Schulz iteration
(Jordan 2024); the update's scale follows Liu et al. 2025, so that one learning rate serves both.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
MATRIX_SIDE_MINIMUM = 32


def orthogonalised(matrices: Tensor, iterations: int = 5) -> Tensor:
    """Matrices (count, rows, columns) with singular values brought near 1, in bfloat16 arithmetic."""
    a, b, c = COEFFICIENTS
    result = matrices.bfloat16()
    tall = result.shape[-2] > result.shape[-1]
    if tall:
        result = result.mT
    result = result / (result.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(iterations):
        gram = result @ result.mT
        result = a * result + (b * gram + c * (gram @ gram)) @ result
    return (result.mT if tall else result).float()


def is_matrix(parameter: Tensor) -> bool:
    """Whether Muon takes a parameter: the weights of a 1×1 convolution that is not too narrow."""
    pointwise = parameter.ndim == 4 and parameter.shape[2:] == (1, 1)
    return pointwise and min(parameter.shape[:2]) >= MATRIX_SIDE_MINIMUM


class Optimiser:
    """Both optimisers behind one face; state is kept by parameter name."""

    def __init__(self, named: Iterable[tuple[str, nn.Parameter]], momentum: float = 0.95):
        self.momentum = momentum
        named = dict(named)
        self.matrices = {name: p for name, p in named.items() if is_matrix(p)}
        self.others = {name: p for name, p in named.items() if name not in self.matrices}
        self.velocity = {name: torch.zeros_like(p[:, :, 0, 0]) for name, p in self.matrices.items()}
        self.adam = torch.optim.Adam(self.others.values(), betas=(0.9, 0.98))
        self.names_by_shape: dict[torch.Size, list[str]] = {}
        for name, parameter in self.matrices.items():
            self.names_by_shape.setdefault(parameter.shape, []).append(name)

    @torch.no_grad()
    def step(self, learning_rate: float) -> None:
        """One update from the parameters' gradients."""
        for group in self.adam.param_groups:
            group["lr"] = learning_rate
        self.adam.step()
        for shape, names in self.names_by_shape.items():
            scale = 0.2 * max(shape[:2]) ** 0.5 * learning_rate
            updates = orthogonalised(torch.stack([self._nesterov(name) for name in names]))
            for name, update in zip(names, updates):
                self.matrices[name][:, :, 0, 0].add_(update, alpha=-scale)

    def _nesterov(self, name: str) -> Tensor:
        gradient, velocity = self.matrices[name].grad[:, :, 0, 0], self.velocity[name]
        velocity.lerp_(gradient, 1 - self.momentum)
        return gradient.lerp(velocity, self.momentum)

    def state(self) -> dict:
        """Momentum and moments, by parameter name."""
        moments = self.adam.state_dict()["state"]
        return {
            "velocity": self.velocity,
            "moments": {name: moments[i] for i, name in enumerate(self.others) if i in moments},
        }

    def load(self, state: dict) -> None:
        """The inverse of `state`."""
        for name, velocity in state["velocity"].items():
            self.velocity[name].copy_(velocity)
        whole, numbers = self.adam.state_dict(), {name: i for i, name in enumerate(self.others)}
        whole["state"] = {numbers[name]: own for name, own in state["moments"].items()}
        self.adam.load_state_dict(whole)
