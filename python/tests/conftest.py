"""Pictures made by formulas."""

import numpy as np
import pytest


def picture(channels: int, height: int = 45, width: int = 70) -> np.ndarray:
    """Smooth colours with an edge: (height, width) if it has one channel."""
    rows, columns = np.mgrid[:height, :width]
    planes = [40 + rows + columns + 25 * c + 40 * (rows > columns) for c in range(channels)]
    return np.stack(planes, axis=2).astype(np.uint8).squeeze()


@pytest.fixture(params=[1, 2, 3, 4], ids=["L", "LA", "RGB", "RGBA"])
def any_picture(request: pytest.FixtureRequest) -> np.ndarray:
    return picture(request.param)
