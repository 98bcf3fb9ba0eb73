import dataclasses

import numpy as np
import pytest

from tngtrain.export import Settings, exported_model, samples_of
from tngtrain.heads import HeadPlace, decoded_latents, fitted_heads, squares
from tngtrain.initialise import initialised_model, transforms
from tngtrain.integer import Convolution, Pointwise, apply_network, neighbourhoods, requantize
from tngtrain.model import ModelShape
from tngtrain.photographs import photograph_names
from tngtrain.weights_file import parsed, serialized

PLACES = [HeadPlace(2, 2, False), HeadPlace(4, 1, True), HeadPlace(8, 0, True)]


SHAPE = ModelShape(
    wide=64,
    latents=64,
    hyper_latents=16,
    context=32,
    analysis_blocks_at_8=1,
    analysis_blocks_at_16=0,
    synthesis_blocks_at_16=0,
    synthesis_blocks_at_8=2,
)


@pytest.fixture(scope="module")
def plain(folder, crops):
    """A transform codec: unlike one of weights drawn by chance, its synthesis shows the picture."""
    model = initialised_model(*transforms(photograph_names(folder)[1:6]), SHAPE)
    return exported_model(model.eval().requires_grad_(False), crops, Settings("small", 500_000, 6, 0))


@pytest.fixture(scope="module")
def decoded(plain, crops):
    return list(decoded_latents(plain, map(samples_of, crops), [30, 100]))


@pytest.fixture(scope="module")
def with_heads(plain, decoded):
    return dataclasses.replace(plain, heads=fitted_heads(plain, decoded, PLACES))


def test_a_convolution_sees_nine_positions():
    random = np.random.default_rng(1)
    tensor = random.integers(-50, 50, (4, 5, 16)).astype(np.float64)
    weights = random.integers(-9, 9, (16, 144)).astype(np.int16)
    layer = Convolution(Pointwise(weights, np.arange(16, dtype=np.int32), np.full(16, 3, np.uint8), 5))
    result = layer.apply(tensor, 0)
    padded = np.pad(tensor, ((1, 1), (1, 1), (0, 0)))
    for row, column in np.ndindex(4, 5):
        around = padded[row : row + 3, column : column + 3].swapaxes(0, 1).reshape(-1)
        assert np.array_equal(result[row, column], requantize(weights @ around + np.arange(16), 3))
    assert neighbourhoods(tensor).shape == (4, 5, 144)


def test_heads_read_back_and_change_nothing_else(plain, with_heads):
    data, before = serialized(with_heads), serialized(plain)
    read = parsed(data)
    assert serialized(read) == data
    assert {reduction: head.layers for reduction, head in read.heads.items()} == {
        reduction: head.layers for reduction, head in with_heads.heads.items()
    }
    assert serialized(dataclasses.replace(read, heads={})) == before


def test_heads_give_the_means_of_the_picture(plain, with_heads, decoded):
    synthesis = plain.networks["synthesis"]
    for reduction, head in with_heads.heads.items():
        errors, variance = [], []
        for samples, level, latents in decoded:
            output = apply_network([*synthesis[: head.layers], *head.network], latents, level)
            side = len(samples) // len(output) // reduction
            expected = squares(samples, reduction, side)
            own = output.reshape(-1, output.shape[2])[:, : 3 * side**2]
            errors.append(((own - expected) ** 2).mean())
            variance.append(expected.var())
        assert np.mean(errors) < 0.1 * np.mean(variance)


def test_means_of_squares():
    samples = np.arange(16 * 16 * 3).reshape(16, 16, 3)
    found = squares(samples, 4, 2)
    assert found.shape == (4, 12)
    assert np.array_equal(found[1, :3], samples[:4, 8:12].mean((0, 1)))
    assert np.array_equal(found[1, 6:9], samples[4:8, 8:12].mean((0, 1)))
