"""How far a decoded picture is from its original.

Pictures are arrays of rows × columns × 3 samples, red, green and blue, 8 bits. The same numbers come
from the Swift module `PictureMetrics`.
"""

import numpy as np
from scipy.ndimage import correlate1d

MS_SSIM_MINIMUM_SIDE = 161
"""The shortest side for which the window of MS-SSIM fits the fifth scale, in pixels."""

_SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
_C1 = (0.01 * 255) ** 2
_C2 = (0.03 * 255) ** 2
_WINDOW = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 1.5**2))
_WINDOW /= _WINDOW.sum()

_BT601 = np.array(
    [
        [0.299, 0.587, 0.114],
        [-0.168736, -0.331264, 0.5],
        [0.5, -0.418688, -0.081312],
    ]
)


def psnr(decoded: np.ndarray, original: np.ndarray) -> float:
    """The peak signal-to-noise ratio over all samples, in decibels; infinity for equal pictures."""
    error = np.mean((decoded.astype(np.float64) - original) ** 2)
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


def ms_ssim(decoded: np.ndarray, original: np.ndarray) -> float:
    """The multi-scale structural similarity, computed for each colour and averaged, 0…1.

    Z. Wang, E. P. Simoncelli and A. C. Bovik, Asilomar 2003, with the conventions of the package
    `pytorch-msssim`. NaN when a side is under `MS_SSIM_MINIMUM_SIDE`.
    """
    if min(original.shape[:2]) < MS_SSIM_MINIMUM_SIDE:
        return float("nan")
    a, b = (np.moveaxis(samples.astype(np.float64), 2, 0) for samples in (decoded, original))
    product = np.ones(a.shape[0])
    for weight in _SCALE_WEIGHTS[:-1]:
        contrast_structure, _ = _mean_similarity(a, b)
        product *= np.maximum(contrast_structure, 0) ** weight
        a, b = _halved(a), _halved(b)
    _, similarity = _mean_similarity(a, b)
    return float(np.mean(product * np.maximum(similarity, 0) ** _SCALE_WEIGHTS[-1]))


def in_decibels(ms_ssim: float | np.ndarray) -> float | np.ndarray:
    """An MS-SSIM on the scale on which curves are drawn and compared: −10·log10(1 − MS-SSIM)."""
    with np.errstate(divide="ignore"):
        return -10 * np.log10(1 - ms_ssim)


def plane_errors(decoded: np.ndarray, original: np.ndarray) -> tuple[float, float, float]:
    """The mean absolute errors of luma, blue and red difference (BT.601, full range, unrounded)."""
    difference = decoded.astype(np.float64) - original
    errors = np.mean(np.abs(difference @ _BT601.T), axis=(0, 1))
    return tuple(float(error) for error in errors)


def _mean_similarity(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The means of contrast·structure and of luminance·contrast·structure, of each plane."""
    mean_a, mean_b = _windowed(a), _windowed(b)
    squares = mean_a**2 + mean_b**2
    variances = _windowed(a * a + b * b) - squares
    covariance = _windowed(a * b) - mean_a * mean_b
    contrast_structure = (2 * covariance + _C2) / (variances + _C2)
    luminance = (2 * mean_a * mean_b + _C1) / (squares + _C1)
    return (
        contrast_structure.mean(axis=(1, 2)),
        (luminance * contrast_structure).mean(axis=(1, 2)),
    )


def _windowed(planes: np.ndarray) -> np.ndarray:
    """The Gaussian-weighted means at the positions where all of the window is inside."""
    half = len(_WINDOW) // 2
    rows = correlate1d(planes, _WINDOW, axis=2)[:, :, half:-half]
    return correlate1d(rows, _WINDOW, axis=1)[:, half:-half, :]


def _halved(planes: np.ndarray) -> np.ndarray:
    """Means of 2×2 samples; a side of odd length gets a line of zeros before its first one."""
    _, height, width = planes.shape
    padded = np.pad(planes, ((0, 0), (height % 2, 0), (width % 2, 0)))
    rows = padded[:, 0::2, :] + padded[:, 1::2, :]
    return (rows[:, :, 0::2] + rows[:, :, 1::2]) / 4
