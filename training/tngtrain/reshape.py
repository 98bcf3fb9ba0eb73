"""Takes blocks from a checkpoint's transforms, or adds some, so that training goes on with another network.

    python -m tngtrain.reshape start.pt reshaped.pt --analysis-blocks 6 0 --synthesis-blocks 0 7

The numbers are those of the blocks at 1/8 and 1/16 of the analysis, and at 1/16 and 1/8 of the synthesis. New
blocks stand on the side of the latents and at first change nothing: training begins from what the checkpoint
can do. What blocks that are taken away did is lost, and training on brings it back within some hundred steps.
Without blocks at 1/16, one pointwise layer does what the two around them did.
"""

import argparse
from collections.abc import Iterable
from dataclasses import asdict, replace
from itertools import zip_longest
from pathlib import Path

import torch
from torch import nn

from .checkpoint import load_model, write_atomically
from .layers import Block, pointwise
from .model import Model, ModelShape


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


def main() -> None:
    parser = argparse.ArgumentParser(description="Change the number of blocks of a checkpoint.")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--analysis-blocks", type=int, nargs=2, metavar=("AT_8", "AT_16"), required=True)
    parser.add_argument("--synthesis-blocks", type=int, nargs=2, metavar=("AT_16", "AT_8"), required=True)
    arguments = parser.parse_args()
    model = load_model(arguments.checkpoint)
    shape = replace(
        model.shape,
        analysis_blocks_at_8=arguments.analysis_blocks[0],
        analysis_blocks_at_16=arguments.analysis_blocks[1],
        synthesis_blocks_at_16=arguments.synthesis_blocks[0],
        synthesis_blocks_at_8=arguments.synthesis_blocks[1],
    )
    averages = reshaped(model, shape).state_dict()
    write_atomically({"averages": averages, "shape": asdict(shape), "step": 0}, arguments.output)


if __name__ == "__main__":
    main()
