import math
from copy import deepcopy
from dataclasses import replace

import pytest
import torch
from conftest import SMALL

from tngtrain.growth import grown, placed
from tngtrain.initialise import initialised_model, transforms
from tngtrain.layers import Unshuffle
from tngtrain.model import SCALE_MINIMUM
from tngtrain.photographs import photograph_names

SHAPE = replace(SMALL, analysis=192, synthesis=96, analysis_blocks_at_16=0, synthesis_blocks_at_16=0)


@pytest.fixture(scope="module")
def linear(folder):
    """A linear transform codec of 64 latents."""
    torch.manual_seed(0)
    return initialised_model(*transforms(photograph_names(folder)[1:]), SHAPE).eval().requires_grad_(False)


@pytest.fixture(scope="module")
def larger(linear, crops):
    return grown(linear, crops, 128).eval().requires_grad_(False)


def unrounded_error(model, crops):
    level = torch.ones(1)
    return sum((model.synthesise(model.analyse(p, level), level) - p).square().mean().item() for p in crops)


def test_new_latents_show_what_was_left_out(linear, larger, crops):
    assert unrounded_error(larger, crops) < 0.35 * unrounded_error(linear, crops)


def test_the_strongest_latents_come_first(linear, crops):
    few, many = (grown(linear, crops, latents) for latents in (80, 128))
    errors = [unrounded_error(model, crops) for model in (linear, few, many)]
    assert errors[0] - errors[1] > 0.4 * (errors[0] - errors[2]) > 0


def test_latents_that_were_there_stay(linear, larger, crops):
    level, order = torch.tensor([0.6]), placed(64, 64)
    before, after = linear.analyse(crops[1], level), larger.analyse(crops[1], level)
    torch.testing.assert_close(after[:, order.argsort()[:64]], before, rtol=1e-3, atol=1e-4)


def test_new_latents_have_the_step_of_high_rate_theory(larger):
    """A step of one new latent changes the pixels by √(26/λ), at the highest level."""
    first = placed(64, 64).argsort()[64:70]
    level, latents = torch.ones(1), torch.zeros(1, 128, 3, 3)
    still = larger.synthesise(latents, level)
    for latent in first:
        moved = latents.clone()
        moved[0, latent, 1, 1] = 1
        change = 255 * (larger.synthesise(moved, level) - still)
        assert Unshuffle(16)(change).norm().item() == pytest.approx(26**0.5, rel=0.1)


def test_the_context_model_knows_the_spread_of_new_latents(linear, crops):
    def spreads(model):
        latents = torch.cat([model.analyse(crop, torch.ones(1))[:, :, 1:-1, 1:-1] for crop in crops])
        return latents.transpose(0, 1).flatten(1).std(dim=1).log()

    known = deepcopy(linear)
    known.context_output[0].weight.zero_()
    known.context_output[0].bias[64:] = spreads(linear) - math.log(SCALE_MINIMUM) - 1
    larger, features = grown(known, crops, 128), torch.zeros(1, SHAPE.wide, 4, 4)
    means, log_scales = larger.predict(0, features, torch.zeros(1, 128, 4, 4))
    assert means.abs().max() < 1e-6
    torch.testing.assert_close(log_scales[0, :, 0, 0], spreads(larger), rtol=0, atol=0.2)


def test_weights_are_as_large_as_those_of_the_others(larger):
    order = placed(64, 64).argsort()
    rows = larger.analysis[-2].weight[order].flatten(1).norm(dim=1)
    columns = larger.synthesis[1].weight[:, order].flatten(2)[:, :, 0].norm(dim=0)
    for norms in (rows, columns):
        torch.testing.assert_close(norms[64:], norms[:64].mean().expand(64), rtol=1e-3, atol=0)


def test_each_group_has_its_share_of_old_and_new():
    order = placed(8, 4).tolist()
    assert order == [0, 1, 8, 2, 3, 9, 4, 5, 10, 6, 7, 11]


def test_what_cannot_grow_is_refused(model, linear, crops):
    with pytest.raises(ValueError, match="blocks at 1/16"):
        grown(model, crops, 128)
    with pytest.raises(ValueError, match="more latents than 64"):
        grown(linear, crops, 64)
    with pytest.raises(ValueError, match="no pictures"):
        grown(linear, [], 128)
