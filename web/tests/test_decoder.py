"""Both builds of the decoder, under Node, against the native one."""

import hashlib
import json
import subprocess
from pathlib import Path

import numpy
import pytest
from PIL import Image
from conftest import DIST, MODELS, TNG, WEIGHTS, check_conformance

# The build with threads needs what only browsers have: test_browser.py.
BUILDS = ["tng-simd128.wasm", "tng-scalar.wasm"]


def decode(build: str, folder: Path, *arguments: Path | str) -> list[dict]:
    program = Path(__file__).parent / "decode.mjs"
    command = ["node", program, DIST, build, WEIGHTS, folder, *arguments]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in output.splitlines()]


@pytest.mark.parametrize("is_partial", [False, True])
def test_pixels_equal_those_of_the_native_decoder(vectors, is_partial, tmp_path):
    chosen = [vector for vector in vectors.values() if vector.is_partial == is_partial]
    flags = ["--partial"] if is_partial else []
    answers = decode(
        "tng-simd128.wasm", tmp_path, *flags, *(vector.path for vector in chosen))
    for vector, answer in zip(chosen, answers, strict=True):
        height, width, channels = (*vector.pixels.shape, 1)[:3]
        assert [answer[key] for key in ("width", "height", "channels")] == [width, height, channels]
        assert answer["sha256"] == vector.sha256, vector.path.name
        with Image.open(tmp_path / f"{vector.path.stem}.png") as picture:
            assert numpy.array_equal(numpy.asarray(picture), vector.pixels)
            assert picture.info.get("icc_profile") == vector.profile


def test_a_region_is_decoded_from_its_bytes(vectors, tmp_path):
    x, y, width, height = 1015, 3, 12, 21
    sound = vectors["RGB-1030x40"]
    region = f"--region={x},{y},{width},{height}"
    [answer] = decode("tng-simd128.wasm", tmp_path, region, sound.path)
    expected = sound.pixels[y : y + height, x : x + width]
    assert (answer["width"], answer["height"]) == (width, height)
    assert answer["sha256"] == hashlib.sha256(expected.tobytes()).hexdigest()
    small = tmp_path / "small.png"
    subprocess.run([TNG, "decode", sound.path, small, "--scale", "1/4"], check=True)
    [answer] = decode("tng-simd128.wasm", tmp_path, "--region=250,1,7,9,0.25", sound.path)
    with Image.open(small) as picture:
        expected = numpy.asarray(picture)[1:10, 250:257]
    assert answer["sha256"] == hashlib.sha256(expected.tobytes()).hexdigest()
    [answer] = decode("tng-simd128.wasm", tmp_path, "--region=1020,0,11,1", sound.path)
    assert answer["code"] == "region-outside"


@pytest.mark.parametrize("build", BUILDS)
def test_what_is_wrong_is_told(vectors, build, tmp_path):
    whole = vectors["photograph"].path.read_bytes()
    wrong = {
        "checksum-mismatch": whole[:1000] + bytes([whole[1000] ^ 1]) + whole[1001:],
        "truncated": whole[:-1],
        "unsupported-version": whole[:4] + b"\x03" + whole[5:],
    }
    for code, content in wrong.items():
        (tmp_path / code).write_bytes(content)
    sound = vectors["photograph"]
    answers = decode(build, tmp_path, *(tmp_path / code for code in wrong), sound.path)
    assert [answer.get("code") for answer in answers[:-1]] == list(wrong)
    assert all(answer["message"].endswith(".") for answer in answers[:-1])
    assert answers[-1]["sha256"] == sound.sha256


@pytest.mark.parametrize("build", BUILDS)
def test_nothing_goes_on_without_memory(build):
    program = Path(__file__).parent / "memory-node.mjs"
    command = ["node", program, DIST / build, WEIGHTS]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert output == "RuntimeError\n"


def test_helpers_without_a_stack_are_not_started():
    program = Path(__file__).parent / "helpers-node.mjs"
    memory = 1 << 24
    command = ["node", program, DIST, "100", str(memory)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    tops = json.loads(output)
    assert 0 < len(tops) < 100
    assert len(set(tops)) == len(tops)
    # A stack grows downwards from its top. Where there was no memory for one, it would begin at address 0.
    assert all(1 << 18 < top <= memory for top in tops)


@pytest.mark.parametrize("build", BUILDS)
def test_conformance_vectors(build):
    program = Path(__file__).parent / "conformance-node.mjs"
    command = ["node", program, DIST, build, *MODELS]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    check_conformance(json.loads(output))


@pytest.mark.parametrize("build", [*BUILDS, "tng-threads.wasm"])
def test_code_is_small(build):
    assert (DIST / build).stat().st_size < 450_000
