"""Adds latents to a model, and gives it another range of λ (`reshape` is the command).

A new latent is a linear combination of the analysis' last features, and adds a linear combination of what the
synthesis' last layer can show. Those combinations are chosen that together explain most of what the model
leaves out when nothing is rounded: reduced-rank regression of the residual on the features (Izenman 1975). So
the model shows more at once, before any training.

The optimiser moves all matrices at one speed, so the weights of new latents are as large as those of the
others. Their gains make up for it: at first, their quantisation steps are those of high-rate theory.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from .calibration import Moments
from .initialise import high_rate_log_gain
from .layers import Gain, Unshuffle
from .model import Model

GROUPS = 4
"""Groups of latents, each coded in another order of positions: a new latent is the last of its group."""
RIDGE = 1e-3
"""Added to the variance of every feature, as a share of their mean. Of 1e-5 to 3e-2, this one explained most of
the residual of pictures left out, though the differences below it are small."""
SHOWN_LEAST = 0.02
"""Directions of pixels that the last layer shows weaker than this, against its strongest, are left alone."""


@dataclass(frozen=True)
class NewLatents:
    """Latents in units of pixels, [0, 1]: one of size 1 changes the 768 samples of its place by a norm of 1."""

    analysis: Tensor
    """(latents, features)"""
    bias: Tensor
    """(latents,)"""
    synthesis: Tensor
    """(outputs of the synthesis' first layer, latents)"""
    deviation: Tensor
    """The standard deviation of each, (latents,); the strongest comes first."""
    deviation_of_others: Tensor
    """The standard deviation of each latent that is there, at the highest level, in quantisation steps."""


@torch.no_grad()
def grown(model: Model, crops: Iterable[Tensor], latents: int) -> Model:
    """The model with more latents, chosen for `crops`, (1, 3, side, side) in [0, 1] with sides a multiple of 16.

    Throws `ValueError` if the model has blocks at 1/16, or at least as many latents already, or if there are
    no crops.
    """
    shape, count = model.shape, latents - model.shape.latents
    if shape.analysis_blocks_at_16 or shape.synthesis_blocks_at_16:
        raise ValueError("latents can be added to a model without blocks at 1/16 only")
    if count <= 0 or latents % GROUPS:
        raise ValueError(f"more latents than {shape.latents} are needed, a multiple of {GROUPS}")
    new = chosen_latents(model, moments_at_latents(model, crops), count)
    result = Model(replace(shape, latents=latents))
    unchanged, own = model.state_dict(), result.state_dict()
    kept = {name: tensor for name, tensor in unchanged.items() if tensor.shape == own[name].shape}
    result.load_state_dict(kept, strict=False)
    _extend_transforms(model, result, new)
    _extend_context(model, result, new)
    return result


@torch.no_grad()
def moments_at_latents(model: Model, crops: Iterable[Tensor]) -> Moments:
    """Moments of the analysis' last features together with the residual x − S(A(x)) of 16×16 pixels, at the
    highest level. The places at the border, where zeros from outside count, are left out."""
    level, found = torch.ones(1), Moments(0, torch.zeros(()), torch.zeros(()))
    *layers, last, gain = model.analysis
    for crop in crops:
        features = crop - 0.5
        for layer in layers:
            features = layer(features, level) if isinstance(layer, Gain) else layer(features)
        residual = crop - model.synthesise(gain(last(features), level), level)
        together = torch.cat([features, Unshuffle(2)(Unshuffle(8)(residual))], 1)[:, :, 1:-1, 1:-1]
        vectors = together.transpose(0, 1).flatten(1).double()
        found.count += vectors.shape[1]
        found.total = found.total + vectors.sum(1)
        found.products = found.products + vectors @ vectors.T
    if not found.count:
        raise ValueError("no pictures to choose latents for")
    return found


def chosen_latents(model: Model, moments: Moments, count: int) -> NewLatents:
    """The latents that explain most of the residual, of those that the synthesis can show."""
    features = model.analysis[-2].in_channels
    covariance, mean = moments.covariance, moments.mean[:features]
    inputs, cross = covariance[:features, :features], covariance[features:, :features]
    inputs = inputs + RIDGE * inputs.diagonal().mean() * torch.eye(features).double()
    left, strengths, right = shown_directions(model)
    # Each of the four positions at 1/8 has its own copy of the last layer.
    cross = torch.cat([left.T @ own for own in cross.chunk(4)])
    regression = torch.linalg.solve(inputs, cross.T).T
    variances, directions = torch.linalg.eigh(regression @ inputs @ regression.T)
    if count > len(variances):
        raise ValueError(f"at most {len(variances)} latents can be added at a time")
    variances, directions = variances.flip(0)[:count], directions.flip(1)[:, :count]
    analysis = directions.T @ regression
    synthesis = torch.cat([right @ (own / strengths[:, None]) for own in directions.chunk(4)])
    last = model.analysis[-2].weight[:, :, 0, 0].double() * model.analysis[-1].log_gain[-1].exp()[:, None]
    others = ((last @ inputs) * last).sum(1).sqrt()
    deviations = variances.clamp(min=1e-12).sqrt()
    return NewLatents(analysis, -analysis @ mean, synthesis, deviations, others)


def shown_directions(model: Model) -> tuple[Tensor, Tensor, Tensor]:
    """Singular vectors and values of the synthesis' last layer, with the gain before it at the highest level."""
    gain = next(layer for layer in list(model.synthesis)[1:] if isinstance(layer, Gain))
    matrix = model.synthesis[-2].weight[:, :, 0, 0] * gain.log_gain[-1].exp()
    left, strengths, right = torch.linalg.svd(matrix.double(), full_matrices=False)
    kept = strengths > SHOWN_LEAST * strengths[0]
    return left[:, kept], strengths[kept], right[kept].T


def _extend_transforms(model: Model, result: Model, new: NewLatents) -> None:
    """Analysis and synthesis, with weights as large as those of the latents that are there."""
    order = placed(model.shape.latents, len(new.bias))
    last, first = model.analysis[-2], model.synthesis[1]
    rows = last.weight[:, :, 0, 0].norm(dim=1).mean() / new.analysis.norm(dim=1)
    columns = first.weight[:, :, 0, 0].norm(dim=0).mean() / new.synthesis.norm(dim=0)
    weights, biases = (new.analysis * rows[:, None]).float(), (new.bias * rows).float()
    result.analysis[-2].weight.copy_(torch.cat([last.weight, weights[:, :, None, None]])[order])
    result.analysis[-2].bias.copy_(torch.cat([last.bias, biases])[order])
    weights = (new.synthesis * columns).float()[:, :, None, None]
    result.synthesis[1].weight.copy_(torch.cat([first.weight, weights], 1)[:, order])

    steps = high_rate_log_gain(model.shape.rate_distortion_lambda(torch.linspace(0, 1, Gain.ANCHORS)))
    steps = steps[:, None]
    encoder, decoder = model.analysis[-1].log_gain, model.synthesis[0].log_gain
    result.analysis[-1].log_gain.copy_(torch.cat([encoder, steps - rows.log().float()], 1)[:, order])
    result.synthesis[0].log_gain.copy_(torch.cat([decoder, -steps - columns.log().float()], 1)[:, order])


def _extend_context(model: Model, result: Model, new: NewLatents) -> None:
    """The context model: new latents tell nothing at first, have the mean 0, and scales as old ones of about
    their deviation."""
    old, count, wide = model.shape.latents, len(new.bias), model.shape.wide
    order = placed(old, count)
    first = model.hyper_analysis[0].weight
    result.hyper_analysis[0].weight.copy_(_with_zeros(first, count, 1)[:, order])
    order_known = torch.cat([torch.arange(wide), wide + order])
    for network, own in list(zip(model.context_inputs, result.context_inputs))[1:]:
        own[0].weight.copy_(_with_zeros(network[0].weight, count, 1)[:, order_known])

    models, excess = _models_of_scales(model, new)
    for parameter in ("weight", "bias"):
        means, scales = getattr(model.context_output[0], parameter).chunk(2)
        added = scales[models]
        if parameter == "bias":
            added = added + excess
        extended = [_with_zeros(means, count, 0)[order], torch.cat([scales, added])[order]]
        getattr(result.context_output[0], parameter).copy_(torch.cat(extended))


def _models_of_scales(model: Model, new: NewLatents) -> tuple[Tensor, Tensor]:
    """For each new latent the old one with the nearest deviation at the highest level, and by how much the
    logarithm of its own is larger."""
    highest = torch.tensor(model.shape.lambda_maximum)
    own = new.deviation.log() + high_rate_log_gain(highest)
    others = new.deviation_of_others.log()
    nearest = (own[:, None] - others).abs().argmin(1)
    return nearest, (own - others[nearest]).float()


def _with_zeros(tensor: Tensor, count: int, dimension: int) -> Tensor:
    shape = list(tensor.shape)
    shape[dimension] = count
    return torch.cat([tensor, tensor.new_zeros(shape)], dimension)


def placed(old: int, new: int) -> Tensor:
    """The order of old latents and new ones behind them in which each group has its share of both.

    The new ones, strongest first, are dealt to the groups in turn.
    """
    parts = [
        torch.cat([torch.arange(old).chunk(GROUPS)[group], torch.arange(old + group, old + new, GROUPS)])
        for group in range(GROUPS)
    ]
    return torch.cat(parts)
