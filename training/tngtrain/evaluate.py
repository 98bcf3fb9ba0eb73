"""Measures a model at several quality levels: rate, PSNR, SSIMULACRA2, log-cost and transform loss.

    python -m tngtrain.evaluate checkpoint.pt photographs/ --validation
    python -m tngtrain.evaluate ms-ssim.pt photographs/ --validation --distortion ms-ssim
    python -m tngtrain.evaluate checkpoint.pt photographs/ --lambdas 0.2 1.0 --feedback 1
    python -m tngtrain.evaluate model.tngw pictures/ --levels 0 32 64 96 127 --json curve.json

A checkpoint is run in floating point, a weights file in integers. The rate is the model's own estimate. The
*transform loss* is the distortion of latents that were never rounded: what analysis and synthesis lose by
themselves, whatever the rate.
"""

import argparse
import json
import math
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as functional

from .checkpoint import load_model
from .codec import IntegerCodec
from .model import Model, ModelShape
from .objective import DISTORTIONS
from .photographs import photograph_names, read_picture, validation_names
from .restore import shape_of
from .ssimulacra2 import ssimulacra2_score
from .weights_file import LEVELS, parsed

DEFAULT_LAMBDAS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Of these, a model is measured at those in its range."""
BORDER = 8
"""How many rows and columns at each side of a picture its border has."""


class Decoding(NamedTuple):
    """What coding a picture gives. Samples are (rows, columns, 3), uint8."""

    bits: float
    samples: np.ndarray
    unrounded: np.ndarray
    """The samples that the synthesis makes of latents that were never rounded."""


@dataclass(frozen=True)
class Coder:
    """A model that codes samples."""

    code: Callable[[np.ndarray, float], Decoding]
    """Codes samples (rows, columns, 3), uint8, at a level 0 … `levels` − 1."""
    shape: ModelShape
    """Has the range of λ of the levels."""
    levels: int = LEVELS
    continuous: bool = False
    """Whether there are levels between the whole ones."""

    def rate_distortion_lambda(self, level: float) -> float:
        """λ of a level."""
        return self.shape.rate_distortion_lambda(torch.tensor(level / (self.levels - 1))).item()

    def level_of(self, scale: float) -> float:
        """The level whose λ is `scale`, or nearest to it."""
        lowest, highest = self.shape.lambda_minimum, self.shape.lambda_maximum
        level = (self.levels - 1) * math.log(scale / lowest) / math.log(highest / lowest)
        return level if self.continuous else round(level)

    def reaches(self, scale: float) -> bool:
        """Whether a λ is in the range of the levels."""
        return self.shape.lambda_minimum <= scale <= self.shape.lambda_maximum


@dataclass(frozen=True)
class Point:
    """Means over pictures at one quality level."""

    level: float
    scale: float
    """λ"""
    bits_per_pixel: float
    psnr: float
    border_psnr: float
    ssimulacra2: float
    log_cost: float
    distortion: float
    """That of the log-cost."""
    unrounded_psnr: float
    unrounded_ssimulacra2: float
    transform_loss: float
    """The distortion with latents that were never rounded."""

    @property
    def transform_share(self) -> float:
        """The share of the distortion that is there without rounding."""
        return self.transform_loss / max(self.distortion, 1e-10)


def float_coder(model: Model, device: str = "cpu", feedback: int = 0) -> Coder:
    """The float model with rounded latents, after passes of `feedback` (see `Model.analyse`)."""

    @torch.no_grad()
    def code(samples: np.ndarray, level: float) -> Decoding:
        rows, columns = samples.shape[:2]
        picture = torch.from_numpy(samples).to(device).permute(2, 0, 1)[None].float() / 255
        padded = functional.pad(picture, (0, -columns % 64, 0, -rows % 64), mode="replicate")
        position = torch.tensor([level / (LEVELS - 1)], device=device)
        latents = model.analyse(padded, position, feedback)
        coded = model.code(latents, position)
        pictures = coded.pictures, model.synthesise(latents, position)
        return Decoding(coded.bits.item(), *(_samples(own)[:rows, :columns] for own in pictures))

    return Coder(code, model.shape, continuous=True)


def integer_coder(codec: IntegerCodec) -> Coder:
    """The integer codec, with rates from its tables."""

    def code(samples: np.ndarray, level: float) -> Decoding:
        coded, (rows, columns) = codec.code(samples, int(level)), samples.shape[:2]
        unrounded = codec.synthesise(coded.latents, int(level))[:rows, :columns]
        return Decoding(coded.bits, coded.pixels, unrounded)

    return Coder(code, shape_of(codec.model), codec.model.levels)


def coder_of(path: Path, feedback: int = 0) -> Coder:
    """The coder of a weights file (`.tngw`) or a checkpoint.

    Throws `ValueError` if a weights file is to have feedback.
    """
    if path.suffix != ".tngw":
        return float_coder(load_model(path), feedback=feedback)
    if feedback:
        raise ValueError("feedback is measured with a checkpoint, in floating point")
    return integer_coder(IntegerCodec(parsed(path.read_bytes())))


def measured_point(
    coder: Coder, pictures: Iterable[np.ndarray], level: float, distortion: str = "mse"
) -> Point:
    """The means over pictures at one level; the log-cost counts a distortion of `DISTORTIONS`."""
    scale, rows = coder.rate_distortion_lambda(level), []
    for samples in pictures:
        decoding, original = coder.code(samples, level), _in_unit_range(samples)
        rate = decoding.bits / (samples.shape[0] * samples.shape[1])
        decoded, unrounded = _in_unit_range(decoding.samples), _in_unit_range(decoding.unrounded)
        errors = [DISTORTIONS[distortion](own, original).item() for own in (decoded, unrounded)]
        seen = [ssimulacra2_score(own, original).item() for own in (decoded, unrounded)]
        squares = (decoding.samples.astype(np.float64) - samples) ** 2
        unrounded_squares = (decoding.unrounded.astype(np.float64) - samples) ** 2
        quality = _psnr(squares), _psnr(squares[_border(squares)]), seen[0]
        cost = math.log(rate + scale * errors[0])
        rows.append((rate, *quality, cost, errors[0], _psnr(unrounded_squares), seen[1], errors[1]))
    return Point(level, scale, *np.mean(rows, 0).tolist())


def cropped(samples: np.ndarray, side: int | None) -> np.ndarray:
    """The middle of a picture, at most `side` rows and columns of it."""
    top, left = (max(0, length - (side or length)) // 2 for length in samples.shape[:2])
    return samples[top:, left:][:side, :side]


def _samples(picture: torch.Tensor) -> np.ndarray:
    """A picture (1, 3, rows, columns) in [0, 1] as samples (rows, columns, 3), uint8."""
    return (picture[0].clamp(0, 1) * 255).round().byte().permute(1, 2, 0).cpu().numpy()


def _in_unit_range(samples: np.ndarray) -> torch.Tensor:
    """Samples (rows, columns, 3), uint8, as a picture (1, 3, rows, columns) in [0, 1]."""
    return torch.from_numpy(samples).permute(2, 0, 1)[None].float() / 255


def _psnr(squares: np.ndarray) -> float:
    return 10 * math.log10(65025 / max(squares.mean(), 1e-10))


def _border(samples: np.ndarray) -> np.ndarray:
    """Which positions (rows, columns) of a picture are its border."""
    border = np.ones(samples.shape[:2], bool)
    border[BORDER:-BORDER, BORDER:-BORDER] = False
    return border


HEADINGS = "level       λ     bpp    PSNR  border  SSIMULACRA2  log-cost  unrounded: PSNR  SSIMULACRA2  share"


def line_of(point: Point) -> str:
    """A point as a line under `HEADINGS`."""
    return (
        f"{point.level:5.1f}  {point.scale:6.4f}  {point.bits_per_pixel:6.4f}  {point.psnr:6.3f}"
        f"  {point.border_psnr:6.3f}  {point.ssimulacra2:11.2f}  {point.log_cost:8.4f}"
        f"  {point.unrounded_psnr:15.3f}  {point.unrounded_ssimulacra2:11.2f}  {point.transform_share:4.0%}"
    )


def levels_of(coder: Coder, levels: list[float] | None, lambdas: list[float] | None) -> list[float]:
    """The levels to measure: given themselves or by their λ, or else those of `DEFAULT_LAMBDAS`.

    Throws `ValueError` for a level or λ that the model does not have.
    """
    if levels:
        wrong = [level for level in levels if not 0 <= level <= coder.levels - 1]
        if wrong or not coder.continuous and any(level % 1 for level in levels):
            raise ValueError(f"the model has levels 0 to {coder.levels - 1}")
        return levels
    wrong = [scale for scale in lambdas or () if not coder.reaches(scale)]
    if wrong:
        lowest, highest = coder.shape.lambda_minimum, coder.shape.lambda_maximum
        raise ValueError(f"the model has λ from {lowest} to {highest}, not {wrong[0]}")
    return [coder.level_of(scale) for scale in lambdas or DEFAULT_LAMBDAS if coder.reaches(scale)]


def parsed_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure a checkpoint or a weights file.")
    parser.add_argument("model", type=Path)
    parser.add_argument("pictures", type=Path, help="folder")
    parser.add_argument("--validation", action="store_true", help="only those not trained on")
    parser.add_argument("--count", type=int, help="pictures, evenly spaced; default all")
    parser.add_argument("--crop", type=int, help="rows and columns to take from the middle; default all")
    points = parser.add_mutually_exclusive_group()
    points.add_argument("--levels", type=float, nargs="+", help="quality levels to measure")
    points.add_argument("--lambdas", type=float, nargs="+", help="the same, by their λ")
    parser.add_argument(
        "--distortion", choices=DISTORTIONS, default="perceptual", help="of log-cost and share"
    )
    parser.add_argument("--feedback", type=int, default=0, help="passes of feedback in the encoder")
    parser.add_argument("--json", type=Path, help="also write the points here")
    arguments = parser.parse_args()
    try:
        arguments.coder = coder_of(arguments.model, arguments.feedback)
        arguments.levels = levels_of(arguments.coder, arguments.levels, arguments.lambdas)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    return arguments


def main() -> None:
    arguments = parsed_arguments()
    names = photograph_names(arguments.pictures)
    names = validation_names(names) if arguments.validation else names
    names = names[:: max(1, len(names) // (arguments.count or len(names)))][: arguments.count]
    print(f"{len(names)} pictures\n{HEADINGS}")
    points = []
    for level in arguments.levels:
        pictures = (cropped(read_picture(name), arguments.crop) for name in names)
        points.append(measured_point(arguments.coder, pictures, level, arguments.distortion))
        print(line_of(points[-1]), flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(point) for point in points], indent=1) + "\n")


if __name__ == "__main__":
    main()
