"""Takes blocks from a checkpoint's transforms, or adds some, so that training goes on with another network.

    python -m tngtrain.reshape start.pt reshaped.pt --analysis-blocks 6 0 --synthesis-blocks 0 7

The numbers are those of the blocks at 1/8 and 1/16 of the analysis, and at 1/16 and 1/8 of the synthesis. New
blocks stand on the side of the latents and at first change nothing: training begins from what the checkpoint
can do. What blocks that are taken away did is lost, and training on brings it back within some hundred steps.
Without blocks at 1/16, one pointwise layer does what the two around them did.
"""

import argparse
from dataclasses import asdict, replace
from itertools import zip_longest
from pathlib import Path

import torch
from torch import nn

from .checkpoint import load_model, write_atomically
from .layers import Block, pointwise
from .model import Model, ModelShape, Network


def reshaped(model: Model, shape: ModelShape) -> Model:
    """A model of another number of blocks with the weights of `model` where it has the same layers.

    Throws `ValueError` if the shapes differ in more than the blocks of analysis and synthesis.
    """
    result = Model(shape)
    for name, network in result.networks().items():
        source = model.networks()[name]
        # The latents are at the end of the analysis and at the beginning of the synthesis.
        _take_blocks(_runs(network), _runs(source), latents_last=name != "synthesis")
        _take_layers(network, source)
    _take(result.hyper_prior, model.hyper_prior)
    return result


def _runs(network: Network) -> list[list[Block]]:
    """The blocks before, between and after the other layers."""
    runs: list[list[Block]] = [[]]
    for layer in network:
        if isinstance(layer, Block):
            runs[-1].append(layer)
        else:
            runs.append([])
    return runs


def _take_blocks(runs: list[list[Block]], sources: list[list[Block]], latents_last: bool) -> None:
    for run, source in zip(runs, sources):
        order = slice(None) if latents_last else slice(None, None, -1)
        for block, own in zip_longest(run[order], source[order][: len(run)]):
            if own is None:
                _silence(block)
            else:
                _take(block, own)


def _take_layers(network: Network, source: Network) -> None:
    layers, sources = ([layer for layer in n if not isinstance(layer, Block)] for n in (network, source))
    if len(layers) < len(sources):
        sources = _with_pairs_merged(sources)
    if len(layers) != len(sources):
        raise ValueError("the shapes differ in more than blocks")
    for layer, own in zip(layers, sources):
        _take(layer, own)


@torch.no_grad()
def _with_pairs_merged(layers: list[nn.Module]) -> list[nn.Module]:
    """Layers in which one pointwise layer stands for two that follow on one another."""
    merged: list[nn.Module] = []
    for layer in layers:
        last = merged[-1] if merged else None
        if isinstance(layer, nn.Conv2d) and isinstance(last, nn.Conv2d):
            product = pointwise(last.in_channels, layer.out_channels)
            product.weight.copy_((layer.weight[:, :, 0, 0] @ last.weight[:, :, 0, 0])[:, :, None, None])
            product.bias.copy_(layer.weight[:, :, 0, 0] @ last.bias + layer.bias)
            merged[-1] = product
        else:
            merged.append(layer)
    return merged


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
