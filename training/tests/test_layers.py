import torch
import torch.nn.functional as functional

from tngtrain.layers import Depthwise, Gain, Shuffle, Unshuffle
from tngtrain.model import ModelShape, Network
from tngtrain.reference import permuted


def test_unshuffle_orders_row_column_channel():
    picture = torch.arange(2 * 3 * 4 * 6).reshape(2, 3, 4, 6).float()
    result = Unshuffle(2)(picture)
    assert result.shape == (2, 12, 2, 3)
    for row, column, channel in ((0, 0, 2), (0, 1, 0), (1, 0, 1), (1, 1, 2)):
        expected = picture[:, channel, row::2, column::2]
        assert torch.equal(result[:, (row * 2 + column) * 3 + channel], expected)


def test_shuffle_inverts_unshuffle():
    picture = torch.rand(1, 3, 16, 24)
    assert torch.equal(Shuffle(8)(Unshuffle(8)(picture)), picture)


def test_reference_weights_are_permuted_to_our_order():
    picture, weights = torch.rand(1, 3, 16, 16), torch.rand(192, 192, 1, 1)
    theirs = functional.conv2d(functional.pixel_unshuffle(picture, 8), weights)
    ours = functional.conv2d(Unshuffle(8)(picture), permuted("analysis.1.weight", weights))
    torch.testing.assert_close(ours, theirs)
    theirs = functional.pixel_shuffle(functional.conv2d(theirs, weights), 8)
    ours = Shuffle(8)(functional.conv2d(ours, permuted("synthesis.11.weight", weights)))
    torch.testing.assert_close(ours, theirs)


def test_shifted_depthwise_is_the_same_convolution(monkeypatch):
    layer, tensor = Depthwise(16), torch.randn(2, 16, 9, 7)
    expected = layer(tensor)
    monkeypatch.setattr(Depthwise, "shifted", True)
    torch.testing.assert_close(layer(tensor), expected)


def test_gain_is_log_linear_between_anchors():
    gain = Gain(2, 0.0, 8.0)
    factors = gain.factors(torch.tensor([0.0, 1 / 16, 1.0]))
    torch.testing.assert_close(factors[:, 0], torch.exp(torch.tensor([0.0, 0.5, 8.0])))


def test_model_gives_pictures_and_bits(model):
    pictures, levels = torch.rand(2, 3, 128, 64), torch.tensor([0.1, 0.9])
    for noise in (True, False):
        coded = model(pictures, levels, noise)
        assert coded.pictures.shape == pictures.shape
        assert coded.bits.shape == (2,) and (coded.bits > 0).all()


def test_networks_hold_every_transform_parameter_once(model):
    held = [p for network in model.networks().values() for p in network.parameters()]
    prior = list(model.hyper_prior.parameters())
    assert len({id(p) for p in held + prior}) == len(held) + len(prior)
    assert len(held) + len(prior) == len(list(model.parameters()))
    assert all(isinstance(network, Network) for network in model.networks().values())
    assert model.shape != ModelShape()
