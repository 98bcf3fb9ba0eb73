"""A model small enough to export and train within seconds, and pictures to do it with."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
import torch
from numpy.random import default_rng
from PIL import Image

from tngtrain.model import Model, ModelShape
from tngtrain.synthetic import synthetic_picture

SMALL = ModelShape(
    analysis=32,
    synthesis=32,
    wide=64,
    latents=64,
    hyper_latents=16,
    context=32,
    analysis_blocks_at_8=1,
    analysis_blocks_at_16=1,
    synthesis_blocks_at_16=1,
    synthesis_blocks_at_8=2,
)


@pytest.fixture(scope="session")
def model() -> Model:
    """A small model with weights drawn by chance."""
    torch.manual_seed(0)
    return Model(SMALL).eval().requires_grad_(False)


@pytest.fixture(scope="session")
def crops() -> list[torch.Tensor]:
    """Pictures (1, 3, 128, 128) in [0, 1]."""
    random = default_rng(5)
    pictures = [torch.from_numpy(synthetic_picture(random, 128).copy()) for _ in range(6)]
    return [picture.permute(2, 0, 1)[None].float() / 255 for picture in pictures]


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> "os.PathLike":
    """A folder of pictures to train on."""
    path, random = tmp_path_factory.mktemp("photographs"), default_rng(7)
    for number in range(30):
        picture = synthetic_picture(random, 96 if number else 40)
        Image.fromarray(picture).save(path / f"{number:02d}.png")
    return path
