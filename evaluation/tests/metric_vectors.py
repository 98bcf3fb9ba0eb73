"""The pictures on which the metrics are tested, and what the common implementations say of them.

Run as a script, this writes `Tests/MetricsTests/Vectors` anew: three crops of Kodak pictures, and
PSNR (NumPy) and MS-SSIM (`pytorch-msssim`) of each crop against distorted versions of itself. The
tests, in Swift and in Python, make the same distorted versions and compare; they never run this.

    python evaluation/tests/metric_vectors.py ../shared/data/kodak
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

FOLDER = Path(__file__).resolve().parents[2] / "Tests" / "MetricsTests" / "Vectors"

# Name: (left, top, width, height). One has sides that are odd at several scales, one the least
# that MS-SSIM needs.
CROPS = {
    "kodim04": (180, 140, 192, 176),
    "kodim13": (300, 200, 211, 183),
    "kodim23": (120, 60, 240, 161),
}


def quantized(samples: np.ndarray) -> np.ndarray:
    """Samples of the lower multiple of 16, plus 8."""
    return samples // 16 * 16 + 8


def patterned(samples: np.ndarray) -> np.ndarray:
    """A pattern of −24, 0 and 24 added, fixed by column, row and colour, clamped to 0…255."""
    rows, columns, colours = np.indices(samples.shape)
    pattern = ((columns * 7 + rows * 5 + colours * 3) % 3 - 1) * 24
    return np.clip(samples.astype(int) + pattern, 0, 255).astype(np.uint8)


def blurred(samples: np.ndarray) -> np.ndarray:
    """The mean of 3×3 samples, rounded down, the edge repeated."""
    padded = np.pad(samples.astype(int), ((1, 1), (1, 1), (0, 0)), mode="edge")
    height, width = samples.shape[:2]
    shifted = [padded[y : y + height, x : x + width] for y in range(3) for x in range(3)]
    return (sum(shifted) // 9).astype(np.uint8)


def inverted(samples: np.ndarray) -> np.ndarray:
    """255 minus each sample: a structure that is the opposite, so that similarities are negative."""
    return 255 - samples


DISTORTIONS = {f.__name__: f for f in (quantized, patterned, blurred, inverted)}


def read_crop(name: str) -> np.ndarray:
    """The samples of a crop: rows × columns × 3, 8 bits."""
    return np.asarray(Image.open(FOLDER / f"{name}.ppm"))


def read_expected() -> dict[tuple[str, str], tuple[float, float]]:
    """PSNR in decibels and MS-SSIM by crop and distortion."""
    rows = [line.split() for line in (FOLDER / "expected.txt").read_text().splitlines()]
    return {(crop, name): (float(psnr), float(ms)) for crop, name, psnr, ms in rows}


def pytorch_ms_ssim(pytorch_msssim, distorted: np.ndarray, original: np.ndarray) -> float:
    """What the package `pytorch-msssim` says of a pair, in double precision."""
    import torch

    tensors = [
        torch.from_numpy(samples.copy()).permute(2, 0, 1)[None].double()
        for samples in (distorted, original)
    ]
    return pytorch_msssim.ms_ssim(*tensors, data_range=255).item()


def _write(kodak: Path) -> None:
    import pytorch_msssim

    lines = []
    for crop, (left, top, width, height) in CROPS.items():
        picture = Image.open(kodak / f"{crop}.png").convert("RGB")
        picture.crop((left, top, left + width, top + height)).save(FOLDER / f"{crop}.ppm")
        original = read_crop(crop)
        for name, distort in DISTORTIONS.items():
            distorted = distort(original)
            error = np.mean((distorted.astype(float) - original) ** 2)
            psnr = 10 * np.log10(255**2 / error)
            ms_ssim = pytorch_ms_ssim(pytorch_msssim, distorted, original)
            lines.append(f"{crop} {name} {psnr:.6f} {ms_ssim:.8f}\n")
    (FOLDER / "expected.txt").write_text("".join(lines))


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
