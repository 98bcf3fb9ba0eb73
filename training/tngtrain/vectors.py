"""Makes the test vectors of the Swift codec.

    python -m tngtrain.vectors model.tngw Tests/CodecTests/Vectors

A vector is a small synthetic picture and what every layer of every network makes of it, as CRC-32C over
the little-endian 16-bit values in the order (row, column, channel).
"""

import argparse
import base64
import json
from pathlib import Path

import numpy as np

from .codec import CodedTile, IntegerCodec
from .crc32c import crc32c
from .integer import Block, Gain, Pointwise, Shuffle, Tensor, Unshuffle
from .weights_file import IntegerModel, parsed

KINDS = {
    Pointwise: "pointwise",
    Block: "block",
    Gain: "gain",
    Unshuffle: "unshuffle",
    Shuffle: "shuffle",
}
SMALL = ((24, 40), (50, 33))
LEVELS = (5, 31, 58)
WIDE = (24, 1040)


def synthetic_picture(rows: int, columns: int) -> np.ndarray:
    """A picture of smooth gradients, a disc and stripes, by integer formulas; uint8."""
    i, j = np.indices((rows, columns))
    red = (i * 7 + j * 3) % 256
    green = np.where(
        (i - rows // 2) ** 2 + (j - columns // 2) ** 2 < rows * columns // 12,
        210,
        j * 255 // columns,
    )
    blue = np.where((i // 3 + j // 5) % 4 == 0, 240, (i * j) % 199)
    return np.stack([red, green, blue], axis=2).astype(np.uint8)


def checksum(tensor: Tensor, kind: str = "<i2") -> str:
    """The CRC-32C of a tensor's values, eight hexadecimal digits."""
    return f"{crc32c(tensor.astype(kind).tobytes()):08x}"


def described(tensor: Tensor) -> dict:
    """Shape and checksum of a tensor."""
    return {"shape": list(tensor.shape), "crc": checksum(tensor)}


class _Recorder:
    """Collects the layers of each evaluation of a network, in the order of evaluation."""

    def __init__(self, model: IntegerModel):
        self.model = model
        self.runs: list[dict] = []

    def __call__(self, name: str, index: int, output: Tensor) -> None:
        if index == 0:
            self.runs.append({"network": name, "layers": []})
        kind = KINDS[type(self.model.networks[name][index])]
        self.runs[-1]["layers"].append({"kind": kind, **described(output)})


def tile_vector(tile: CodedTile, with_values: bool) -> dict:
    """What a vector tells about a tile."""
    values = {
        "row": tile.row,
        "column": tile.column,
        "hyperLatents": described(tile.hyper_latents),
        "features": described(tile.features),
        "contextOutputs": [described(output) for output in tile.context_outputs],
        "scaleIndices": described(tile.indices),
        "residuals": described(tile.residuals),
        "decodedLatents": described(tile.decoded),
        "bits": round(tile.bits, 4),
    }
    if with_values:
        values["hyperLatents"]["values"] = tile.hyper_latents.astype(int).reshape(-1).tolist()
    return values


def picture_vector(model: IntegerModel, pixels: np.ndarray, level: int, small: bool) -> dict:
    """The vector of one picture at one level; a `small` one holds its samples and every layer."""
    recorder = _Recorder(model)
    coded = IntegerCodec(model, False, recorder if small else None).code(pixels, level)
    optimized = IntegerCodec(model, True).code(pixels, level)
    vector = {
        "width": pixels.shape[1],
        "height": pixels.shape[0],
        "level": level,
        "input": {"crc": checksum(pixels, "u1")},
        "latents": described(coded.latents),
        "tiles": [tile_vector(tile, small) for tile in coded.tiles],
        "pixels": {"crc": checksum(coded.pixels, "u1")},
        "bits": round(coded.bits, 4),
        "rateDistortionOptimized": {
            "residuals": [described(tile.residuals) for tile in optimized.tiles],
            "pixels": {"crc": checksum(optimized.pixels, "u1")},
            "bits": round(optimized.bits, 4),
        },
    }
    if small:
        vector["input"]["samples"] = base64.b64encode(pixels.tobytes()).decode()
        vector["pixels"]["samples"] = base64.b64encode(coded.pixels.tobytes()).decode()
        vector["runs"] = recorder.runs
    return vector


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the test vectors of a weights file.")
    parser.add_argument("weights", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    data = arguments.weights.read_bytes()
    model, model_id = parsed(data), data[-4:][::-1].hex()
    for rows, columns in (*SMALL, WIDE):
        small = (rows, columns) != WIDE
        for level in LEVELS if small else LEVELS[1:2]:
            vector = picture_vector(model, synthetic_picture(rows, columns), level, small)
            path = arguments.folder / f"{columns}x{rows}-level{level}.json"
            path.write_text(json.dumps({"model": model_id, **vector}, indent=1) + "\n")
            print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
