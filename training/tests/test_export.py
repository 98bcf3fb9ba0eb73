import dataclasses

import numpy as np
import pytest
import torch

from tngtrain import integer
from tngtrain.calibration import measured_moments, measured_ranges
from tngtrain.codec import IntegerCodec
from tngtrain.evaluate import float_coder, integer_coder, measured_point
from tngtrain.export import REFINEMENTS, Settings, exported_model, hyper_densities, pointwise_maps, samples_of
from tngtrain.objective import squared_error
from tngtrain.quantization import error_feedback, rounded_rows
from tngtrain.scales import ScaleChooser, chosen_scales
from tngtrain.tables import hyper_tables, scale_tables
from tngtrain.vectors import synthetic_picture
from tngtrain.weights_file import ROLES, RefinementConstants, packed, parsed, serialized, unpacked
from tngtrain.widths import LOSS_FLOOR, probe_width, sensitivities

SIZE = 250_000


@pytest.fixture(scope="module")
def exported(model, crops):
    return exported_model(model, crops, Settings("small", SIZE, 6, 0))


def records(exported):
    for network in exported.networks.values():
        for layer in network:
            if isinstance(layer, integer.Block):
                yield from (getattr(layer, f.name) for f in dataclasses.fields(layer))
            elif isinstance(layer, integer.Pointwise):
                yield layer


def test_file_reads_back_equal(exported):
    data = serialized(exported)
    assert len(data) <= SIZE
    assert serialized(parsed(data)) == data


def test_damage_is_noticed(exported):
    data = bytearray(serialized(exported))
    data[1000] ^= 1
    with pytest.raises(ValueError, match="id"):
        parsed(bytes(data))


def test_no_sum_can_leave_32_bits(exported):
    for record in records(exported):
        assert record.largest_sums().max() <= 2**31 - 1
        assert record.shift.min() >= 1 and record.shift.max() <= 30


def test_the_file_holds_what_the_model_brings(model, exported):
    read = parsed(serialized(exported))
    assert (read.name, read.objective) == ("small", "mse")
    assert (read.levels, read.latent_reduction, read.hyper_factor) == (128, 16, 4)
    assert read.rate_distortion_lambda(0) == pytest.approx(model.shape.lambda_minimum, rel=1e-4)
    assert read.rate_distortion_lambda(127) == pytest.approx(model.shape.lambda_maximum, rel=1e-4)
    assert read.groups == exported.groups and read.refinement == exported.refinement
    structural = REFINEMENTS["ms-ssim"]
    assert RefinementConstants.parsed(structural.serialized()) == structural != read.refinement


def test_version_one_is_refused_by_name(exported):
    data = bytearray(serialized(exported))
    data[4] = 1
    with pytest.raises(ValueError, match="version 1"):
        parsed(bytes(data))


def test_a_network_that_is_unknown_but_optional_is_dropped(exported, monkeypatch):
    more = dataclasses.replace(exported, networks=exported.networks | {"later": [integer.Unshuffle(2)]})
    monkeypatch.setitem(ROLES, "later", 0x87)
    data = serialized(more)
    monkeypatch.delitem(ROLES, "later")
    assert serialized(parsed(data)) == serialized(exported)
    monkeypatch.setitem(ROLES, "later", 7)
    data = serialized(more)
    monkeypatch.delitem(ROLES, "later")
    with pytest.raises(ValueError, match="role 7"):
        parsed(data)


@pytest.mark.parametrize("width", [2, 5, 9, 16])
def test_packing_round_trip(width):
    values = np.random.default_rng(width).integers(-(2 ** (width - 1)), 2 ** (width - 1), 64)
    assert np.array_equal(unpacked(packed(values, width), 64, width), values)
    assert len(packed(values, width)) == 8 * width


def test_packing_puts_the_low_bit_first():
    assert packed([1, -1, 2], 3) == bytes([0b10_111_001, 0b0])


@pytest.mark.parametrize("level", [40, 70])
def test_integers_follow_the_float_model(model, exported, crops, level):
    pictures = [samples_of(crop) for crop in crops]
    in_floats = measured_point(float_coder(model), pictures, level)
    # Counted tables would beat the densities of a model that is not trained.
    densities = hyper_densities(model)
    of_densities = dataclasses.replace(
        exported,
        scale_tables=scale_tables(np.zeros((64, densities.shape[1]))),
        hyper_tables=hyper_tables(np.zeros_like(densities), densities),
    )
    codec = IntegerCodec(of_densities, optimized=False)
    in_integers = measured_point(integer_coder(codec), pictures, level)
    assert abs(in_integers.psnr - in_floats.psnr) < 0.1
    assert abs(in_integers.bits_per_pixel / in_floats.bits_per_pixel - 1) < 0.05


def test_latents_follow_the_float_model(model, exported):
    samples = synthetic_picture(64, 128)
    latents = IntegerCodec(exported).analyse(samples, 60)
    picture = torch.from_numpy(samples).permute(2, 0, 1)[None].float() / 255
    expected = model.analyse(picture, torch.tensor([60 / 127]))[0].permute(1, 2, 0).numpy()
    assert np.abs(latents - 64 * expected).mean() < 0.6
    assert np.abs(expected).mean() > 0.1


def test_tiles_are_coded_alone(exported):
    samples = synthetic_picture(16, 1040)
    coded = IntegerCodec(exported).code(samples, 20)
    assert [(tile.row, tile.column) for tile in coded.tiles] == [(0, 0), (0, 64)]
    assert coded.pixels.shape == samples.shape
    alone = IntegerCodec(exported).code_tile(coded.latents[:, 64:], 0, 0, 20)
    assert np.array_equal(alone.decoded, coded.tiles[1].decoded)


def test_weights_make_good_the_rounding_errors_of_others():
    random = np.random.default_rng(3)
    inputs = random.normal(size=(1000, 8)) @ random.normal(size=(8, 48))
    inputs += 0.1 * random.normal(size=inputs.shape)
    rows = 10 * random.normal(size=(32, 48))

    def error(rounded):
        return ((inputs @ (rounded - rows).T) ** 2).mean()

    feedback = error_feedback(np.cov(inputs.T))
    narrow = rounded_rows(rows, feedback, largest=20)
    assert np.array_equal(narrow, np.rint(narrow)) and np.abs(narrow).max() <= 20
    assert error(rounded_rows(rows, feedback, largest=127)) < 0.2 * error(np.rint(rows))


def test_what_does_not_count_needs_no_fine_weights(model, crops):
    scales = chosen_scales(model, ScaleChooser(measured_ranges(model, crops)), 6)
    maps = pointwise_maps(model, scales, measured_moments(model, crops))
    decoder = [layer for layer in maps if layer in set(model.synthesis.modules())]

    def losses(distortion):
        found = sensitivities(model, maps, torch.cat(crops[:4]), distortion)
        return [found[layer] * probe_width(maps[layer])[1] for layer in decoder]

    assert max(losses(squared_error)) > 10 * LOSS_FLOOR
    without = losses(lambda decoded, original: torch.zeros(len(original)))
    assert without == pytest.approx([LOSS_FLOOR] * len(decoder))
