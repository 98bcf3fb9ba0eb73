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
    new = larger.synthesis[1 + 1]
    assert new.leave.weight.grad.abs().max() > 0


def test_blocks_next_to_the_latents_are_taken_away(model):
    fewer = reshaped(model, replace(model.shape, synthesis_blocks_at_8=1))
    kept, last = fewer.synthesis[-3], model.synthesis[-3]
    assert torch.equal(kept.enter.weight, last.enter.weight)


def test_pointwise_layers_without_blocks_between_become_one(model, crops):
    silent = reshaped(model, replace(model.shape, analysis_blocks_at_16=2)).requires_grad_(False)
    for block in silent.analysis[-4:-2]:
        block.leave.weight.zero_(), block.leave.bias.zero_()
        block.contract.weight.zero_(), block.contract.bias.zero_()
    short = reshaped(silent, replace(model.shape, analysis_blocks_at_16=0)).requires_grad_(False)
    assert len(short.analysis) == len(silent.analysis) - 3
    level = torch.tensor([0.5])
    expected, found = (m.analyse(crops[0], level) for m in (silent, short))
    assert torch.allclose(expected, found, atol=1e-4)


def test_blocks_can_be_added_and_taken_away_again(model, crops, level):
    larger = reshaped(model, replace(model.shape, analysis_blocks_at_8=2))
    again = reshaped(larger, model.shape)
    assert torch.equal(coded(model, crops[1], level).pictures, coded(again, crops[1], level).pictures)


def test_other_widths_are_refused(model):
    with pytest.raises(ValueError, match="more than blocks"):
        reshaped(model, replace(model.shape, synthesis=64))
