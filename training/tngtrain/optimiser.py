"""Muon on the matrices of the pointwise layers, Adam on everything else.

Muon replaces a matrix's momentum by the nearest orthogonal matrix, found by a Newton–Schulz iteration
(Jordan 2024); the update's scale follows Liu et al. 2025, so that one learning rate serves both. The
iteration is the costly part, so each process does it for its share of the matrices only.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from .processes import Processes, fast_number_type

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
MATRIX_SIDE_MINIMUM = 32


def orthogonalised(matrices: Tensor, iterations: int = 5) -> Tensor:
    """Matrices (count, rows, columns) with singular values brought near 1, in the arithmetic of
    `fast_number_type`."""
    a, b, c = COEFFICIENTS
    result = matrices.to(fast_number_type(matrices.device))
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


def _cost(matrix: Tensor) -> int:
    """What an iteration of `orthogonalised` costs, in proportion."""
    return matrix.numel() * min(matrix.shape[:2])


class Optimiser:
    """Both optimisers behind one face; state is kept by parameter name.

    Every process holds the whole state, given the same gradients.
    """

    def __init__(
        self,
        named: Iterable[tuple[str, nn.Parameter]],
        processes: Processes,
        momentum: float = 0.95,
    ):
        self.processes, self.momentum = processes, momentum
        named = dict(named)
        self.matrices = {name: p for name, p in named.items() if is_matrix(p)}
        self.others = {name: p for name, p in named.items() if name not in self.matrices}
        self.velocity = {name: torch.zeros_like(p[:, :, 0, 0]) for name, p in self.matrices.items()}
        self.adam = torch.optim.Adam(self.others.values(), betas=(0.9, 0.98))
        self.own = self._share()

    def _share(self) -> list[list[str]]:
        """The matrices whose updates this process finds: names, by shape."""
        loads = [0] * self.processes.count
        own: dict[torch.Size, list[str]] = {}
        for name, matrix in sorted(self.matrices.items(), key=lambda item: -_cost(item[1])):
            process = loads.index(min(loads))
            loads[process] += _cost(matrix)
            if process == self.processes.rank:
                own.setdefault(matrix.shape, []).append(name)
        return list(own.values())

    @torch.no_grad()
    def step(self, learning_rate: float) -> None:
        """One update from the parameters' gradients."""
        for group in self.adam.param_groups:
            group["lr"] = learning_rate
        self.adam.step()
        for name, update in self._updates().items():
            matrix = self.matrices[name]
            scale = 0.2 * max(matrix.shape) ** 0.5 * learning_rate
            matrix[:, :, 0, 0].add_(update, alpha=-scale)

    def _updates(self) -> dict[str, Tensor]:
        """The directions of all matrices: those of this process computed, the others' received."""
        directions = {name: self._nesterov(name) for name in self.matrices}
        sizes = [direction.numel() for direction in directions.values()]
        everything = next(iter(directions.values())).new_zeros(sum(sizes))
        updates = {
            name: piece.view(directions[name].shape)
            for name, piece in zip(directions, everything.split(sizes))
        }
        for names in self.own:
            found = orthogonalised(torch.stack([directions[name] for name in names]))
            for name, update in zip(names, found):
                updates[name].copy_(update)
        self.processes.add(everything)
        return updates

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
