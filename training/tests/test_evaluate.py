import numpy as np
import pytest

from tngtrain.evaluate import BORDER, Coder, measured_point
from tngtrain.model import ModelShape


def test_a_point_tells_the_error_of_the_border_from_that_of_the_whole():
    picture = np.full((128, 128, 3), 100, np.uint8)

    def off_by_eight_at_the_right(samples, level):
        decoded = samples.copy()
        decoded[:, -BORDER:] += 8
        return 128 * 128 * 0.5, decoded

    point = measured_point(Coder(off_by_eight_at_the_right, ModelShape()), [picture], 30)
    border = 1 - (1 - 2 * BORDER / 128) ** 2
    assert point.bits_per_pixel == 0.5
    assert point.psnr == pytest.approx(10 * np.log10(255**2 / (64 * BORDER / 128)))
    assert point.border_psnr == pytest.approx(10 * np.log10(255**2 / (64 * BORDER / 128 / border)))
