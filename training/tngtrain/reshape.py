"""Changes the network of a checkpoint, so that training goes on with another one and begins from what it can do.

    python -m tngtrain.reshape start.pt reshaped.pt --analysis-blocks 6 0 --synthesis-blocks 0 7
    python -m tngtrain.reshape start.pt reshaped.pt --analysis-blocks 9 0
    python -m tngtrain.reshape start.pt reshaped.pt --latents 384 --photographs PHOTOGRAPHS --lambda-maximum 1

*Blocks*: the numbers are those at 1/8 and 1/16 of the analysis, and at 1/16 and 1/8 of the synthesis. New
blocks stand on the side of the latents and at first change nothing. What blocks that are taken away did is
lost, and training on brings it back within some hundred steps. Without blocks at 1/16, one pointwise layer does
what the two around them did.

*Latents*: new ones take up what the model leaves out (`growth.py`).

*λ*: the levels reach up to another one.
"""

import argparse
import math
from collections.abc import Iterable
from dataclasses import asdict, replace
from itertools import zip_longest
from pathlib import Path

import torch
from torch import Tensor, nn

from .calibration import centre_crops
from .checkpoint import load_model, write_atomically
from .growth import grown
from .layers import Block, Gain, pointwise
from .model import Model, ModelShape
from .photographs import photograph_names, training_names


def reshaped(model: Model, shape: ModelShape) -> Model:
    """A model of another number of blocks with the weights of `model` where it has the same layers.

    Throws `ValueError` if the shapes differ in more than the blocks of analysis and synthesis.
    """
    result = Model(shape)
    for name, network in result.networks().items():
        source = list(model.networks()[name])
        if len(_others(network)) < len(_others(source)):
            source = _bridged(source)
        # The latents are at the end of the analysis and at the beginning of the synthesis.
        _take_blocks(_runs(network), _runs(source), latents_last=name != "synthesis")
        _take_others(_others(network), _others(source))
    _take(result.hyper_prior, model.hyper_prior)
    return result


def _others(layers: Iterable[nn.Module]) -> list[nn.Module]:
    """The layers that are not blocks."""
    return [layer for layer in layers if not isinstance(layer, Block)]


def _runs(layers: Iterable[nn.Module]) -> list[list[Block]]:
    """The blocks before, between and after the other layers."""
    runs: list[list[Block]] = [[]]
    for layer in layers:
        if isinstance(layer, Block):
            runs[-1].append(layer)
        else:
            runs.append([])
    return runs


@torch.no_grad()
def _bridged(layers: list[nn.Module]) -> list[nn.Module]:
    """The layers without blocks between two pointwise ones, of which one is left that does what both did."""
    result: list[nn.Module] = []
    for layer in layers:
        place = max((i for i, own in enumerate(result) if not isinstance(own, Block)), default=0)
        if isinstance(layer, nn.Conv2d) and result and isinstance(result[place], nn.Conv2d):
            result[place:] = [_product(result[place], layer)]
        else:
            result.append(layer)
    return result


def _product(first: nn.Conv2d, second: nn.Conv2d) -> nn.Conv2d:
    """The pointwise layer that does what one after the other does."""
    product, matrix = pointwise(first.in_channels, second.out_channels), second.weight[:, :, 0, 0]
    product.weight.copy_((matrix @ first.weight[:, :, 0, 0])[:, :, None, None])
    product.bias.copy_(matrix @ first.bias + second.bias)
    return product


def _take_blocks(runs: list[list[Block]], sources: list[list[Block]], latents_last: bool) -> None:
    for run, source in zip(runs, sources):
        order = slice(None) if latents_last else slice(None, None, -1)
        for block, own in zip_longest(run[order], source[order][: len(run)]):
            if own is None:
                _silence(block)
            else:
                _take(block, own)


def _take_others(layers: list[nn.Module], sources: list[nn.Module]) -> None:
    if len(layers) != len(sources):
        raise ValueError("the shapes differ in more than blocks")
    for layer, own in zip(layers, sources):
        _take(layer, own)


def _take(layer: nn.Module, source: nn.Module) -> None:
    try:
        layer.load_state_dict(source.state_dict())
    except RuntimeError as error:
        raise ValueError("the shapes differ in more than blocks") from error


@torch.no_grad()
def _silence(block: Block) -> None:
    """Makes the block return what it is given."""
    for layer in (block.leave, block.contract):
        layer.weight.zero_()
        layer.bias.zero_()


@torch.no_grad()
def regridded(model: Model, lambda_maximum: float) -> Model:
    """The model with quality levels up to another λ; those of the same λ stay as they are.

    Beyond the model's own range, the gains of the latents go on as they did at its end, others stay.
    Throws `ValueError` if it is not above the lowest λ.
    """
    if lambda_maximum <= model.shape.lambda_minimum:
        raise ValueError(f"λ must reach above {model.shape.lambda_minimum}")
    result = Model(replace(model.shape, lambda_maximum=lambda_maximum))
    result.load_state_dict(model.state_dict())
    lowest, highest = model.shape.lambda_minimum, model.shape.lambda_maximum
    reach = math.log(lambda_maximum / lowest) / math.log(highest / lowest)
    for layer in (own for network in result.networks().values() for own in network if isinstance(own, Gain)):
        of_latents = layer in (result.analysis[-1], result.synthesis[0])
        layer.log_gain.copy_(_sampled(layer.log_gain, reach, goes_on=of_latents))
    return result


def _sampled(anchors: Tensor, reach: float, goes_on: bool) -> Tensor:
    """Log-gains (anchors, channels) at as many places from 0 to `reach` times the range of the given ones."""
    places = torch.linspace(0, reach, len(anchors)) * (len(anchors) - 1)
    places = places if goes_on else places.clamp(max=len(anchors) - 1)
    before = places.floor().long().clamp(max=len(anchors) - 2)
    return torch.lerp(anchors[before], anchors[before + 1], (places - before)[:, None])


def parsed_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Change the network of a checkpoint.")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--analysis-blocks", type=int, nargs=2, metavar=("AT_8", "AT_16"))
    parser.add_argument("--synthesis-blocks", type=int, nargs=2, metavar=("AT_16", "AT_8"))
    parser.add_argument("--latents", type=int, help="more than there are; needs --photographs")
    parser.add_argument("--photographs", type=Path, help="folder, for which new latents are chosen")
    parser.add_argument("--count", type=int, default=256, help="photographs to look at")
    parser.add_argument("--lambda-maximum", type=float, help="λ of the highest quality level")
    arguments = parser.parse_args()
    if arguments.latents and not arguments.photographs:
        parser.error("--latents needs --photographs")
    return arguments


def changed(model: Model, arguments: argparse.Namespace) -> Model:
    """The model as the arguments of the command want it."""
    shape = model.shape
    if arguments.analysis_blocks:
        fine, coarse = arguments.analysis_blocks
        shape = replace(shape, analysis_blocks_at_8=fine, analysis_blocks_at_16=coarse)
    if arguments.synthesis_blocks:
        coarse, fine = arguments.synthesis_blocks
        shape = replace(shape, synthesis_blocks_at_16=coarse, synthesis_blocks_at_8=fine)
    model = reshaped(model, shape)
    if arguments.latents:
        names = training_names(photograph_names(arguments.photographs))
        names = names[:: max(1, len(names) // arguments.count)][: arguments.count]
        model = grown(model, centre_crops(names), arguments.latents)
    if arguments.lambda_maximum:
        model = regridded(model, arguments.lambda_maximum)
    return model


def main() -> None:
    arguments = parsed_arguments()
    try:
        model = changed(load_model(arguments.checkpoint), arguments)
    except ValueError as error:
        raise SystemExit(f"reshape: {error}") from error
    content = {"averages": model.state_dict(), "shape": asdict(model.shape), "step": 0}
    write_atomically(content, arguments.output)


if __name__ == "__main__":
    main()
