import math

import pytest
import torch

from tngtrain.entropy_models import FactorizedPrior, gaussian_bits
from tngtrain.model import Coded
from tngtrain.ms_ssim import ms_ssim
from tngtrain.objective import log_cost, structural_error
from tngtrain.optimiser import Optimiser, orthogonalised
from tngtrain.processes import Processes


def test_log_cost_is_the_mean_logarithm_of_rate_and_distortion():
    original = torch.zeros(2, 3, 4, 4)
    coded = Coded(original + torch.tensor([1.0, 2.0])[:, None, None, None] / 255, torch.tensor([16.0, 32]))
    cost = log_cost(coded, original, torch.tensor([0.001, 0.2]))
    expected = (math.log(1 + 0.001 * 1) + math.log(2 + 0.2 * 4)) / 2
    assert cost.item() == pytest.approx(expected, rel=1e-5)


def test_ms_ssim_agrees_with_the_published_implementation():
    reference = pytest.importorskip("pytorch_msssim")
    torch.manual_seed(2)
    first = torch.rand(2, 3, 192, 177)
    second = (first + 0.2 * torch.randn_like(first)).clamp(0, 1)
    expected = reference.ms_ssim(first, second, data_range=1.0, size_average=False)
    torch.testing.assert_close(ms_ssim(first, second), expected, atol=1e-5, rtol=1e-5)


def test_structural_error_counts_an_error_at_the_border_like_one_in_the_middle():
    torch.manual_seed(3)
    picture = torch.rand(1, 3, 192, 192)

    def error(row: int) -> float:
        changed = picture.clone()
        changed[:, :, row : row + 4] = torch.rand(1, 3, 4, 192)
        return structural_error(changed, picture).item()

    assert error(0) == pytest.approx(error(94), rel=0.4)


def test_structural_error_is_zero_for_equal_pictures_and_has_a_gradient():
    picture = torch.rand(1, 3, 176, 176)
    assert structural_error(picture, picture).item() == pytest.approx(0, abs=1e-2)
    changed = (0.9 * picture).requires_grad_()
    structural_error(changed, picture).sum().backward()
    assert changed.grad.abs().sum() > 0


def test_gaussian_bits_are_those_of_the_unit_bin():
    bits = gaussian_bits(torch.tensor([0.0, 1.0]), torch.tensor([1.0, 1.0]), 0.11)
    bins = [
        math.erf(0.5 / math.sqrt(2)),
        0.5 * (math.erf(1.5 / math.sqrt(2)) - math.erf(0.5 / math.sqrt(2))),
    ]
    assert bits.tolist() == pytest.approx([-math.log2(p) for p in bins], rel=1e-5)


def test_factorized_prior_is_a_distribution():
    prior = FactorizedPrior(4)
    values = torch.arange(-500, 501).float().repeat(4, 1)[:, None]
    torch.testing.assert_close(prior.probabilities(values).sum((1, 2)), torch.ones(4), atol=1e-3, rtol=0)


def test_orthogonalised_matrices_have_singular_values_near_one():
    for shape in ((3, 64, 48), (2, 48, 96)):
        values = torch.linalg.svdvals(orthogonalised(torch.randn(shape)))
        assert 0.5 < values.min() and values.max() < 1.4


def test_the_optimiser_lowers_a_loss():
    torch.manual_seed(1)
    layer = torch.nn.Conv2d(32, 32, 1)
    optimiser, data = Optimiser(layer.named_parameters(), Processes()), torch.randn(4, 32, 8, 8)
    losses = []
    for _ in range(40):
        loss = (layer(data) - data).square().mean()
        losses.append(loss.item())
        layer.zero_grad()
        loss.backward()
        optimiser.step(0.02)
    assert losses[-1] < 0.2 * losses[0]


def test_processes_share_the_matrices_and_find_what_one_finds():
    class Recording(Processes):
        def __init__(self, rank: int, count: int):
            self.rank, self.count = rank, count

        def add(self, tensor):
            self.sent = tensor.clone()

    torch.manual_seed(1)
    layers = torch.nn.ModuleList(torch.nn.Conv2d(32, width, 1) for width in (32, 64, 32, 48))
    for parameter in layers.parameters():
        parameter.grad = torch.randn_like(parameter)
    alone, first, second = Recording(0, 1), Recording(0, 2), Recording(1, 2)
    for processes in (alone, first, second):
        Optimiser(layers.named_parameters(), processes).step(0)
    assert not torch.equal(first.sent, alone.sent) and not torch.equal(second.sent, alone.sent)
    torch.testing.assert_close(first.sent + second.sent, alone.sent, atol=2e-2, rtol=2e-2)
