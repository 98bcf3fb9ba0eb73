import sys
from copy import deepcopy
from dataclasses import replace

import pytest
import torch
from numpy.random import default_rng
from PIL import Image

from tngtrain.checkpoint import load_model, write_atomically
from tngtrain.layers import Gain
from tngtrain.reshape import main, regridded, reshaped
from tngtrain.synthetic import synthetic_picture


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


def test_levels_of_the_same_lambda_stay_and_new_ones_go_on(model, level):
    old = reshaped(model, replace(model.shape, lambda_maximum=0.0316))
    with torch.no_grad():
        # Straight lines in log λ, which sampling at other anchors keeps.
        for gain in (own for own in old.modules() if isinstance(own, Gain)):
            gain.log_gain.copy_(torch.linspace(0.2, 1.4, Gain.ANCHORS)[:, None] * gain.log_gain[-1].add(0.5))
    new = regridded(old, 1.0)
    assert new.shape.lambda_maximum == 1.0

    def log_gains(model, scale):
        low, high = model.shape.lambda_minimum, model.shape.lambda_maximum
        place = torch.log(torch.tensor([scale / low])) / torch.log(torch.tensor(high / low))
        gains = model.analysis[-1], model.synthesis[0], model.analysis[2]
        return [gain.factors(place).log() for gain in gains]

    for first, second in zip(log_gains(old, 0.01), log_gains(new, 0.01)):
        torch.testing.assert_close(first, second, rtol=1e-3, atol=1e-3)
    outermost = log_gains(old, 0.0316)
    for number, (latent, other) in enumerate(zip(log_gains(new, 1.0), outermost)):
        slope = (outermost[number] - log_gains(old, 0.001)[number]) if number < 2 else 0
        torch.testing.assert_close(latent, other + slope, rtol=1e-2, atol=1e-2)


def test_the_command_deepens_the_analysis_and_adds_latents(model, tmp_path, monkeypatch):
    for number in range(2):
        picture = synthetic_picture(default_rng(number), 256)
        Image.fromarray(picture).save(tmp_path / f"{number}.png")
    start, output = tmp_path / "start.pt", tmp_path / "reshaped.pt"
    write_atomically({"averages": model.state_dict(), "shape": vars(model.shape), "step": 5}, start)
    options = "--analysis-blocks 3 0 --synthesis-blocks 0 2 --latents 128 --lambda-maximum 2".split()
    photographs = ["--photographs", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["reshape", str(start), str(output), *options, *photographs])
    main()
    shape = load_model(output).shape
    expected = replace(
        model.shape, analysis_blocks_at_8=3, analysis_blocks_at_16=0, synthesis_blocks_at_16=0,
        synthesis_blocks_at_8=2, latents=128, lambda_maximum=2,
    )  # fmt: skip
    assert shape == expected
