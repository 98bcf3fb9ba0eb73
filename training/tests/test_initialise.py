import pytest

from tngtrain.evaluate import float_coder, measured_point
from tngtrain.initialise import initialised_model, transforms
from tngtrain.model import ModelShape
from tngtrain.photographs import photograph_names, read_picture
from tngtrain.weights_file import LEVELS


@pytest.mark.parametrize("blocks_at_16", [0, 2])
def test_a_new_model_is_a_transform_codec(folder, blocks_at_16):
    names = photograph_names(folder)[1:6]
    shape = ModelShape(analysis_blocks_at_16=blocks_at_16, synthesis_blocks_at_16=blocks_at_16)
    coder = float_coder(initialised_model(*transforms(names), shape).eval())
    pictures = [read_picture(name) for name in names]
    coarse, fine = (measured_point(coder, pictures, level) for level in (0, LEVELS - 1))
    assert fine.psnr > 35 and fine.psnr > coarse.psnr + 10
    assert fine.bits_per_pixel > coarse.bits_per_pixel
