import zlib

import numpy as np
import pytest
from metric_vectors import FOLDER, read_crop

from tng_evaluation import metrics
from tng_evaluation.codecs import ALL_CODECS, Unavailable, find_available
from tng_evaluation.codecs.tng import TNG
from tng_evaluation.measure import measure_quality

AVAILABLE, _ = find_available(list(ALL_CODECS))
FAST = [codec for codec in AVAILABLE if "speed2" not in codec.name]


@pytest.mark.parametrize("codec", ALL_CODECS.values(), ids=ALL_CODECS.keys())
def test_a_ladder_has_eight_rising_qualities(codec) -> None:
    assert len(codec.qualities) >= 8
    assert list(codec.qualities) == sorted(set(codec.qualities))
    assert codec.lowest <= codec.qualities[0] and codec.qualities[-1] <= codec.highest


@pytest.mark.parametrize("codec", FAST, ids=lambda codec: codec.name)
def test_more_quality_is_a_larger_file_and_a_better_picture(codec) -> None:
    picture = read_crop("kodim23")
    low, high = (
        measure_quality(FOLDER / "kodim23.ppm", picture, codec, quality)
        for quality in (codec.qualities[1], codec.qualities[-2])
    )
    assert low.bytes < high.bytes
    assert 20 < low.psnr_db < high.psnr_db
    assert low.ms_ssim < high.ms_ssim
    assert high.mae_y < low.mae_y
    assert high.bpp == pytest.approx(high.bytes * 8 / (240 * 161))
    assert high.version


@pytest.mark.parametrize("codec", FAST, ids=lambda codec: codec.name)
def test_a_decoded_picture_keeps_its_colours(codec) -> None:
    picture = np.empty((48, 64, 3), np.uint8)
    picture[:, :32], picture[:, 32:] = (220, 40, 30), (20, 60, 200)
    data, encoding = codec.encode(picture, codec.qualities[-1], threads=1)
    decoded, decoding = codec.decode(data, threads=1)
    assert decoded.shape == picture.shape and decoded.dtype == np.uint8
    assert metrics.psnr(decoded[8:-8, 8:24], picture[8:-8, 8:24]) > 30
    assert encoding.s > 0 and decoding.s > 0


def test_a_codec_that_is_not_there_is_named_with_its_reason(monkeypatch) -> None:
    monkeypatch.setenv("TNG", "/nonexistent/tng")
    available, missing = find_available(["jpeg", "tng"])
    assert [codec.name for codec in available] == ["jpeg"]
    assert "/nonexistent/tng" in missing["tng"]
    with pytest.raises(Unavailable):
        TNG().version()


STAND_IN = """#!/bin/sh
# A command that knows the options of `tng`, and whose files are pictures.
echo "$@" >> "$0.log"
cp "$2" "$3"
echo "tng: a warning" >&2
echo '{"'$1'_cpu_seconds":0.25,"'$1'_seconds":0.125,"threads":1}' >&2
"""


def test_tng_is_told_its_options_and_tells_its_times(tmp_path, monkeypatch) -> None:
    command = tmp_path / "tng"
    command.write_text(STAND_IN)
    command.chmod(0o755)
    monkeypatch.setenv("TNG", str(command))
    picture, codec = read_crop("kodim04"), TNG(tune="x")
    data, encoding = codec.encode(picture, 50, threads=2)
    decoded, decoding = codec.decode(data, threads=2)
    assert np.array_equal(decoded, picture)
    for cost in (encoding, decoding):
        assert (cost.s, cost.cpu_s) == (0.125, 0.25)
    told, told_of_decoding = (tmp_path / "tng.log").read_text().splitlines()
    assert told.endswith("--tune x --quality 50 --threads 2 --timing json")
    assert told_of_decoding.endswith(".ppm --threads 2 --timing json")


ENCODER = """#!/bin/sh
# A command whose files all hold one word.
case $1 in
--version) echo 1.2.3 ;;
info) echo '[{"modelName": "m", "modelID": "0x01"}]' ;;
encode) echo WORD > "$3" ;;
esac
"""


def test_the_version_of_tng_tells_encoders_apart(tmp_path, monkeypatch) -> None:
    versions = []
    for word in ("old", "new"):
        command = tmp_path / word
        command.write_text(ENCODER.replace("WORD", word))
        command.chmod(0o755)
        monkeypatch.setenv("TNG", str(command))
        versions.append(TNG().version())
    checks = [zlib.crc32(word) for word in (b"old\n", b"new\n")]
    assert versions == [f"tng 1.2.3 (model m 0x01, encoder 0x{crc:08x})" for crc in checks]
