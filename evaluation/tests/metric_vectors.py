"""The pictures on which the metrics are tested, and what the common implementations say of them.

Run as a script, this writes `Tests/MetricsTests/Vectors` anew: three crops of Kodak pictures, and
PSNR (NumPy), MS-SSIM (`pytorch-msssim`) and SSIMULACRA2 (the public tool, the command `ssimulacra2`)
of each crop against distorted versions of itself. The tests, in Swift and in Python, make the same
distorted versions and compare; they never run this.

    python evaluation/tests/metric_vectors.py ../shared/data/kodak
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

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

# Distortions, widths and heights of the pictures that are compared by SSIMULACRA2 alone, made of kodim13
# side by side: few scales, sides around its limits, and sides along which its rounding adds up.
SIZES = [
    ("blurred", 8, 8),
    ("blurred", 9, 31),
    ("quantized", 16, 15),
    ("blurred", 33, 17),
    ("blurred", 64, 57),
    ("quantized", 112, 113),
    ("blurred", 113, 120),
    ("faint", 1501, 270),
    ("faint", 270, 1501),
    ("quantized", 900, 700),
]


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


def faint(samples: np.ndarray) -> np.ndarray:
    """A pattern of −1, 0 and 1 added as in `patterned`: a difference that nobody sees."""
    rows, columns, colours = np.indices(samples.shape)
    pattern = (columns * 7 + rows * 5 + colours * 3) % 3 - 1
    return np.clip(samples.astype(int) + pattern, 0, 255).astype(np.uint8)


def inverted(samples: np.ndarray) -> np.ndarray:
    """255 minus each sample: a structure that is the opposite, so that similarities are negative."""
    return 255 - samples


DISTORTIONS = {f.__name__: f for f in (quantized, patterned, faint, blurred, inverted)}


def read_crop(name: str) -> np.ndarray:
    """The samples of a crop: rows × columns × 3, 8 bits."""
    return np.asarray(Image.open(FOLDER / f"{name}.ppm"))


def read_expected() -> dict[tuple[str, str], tuple[float, float, float]]:
    """PSNR in decibels, MS-SSIM and SSIMULACRA2 by crop and distortion."""
    rows = [line.split() for line in (FOLDER / "expected.txt").read_text().splitlines()]
    return {(crop, name): tuple(map(float, numbers)) for crop, name, *numbers in rows}


def pytorch_ms_ssim(pytorch_msssim, distorted: np.ndarray, original: np.ndarray) -> float:
    """What the package `pytorch-msssim` says of a pair, in double precision."""
    import torch

    tensors = [
        torch.from_numpy(samples.copy()).permute(2, 0, 1)[None].double()
        for samples in (distorted, original)
    ]
    return pytorch_msssim.ms_ssim(*tensors, data_range=255).item()


def public_ssimulacra2(distorted: np.ndarray, original: np.ndarray) -> float:
    """What the public tool says of a pair."""
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("original.png", "distorted.png")]
        for path, samples in zip(paths, (original, distorted), strict=True):
            Image.fromarray(samples).save(path)
        run = subprocess.run(["ssimulacra2", *paths], capture_output=True, check=True)
    return float(run.stdout)


def blur_constants(sigma: float = 1.5) -> tuple[np.ndarray, np.ndarray]:
    """What SSIMULACRA2's recursive blur multiplies by, for each of its cosines: inputs, outputs.

    D. Charalampidis, "Recursive Implementation of the Gaussian Filter Using Truncated Cosine
    Functions", 2016; the numbers in brackets are those of its equations.
    """
    radius = round(3.2795 * sigma + 0.2546)  # (57)
    omega = np.pi / (2 * radius) * np.array([1, 3, 5])
    p = np.array([1, -1, 1]) / np.tan(omega / 2)  # (37)
    r = np.array([1, -1, 1]) * p**2 / np.sin(omega)  # (44)
    rho = np.exp(-(sigma**2) / 2 * omega**2) / radius  # (50)
    zeta = np.cross(p, r) / np.cross(p, r)[2]  # (52)
    system = np.array([p, r, zeta])
    beta = np.linalg.solve(system, [1, radius**2 - sigma**2, zeta @ rho])  # (53), (55), (56)
    return -beta * np.cos(omega * (radius + 1)), 2 * np.cos(omega)  # (33)


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
            score = public_ssimulacra2(distorted, original)
            lines.append(f"{crop} {name} {psnr:.6f} {ms_ssim:.8f} {score:.6f}\n")
    (FOLDER / "expected.txt").write_text("".join(lines))
    (FOLDER / "sizes.txt").write_text("".join(_size_line(*size) for size in SIZES))


def _size_line(distortion: str, width: int, height: int) -> str:
    crop = read_crop("kodim13")
    original = crop.take(range(height), 0, mode="wrap").take(range(width), 1, mode="wrap")
    score = public_ssimulacra2(DISTORTIONS[distortion](original), original)
    return f"{distortion} {width} {height} {score:.6f}\n"


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
