"""The example that fetches a region, against the whole picture."""

import os
import subprocess

import numpy
import pytest
from conftest import ROOT, TNG
from PIL import Image
from website import Site


@pytest.mark.parametrize("name", ["lossless-3000x200", "RGB-1030x40"])
@pytest.mark.parametrize("region", [(0, 0, 5, 5), (1000, 7, 30, 20), (960, 0, 3, 40)])
def test_fetch_region(vectors, tmp_path, name, region):
    site = Site()
    try:
        site.files["/picture.tng"] = content = vectors[name].path.read_bytes()
        output, numbers = tmp_path / "region.png", ",".join(map(str, region))
        command = [ROOT / "Scripts" / "fetch-region", f"{site.url}/picture.tng", numbers, output]
        subprocess.run(command, check=True, env=os.environ | {"TNG": str(TNG)})
    finally:
        site.close()
    x, y, width, height = region
    with Image.open(output) as picture:
        expected = vectors[name].pixels[y : y + height, x : x + width]
        assert numpy.array_equal(numpy.asarray(picture), expected)
    if name.startswith("lossless") and x < 900:
        assert site.sent["/picture.tng"] < len(content) / 2
