"""Measures rate, PSNR, that of the picture's border alone, and log-cost of a model at several quality levels.

    python -m tngtrain.evaluate checkpoint.pt photographs/ --validation
    python -m tngtrain.evaluate ms-ssim.pt photographs/ --validation --distortion ms-ssim
    python -m tngtrain.evaluate model.tngw pictures/ --levels 0 9 19 28 38 47 57 63 --json curve.json

A checkpoint is run in floating point, a weights file in integers. The rate is the model's own estimate.
"""

import argparse
import json
import math
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional

from .checkpoint import load_model
from .codec import IntegerCodec
from .model import Model, ModelShape
from .objective import DISTORTIONS
from .photographs import photograph_names, read_picture, validation_names
from .restore import shape_of
from .weights_file import LEVELS, parsed

DEFAULT_LEVELS = (0, 9, 19, 28, 38, 47, 57, 63)
BORDER = 8
"""How many rows and columns at each side of a picture its border has."""


@dataclass(frozen=True)
class Coder:
    """A model that codes samples."""

    code: Callable[[np.ndarray, int], tuple[float, np.ndarray]]
    """Codes samples (rows, columns, 3), uint8, at a level 0 … `levels` − 1; gives bits and decoded samples."""
    shape: ModelShape
    """Has the range of λ of the levels."""
    levels: int = LEVELS

    def rate_distortion_lambda(self, level: int) -> float:
        """λ of a level."""
        return self.shape.rate_distortion_lambda(torch.tensor(level / (self.levels - 1))).item()


@dataclass(frozen=True)
class Point:
    """Means over pictures at one quality level."""

    level: int
    bits_per_pixel: float
    psnr: float
    border_psnr: float
    log_cost: float


def float_coder(model: Model, device: str = "cpu") -> Coder:
    """The float model with rounded latents."""

    @torch.no_grad()
    def code(samples: np.ndarray, level: int) -> tuple[float, np.ndarray]:
        rows, columns = samples.shape[:2]
        picture = torch.from_numpy(samples).to(device).permute(2, 0, 1)[None].float() / 255
        padded = functional.pad(picture, (0, -columns % 64, 0, -rows % 64), mode="replicate")
        coded = model(padded, torch.tensor([level / (LEVELS - 1)], device=device), noise=False)
        decoded = (coded.pictures[0, :, :rows, :columns].clamp(0, 1) * 255).round().byte()
        return coded.bits.item(), decoded.permute(1, 2, 0).cpu().numpy()

    return Coder(code, model.shape)


def integer_coder(codec: IntegerCodec) -> Coder:
    """The integer codec, with rates from its tables."""

    def code(samples: np.ndarray, level: int) -> tuple[float, np.ndarray]:
        coded = codec.code(samples, level)
        return coded.bits, coded.pixels

    return Coder(code, shape_of(codec.model), codec.model.levels)


def coder_of(path: Path) -> Coder:
    """The coder of a weights file (`.tngw`) or a checkpoint."""
    if path.suffix == ".tngw":
        return integer_coder(IntegerCodec(parsed(path.read_bytes())))
    return float_coder(load_model(path))


def measured_point(coder: Coder, pictures: Iterable[np.ndarray], level: int, distortion: str = "mse") -> Point:
    """The means over pictures at one level; the log-cost counts a distortion of `DISTORTIONS`."""
    scale, rows = coder.rate_distortion_lambda(level), []
    for samples in pictures:
        bits, decoded = coder.code(samples, level)
        rate = bits / (samples.shape[0] * samples.shape[1])
        pair = _in_unit_range(decoded), _in_unit_range(samples)
        cost = rate + scale * DISTORTIONS[distortion](*pair).item()
        squares = (decoded.astype(np.float64) - samples) ** 2
        rows.append((rate, _psnr(squares), _psnr(squares[_border(squares)]), math.log(cost)))
    return Point(level, *np.mean(rows, 0).tolist())


def _in_unit_range(samples: np.ndarray) -> torch.Tensor:
    """Samples (rows, columns, 3), uint8, as a picture (1, 3, rows, columns) in [0, 1]."""
    return torch.from_numpy(samples).permute(2, 0, 1)[None].double() / 255


def _psnr(squares: np.ndarray) -> float:
    return 10 * math.log10(65025 / max(squares.mean(), 1e-10))


def _border(samples: np.ndarray) -> np.ndarray:
    """Which positions (rows, columns) of a picture are its border."""
    border = np.ones(samples.shape[:2], bool)
    border[BORDER:-BORDER, BORDER:-BORDER] = False
    return border


def parsed_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure a checkpoint or a weights file.")
    parser.add_argument("model", type=Path)
    parser.add_argument("pictures", type=Path, help="folder")
    parser.add_argument("--validation", action="store_true", help="only those not trained on")
    parser.add_argument("--count", type=int, help="pictures, evenly spaced; default all")
    parser.add_argument("--levels", type=int, nargs="+", default=DEFAULT_LEVELS)
    parser.add_argument("--distortion", choices=DISTORTIONS, default="mse", help="of the log-cost")
    parser.add_argument("--json", type=Path, help="also write the points here")
    return parser.parse_args()


def main() -> None:
    arguments = parsed_arguments()
    names = photograph_names(arguments.pictures)
    names = validation_names(names) if arguments.validation else names
    names = names[:: max(1, len(names) // (arguments.count or len(names)))][: arguments.count]
    coder, points = coder_of(arguments.model), []
    print(f"{len(names)} pictures\nlevel     bpp     PSNR  border  log-cost")
    for level in arguments.levels:
        point = measured_point(coder, map(read_picture, names), level, arguments.distortion)
        points.append(point)
        print(
            f"{level:5d}  {point.bits_per_pixel:.4f}  {point.psnr:.3f}  {point.border_psnr:.3f}"
            f"  {point.log_cost:8.4f}",
            flush=True,
        )
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(point) for point in points], indent=1) + "\n")


if __name__ == "__main__":
    main()
