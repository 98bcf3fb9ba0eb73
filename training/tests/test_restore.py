import pytest
import torch

from tngtrain.evaluate import float_coder, measured_point
from tngtrain.export import Settings, exported_model, hyper_densities, samples_of
from tngtrain.layers import Gain
from tngtrain.restore import restored_model, shape_of
from tngtrain.weights_file import parsed, serialized


@pytest.fixture(scope="module")
def exported(model, crops):
    """With weights of 16 bits, so that little is rounded away."""
    return parsed(serialized(exported_model(model, crops, Settings("small", 10_000_000, 6, 0))))


@pytest.fixture(scope="module")
def restored(exported):
    torch.manual_seed(1)
    return restored_model(exported)


def test_shape_is_that_of_the_model(model, exported):
    assert shape_of(exported) == model.shape


def test_restored_model_codes_like_the_exported_one(model, restored, crops):
    samples = [samples_of(crop) for crop in crops[:2]]
    for level in (0, 60, 127):
        before = measured_point(float_coder(model), samples, level)
        after = measured_point(float_coder(restored.eval()), samples, level)
        # The tables, and with them the restored prior, fit the pictures better than the prior by chance.
        assert after.bits_per_pixel == pytest.approx(before.bits_per_pixel, rel=0.1)
        assert after.psnr == pytest.approx(before.psnr, abs=0.01)


def test_gains_keep_their_ratios(model, restored):
    # The units of the tensors around a gain are free; what it does from level to level is not.
    gains = zip(*([m for m in own.modules() if isinstance(m, Gain)] for own in (model, restored)))
    for before, after in gains:
        expected = before.log_gain - before.log_gain[:1]
        assert torch.allclose(after.log_gain - after.log_gain[:1], expected, atol=2e-3)


def test_prior_fits_the_tables(model, restored):
    before, after = hyper_densities(model), hyper_densities(restored)
    assert abs(before - after).sum(1).max() < 0.1


def test_weights_are_as_large_as_those_of_a_new_model(model, restored):
    for before, after in zip(model.parameters(), restored.parameters()):
        if before.ndim == 4:
            assert (after.norm() / before.norm()).item() == pytest.approx(1, abs=0.3)
