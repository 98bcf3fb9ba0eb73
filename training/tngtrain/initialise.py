"""Starts a model as a linear transform codec.

    python -m tngtrain.initialise photographs/ start.pt

The stem takes the principal components of 8×8 blocks, the next layer those of 2×2 neighbours, of which
it keeps as many as there are latents; the residual blocks start near zero, and synthesis is the inverse. The
gains start at the step sizes that high-rate theory gives for each λ.
"""

import argparse
import math
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn

from .checkpoint import write_atomically
from .layers import Block, Gain, Unshuffle
from .model import Model, ModelShape
from .photographs import photograph_names, read_picture, training_names

BLOCK_DAMPING = 0.02
LOG_SCALE_START = 2.0


def unshuffled_vectors(picture: Tensor, factor: int) -> Tensor:
    """The squares of a picture (1, channels, rows, columns) as rows of a matrix, float64."""
    squares = Unshuffle(factor)(picture)
    return squares.permute(0, 2, 3, 1).reshape(-1, squares.shape[1]).double()


def principal_components(vectors: list[Tensor]) -> Tensor:
    """The eigenvectors of the second moments, as rows, the strongest first."""
    moments = sum(own.T @ own for own in vectors)
    return torch.linalg.eigh(moments).eigenvectors.flip(1).T.float()


def transforms(names: list[Path]) -> tuple[Tensor, Tensor]:
    """The components of 8×8 blocks and those of 2×2 of their coefficients."""
    pictures = [_centred(name) for name in names]
    blocks = principal_components([unshuffled_vectors(picture, 8) for picture in pictures])
    coefficients = (nn.functional.conv2d(Unshuffle(8)(p), blocks[:, :, None, None]) for p in pictures)
    return blocks, principal_components([unshuffled_vectors(own, 2) for own in coefficients])


def _centred(name: Path) -> Tensor:
    """A photograph around zero, cropped to sides that are multiples of 16."""
    samples = torch.from_numpy(read_picture(name)).permute(2, 0, 1)[None].float() / 255 - 0.5
    rows, columns = (side // 16 * 16 for side in samples.shape[2:])
    return samples[:, :, :rows, :columns]


@torch.no_grad()
def initialised_model(blocks: Tensor, neighbours: Tensor, shape: ModelShape = ModelShape()) -> Model:
    """The model whose linear part is these components and their inverse."""
    torch.manual_seed(0)
    model = Model(shape)
    for block in (module for module in model.modules() if isinstance(module, Block)):
        for layer in (block.leave, block.contract):
            layer.weight.mul_(BLOCK_DAMPING)
            layer.bias.zero_()
    identity = torch.eye(shape.latents, shape.wide)
    analysis = [layer for layer in model.analysis if isinstance(layer, nn.Conv2d)]
    synthesis = [layer for layer in model.synthesis if isinstance(layer, nn.Conv2d)]
    for layer, matrix in zip(analysis, (blocks, neighbours[: shape.wide], identity)):
        _set(layer, matrix)
    kept = neighbours[: shape.wide].T.reshape(4, -1, shape.wide)[:, : shape.synthesis]
    inverse = (identity.T, kept.flatten(0, 1), blocks.T[:, : shape.synthesis])
    for layer, matrix in zip(reversed(synthesis), reversed(inverse)):
        _set(layer, matrix)
    _set_gains(model)
    output = model.context_output[0]
    output.weight.mul_(0.1)
    output.bias.zero_()
    output.bias[shape.latents :] = LOG_SCALE_START
    return model


def _set(layer: nn.Conv2d, matrix: Tensor) -> None:
    layer.weight.copy_(matrix[:, :, None, None])
    layer.bias.zero_()


def high_rate_log_gain(scale: Tensor) -> Tensor:
    """The logarithm of the gain from latents in units of pixels, [0, 1], to those whose quantisation step is 1.

    At high rates, bits per pixel + λ·MSE is least where step² = 18 / (λ · ln 2) on the scale 0 … 255: three
    samples a pixel, a mean squared error of step²/12, and log2(1/step) bits a latent.
    """
    return (scale * (255**2 * math.log(2) / 18)).log() / 2


def _set_gains(model: Model) -> None:
    encoder_gain, latent_gain = (layer for layer in model.analysis if isinstance(layer, Gain))
    decoder_latent_gain, decoder_gain = (layer for layer in model.synthesis if isinstance(layer, Gain))
    anchors = model.shape.rate_distortion_lambda(torch.linspace(0, 1, latent_gain.ANCHORS))
    latent_gain.log_gain.copy_(high_rate_log_gain(anchors)[:, None].expand_as(latent_gain.log_gain))
    decoder_latent_gain.log_gain.copy_(-latent_gain.log_gain)
    encoder_gain.log_gain.zero_()
    decoder_gain.log_gain.zero_()


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a checkpoint to start training from.")
    parser.add_argument("photographs", type=Path, help="folder")
    parser.add_argument("output", type=Path)
    parser.add_argument("--count", type=int, default=256, help="photographs to look at")
    arguments = parser.parse_args()
    names = training_names(photograph_names(arguments.photographs))
    names = names[:: max(1, len(names) // arguments.count)][: arguments.count]
    model = initialised_model(*transforms(names))
    content = {"averages": model.state_dict(), "shape": asdict(model.shape), "step": 0}
    write_atomically(content, arguments.output)


if __name__ == "__main__":
    main()
