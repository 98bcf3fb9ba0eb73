import json
from pathlib import Path

import pytest

from tngtrain.vectors import picture_vector, synthetic_picture
from tngtrain.weights_file import parsed

REPOSITORY = Path(__file__).parents[2]
WEIGHTS = REPOSITORY / "Sources/Library/CModelWeights/Models/psnr.tngw"
VECTOR = REPOSITORY / "Tests/CodecTests/Vectors/40x24-level31.json"


@pytest.mark.skipif(not WEIGHTS.exists(), reason="the package stands alone")
def test_the_committed_vector_is_what_the_integer_codec_gives():
    data = WEIGHTS.read_bytes()
    expected = json.loads(VECTOR.read_text())
    assert expected.pop("model") == data[-4:][::-1].hex()
    assert picture_vector(parsed(data), synthetic_picture(24, 40), 31, True) == expected
