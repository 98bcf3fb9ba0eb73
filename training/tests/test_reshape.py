from copy import deepcopy
from dataclasses import replace

import pytest
import torch

from tngtrain.reshape import reshaped


@pytest.fixture
def level():
    return torch.tensor([0.5])


def coded(model, crop, level):
    return model.eval().requires_grad_(False)(crop, level, noise=False)


def test_new_blocks_change_nothing_and_learn(model, crops, level):
    more = replace(model.shape, analysis_blocks_at_8=3, synthesis_blocks_at_8=4, synthesis_blocks_at_16=2)
    larger = reshaped(model, more)
    before, after = coded(model, crops[0], level), coded(larger, crops[0], level)
    assert torch.equal(before.pictures, after.pictures) and torch.equal(before.bits, after.bits)

    larger.requires_grad_(True)
    larger(crops[0], level).pictures.sum().backward()
    new = larger.synthesis[2]
    assert new.leave.weight.grad.abs().max() > 0


def test_blocks_next_to_the_latents_are_taken_away(model):
    fewer = reshaped(model, replace(model.shape, synthesis_blocks_at_8=1))
    kept, last = fewer.synthesis[-3], model.synthesis[-3]
    assert torch.equal(kept.enter.weight, last.enter.weight)


def without_blocks_at_16(model):
    """The model with those of its blocks taken away that `reshaped` takes, and nothing merged."""
    silent = deepcopy(model)
    for block in (silent.analysis[-3], silent.synthesis[2]):
        block.forward = lambda tensor: tensor
    return silent


def test_pointwise_layers_without_blocks_between_become_one(model, crops, level):
    shape = replace(model.shape, analysis_blocks_at_16=0, synthesis_blocks_at_16=0)
    short, expected = reshaped(model, shape).eval().requires_grad_(False), without_blocks_at_16(model)
    assert len(short.analysis) == len(model.analysis) - 2
    latents = expected.analyse(crops[0], level)
    assert torch.allclose(short.analyse(crops[0], level), latents, atol=1e-4)
    pictures = expected.synthesise(latents, level)
    assert torch.allclose(short.synthesise(latents, level), pictures, atol=1e-4)


def test_blocks_can_be_added_and_taken_away_again(model, crops, level):
    larger = reshaped(model, replace(model.shape, analysis_blocks_at_8=2))
    again = reshaped(larger, model.shape)
    assert torch.equal(coded(model, crops[1], level).pictures, coded(again, crops[1], level).pictures)


def test_other_widths_are_refused(model):
    with pytest.raises(ValueError, match="more than blocks"):
        reshaped(model, replace(model.shape, synthesis=64))
