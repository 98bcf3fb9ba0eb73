import numpy as np
import pytest
from metric_vectors import FOLDER, read_crop

from tng_evaluation.codecs import CODECS
from tng_evaluation.sheets import draw_sheet, fit, read_command, save_sheet

JPEG = CODECS["jpeg"]


@pytest.mark.parametrize("budget", [3000, 6000, 12000])
def test_the_best_quality_within_the_budget_is_found(budget: int) -> None:
    picture = read_crop("kodim23")
    quality, data = fit(JPEG, picture, budget)
    better, _ = JPEG.encode(picture, quality + 1, threads=1)
    assert len(data) <= budget < len(better)


def test_a_budget_that_cannot_be_met_gives_the_lowest_quality() -> None:
    quality, data = fit(JPEG, read_crop("kodim23"), 10)
    assert quality == JPEG.lowest
    assert len(data) > 10


def test_a_sheet_shows_the_original_and_tells_its_command(tmp_path) -> None:
    sheet = draw_sheet(FOLDER / "kodim04.ppm", ["jpeg", "webp"], 0.5, (8, 3))
    original = read_crop("kodim04")[3:, 8:]
    height, width = original.shape[:2]
    assert np.array_equal(np.asarray(sheet)[8 : 8 + height, 8 : 8 + width], original)
    path = save_sheet(sheet, tmp_path)
    assert path.name == "sheet-kodim04-0.5bpp.png"
    expected = "python -m tng_evaluation sheet Vectors/kodim04.ppm --bpp 0.5 --at 8 3"
    assert read_command(path) == expected
