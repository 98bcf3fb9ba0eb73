"""Probability models of the symbols, in floating point, and the gradients that training needs."""

import math

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

PROBABILITY_FLOOR = 1e-9


class _Round(torch.autograd.Function):
    @staticmethod
    def forward(context, tensor):
        return torch.round(tensor)

    @staticmethod
    def backward(context, gradient):
        return gradient


def round_straight_through(tensor: Tensor) -> Tensor:
    """Rounds to integers; the gradient passes as if it did not."""
    return _Round.apply(tensor)


class _LowerBound(torch.autograd.Function):
    @staticmethod
    def forward(context, tensor, bound):
        context.save_for_backward(tensor)
        context.bound = bound
        return tensor.clamp(min=bound)

    @staticmethod
    def backward(context, gradient):
        (tensor,) = context.saved_tensors
        return gradient * ((tensor >= context.bound) | (gradient < 0)), None


def lower_bound(tensor: Tensor, bound: float) -> Tensor:
    """max(x, bound), whose gradient still lets an x below the bound grow."""
    return _LowerBound.apply(tensor, bound)


def gaussian_bits(residuals: Tensor, scales: Tensor, scale_minimum: float) -> Tensor:
    """Bits of the unit bin around each residual under a zero-mean Gaussian of the given scale."""
    inverse = 1 / (lower_bound(scales, scale_minimum) * math.sqrt(2))
    distance = residuals.abs()
    above = torch.erfc((distance - 0.5) * inverse) - torch.erfc((distance + 0.5) * inverse)
    return -torch.log2(lower_bound(0.5 * above, PROBABILITY_FLOOR))


class FactorizedPrior(nn.Module):
    """A learned density for each channel (Ballé et al. 2018, appendix 6.1): a small monotone network."""

    WIDTHS = (1, 3, 3, 3, 1)

    def __init__(self, channels: int):
        super().__init__()
        layers = len(self.WIDTHS) - 1
        initial_scale = 10 ** (1 / layers)
        matrices, biases, factors = [], [], []
        for inputs, outputs in zip(self.WIDTHS, self.WIDTHS[1:]):
            start = math.log(math.expm1(1 / initial_scale / outputs))
            matrices.append(nn.Parameter(torch.full((channels, outputs, inputs), start)))
            biases.append(nn.Parameter(torch.rand(channels, outputs, 1) - 0.5))
            factors.append(nn.Parameter(torch.zeros(channels, outputs, 1)))
        self.matrices = nn.ParameterList(matrices)
        self.biases = nn.ParameterList(biases)
        self.factors = nn.ParameterList(factors[:-1])

    def cumulative_logits(self, values: Tensor) -> Tensor:
        """The logits of the cumulative distribution at `values` (channels, 1, count)."""
        for layer, (matrix, bias) in enumerate(zip(self.matrices, self.biases)):
            values = functional.softplus(matrix) @ values + bias
            if layer < len(self.factors):
                values = values + torch.tanh(self.factors[layer]) * torch.tanh(values)
        return values

    def probabilities(self, values: Tensor) -> Tensor:
        """The probabilities of the unit bins around `values` (channels, 1, count)."""
        lower, upper = self.cumulative_logits(values - 0.5), self.cumulative_logits(values + 0.5)
        sign = -torch.sign(lower + upper).detach()
        return (torch.sigmoid(sign * upper) - torch.sigmoid(sign * lower)).abs()

    def bits(self, hyper_latents: Tensor) -> Tensor:
        """Bits of each hyper latent; same shape as the input."""
        batch, channels, rows, columns = hyper_latents.shape
        with torch.autocast(hyper_latents.device.type, enabled=False):
            values = hyper_latents.float().permute(1, 0, 2, 3).reshape(channels, 1, -1)
            bits = -torch.log2(lower_bound(self.probabilities(values), PROBABILITY_FLOOR))
        return bits.reshape(channels, batch, rows, columns).permute(1, 0, 2, 3)
