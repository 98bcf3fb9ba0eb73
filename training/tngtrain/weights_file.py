"""Writes and reads weights files (Documentation/Weights.md)."""

import struct
from dataclasses import dataclass

import numpy as np

from .crc32c import crc32c
from .integer import Block, Depthwise, Gain, Layer, Network, Pointwise, Shuffle, Unshuffle
from .tables import SCALES, Table

SIGNATURE = b"\x8aTNW"
VERSION = 1
LEVELS = 64
NETWORK_NAMES = (
    "analysis", "hyper analysis", "hyper synthesis", "context input 0", "context input 1",
    "context input 2", "context input 3", "context trunk", "context output", "synthesis",
)  # fmt: skip


@dataclass(frozen=True)
class IntegerModel:
    """All that a weights file holds: networks by name, tables, and the numbers they are built on."""

    name: str
    latent_channels: int
    hyper_channels: int
    fraction: int
    skip_below: int
    networks: dict[str, Network]
    scale_tables: list[Table]
    hyper_tables: list[Table]


def serialized(model: IntegerModel) -> bytes:
    """The bytes of the weights file; the last four are the model's id."""
    name = model.name.encode()
    parts = [SIGNATURE, bytes([VERSION, len(name)]), name]
    sizes = (model.latent_channels, model.hyper_channels, model.fraction, model.skip_below)
    parts.append(struct.pack("<HHBB", *sizes))
    for network_name in NETWORK_NAMES:
        network = model.networks[network_name]
        parts += [bytes([len(network)]), *(_layer_bytes(layer) for layer in network)]
    parts += [_table_bytes(table) for table in model.scale_tables + model.hyper_tables]
    body = b"".join(parts)
    return body + struct.pack("<I", crc32c(body))


def _layer_bytes(layer: Layer) -> bytes:
    match layer:
        case Pointwise():
            return b"\1" + _pointwise_bytes(layer)
        case Block():
            records = (_pointwise_bytes(layer.enter), _depthwise_bytes(layer.depthwise))
            rest = (_pointwise_bytes(p) for p in (layer.leave, layer.expand, layer.contract))
            return b"\2" + b"".join([*records, *rest])
        case Gain():
            return b"\3" + _gain_bytes(layer)
        case Unshuffle():
            return bytes([4, layer.factor])
        case Shuffle():
            return bytes([5, layer.factor])


def _pointwise_bytes(layer: Pointwise) -> bytes:
    outputs, inputs = layer.weights.shape
    head = struct.pack("<HHB", inputs, outputs, layer.width)
    columns = layer.shift.astype("u1").tobytes() + layer.bias.astype("<i4").tobytes()
    return head + columns + packed(layer.weights, layer.width)


def _depthwise_bytes(layer: Depthwise) -> bytes:
    columns = layer.shift.astype("u1").tobytes() + layer.bias.astype("<i4").tobytes()
    return struct.pack("<H", len(layer.shift)) + columns + layer.weights.astype("<i2").tobytes()


def _gain_bytes(layer: Gain) -> bytes:
    levels = (bytes([s]) + f.astype("<i2").tobytes() for s, f in zip(layer.shift, layer.factors))
    return struct.pack("<H", layer.factors.shape[1]) + b"".join(levels)


def _table_bytes(table: Table) -> bytes:
    head = struct.pack("<BhH", table.raw_bits, table.minimum, table.count)
    return head + table.frequencies.astype("<u2").tobytes()


def packed(values, width: int) -> bytes:
    """Signed integers of `width` bits each, two's complement, low bit first."""
    unsigned = np.asarray(values, np.int64).reshape(-1, 1)
    bits = (unsigned >> np.arange(width)) & 1
    return np.packbits(bits.astype(np.uint8), bitorder="little").tobytes()


def unpacked(data: bytes, count: int, width: int) -> np.ndarray:
    """The inverse of `packed`."""
    bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little", count=count * width)
    weights = 1 << np.arange(width)
    weights[-1] = -weights[-1]
    return (bits.reshape(count, width) @ weights).astype(np.int16)


class _Reader:
    """Takes numbers and arrays from the front of a byte string."""

    def __init__(self, data: bytes):
        self.data, self.offset = data, 0

    def take(self, count: int) -> bytes:
        if self.offset + count > len(self.data):
            raise ValueError(f"the weights file ends at byte {len(self.data)}")
        self.offset += count
        return self.data[self.offset - count : self.offset]

    def numbers(self, layout: str) -> tuple:
        return struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)))

    def array(self, kind: str, count: int) -> np.ndarray:
        return np.frombuffer(self.take(count * np.dtype(kind).itemsize), kind)


def parsed(data: bytes) -> IntegerModel:
    """The model in a weights file. Throws `ValueError` if the signature, version or id is wrong."""
    reader = _Reader(data)
    if reader.take(4) != SIGNATURE or reader.numbers("B") != (VERSION,):
        raise ValueError("not a weights file of version 1")
    if struct.unpack("<I", data[-4:])[0] != crc32c(data[:-4]):
        raise ValueError("the id of the weights file does not match its bytes")
    (name_length,) = reader.numbers("B")
    name = reader.take(name_length).decode()
    latents, hyper, fraction, skip_below = reader.numbers("HHBB")
    networks = {network: _read_network(reader) for network in NETWORK_NAMES}
    scale_tables = [_read_table(reader) for _ in range(SCALES)]
    hyper_tables = [_read_table(reader) for _ in range(hyper)]
    return IntegerModel(name, latents, hyper, fraction, skip_below, networks, scale_tables, hyper_tables)


def _read_network(reader: _Reader) -> Network:
    return [_read_layer(reader) for _ in range(*reader.numbers("B"))]


def _read_layer(reader: _Reader) -> Layer:
    (kind,) = reader.numbers("B")
    match kind:
        case 1:
            return _read_pointwise(reader)
        case 2:
            first, depthwise = _read_pointwise(reader), _read_depthwise(reader)
            return Block(first, depthwise, *(_read_pointwise(reader) for _ in range(3)))
        case 3:
            return _read_gain(reader)
        case 4:
            return Unshuffle(*reader.numbers("B"))
        case 5:
            return Shuffle(*reader.numbers("B"))
    raise ValueError(f"unknown layer kind {kind} at byte {reader.offset - 1}")


def _read_pointwise(reader: _Reader) -> Pointwise:
    inputs, outputs, width = reader.numbers("HHB")
    shift, bias = reader.array("u1", outputs), reader.array("<i4", outputs)
    weights = unpacked(reader.take(outputs * inputs * width // 8), outputs * inputs, width)
    return Pointwise(weights.reshape(outputs, inputs), bias, shift, width)


def _read_depthwise(reader: _Reader) -> Depthwise:
    (channels,) = reader.numbers("H")
    shift, bias = reader.array("u1", channels), reader.array("<i4", channels)
    return Depthwise(reader.array("<i2", 9 * channels).reshape(9, channels), bias, shift)


def _read_gain(reader: _Reader) -> Gain:
    (channels,) = reader.numbers("H")
    rows = [(reader.array("u1", 1)[0], reader.array("<i2", channels)) for _ in range(LEVELS)]
    return Gain(np.stack([factors for _, factors in rows]), np.array([s for s, _ in rows], np.uint8))


def _read_table(reader: _Reader) -> Table:
    raw_bits, minimum, count = reader.numbers("BhH")
    return Table(raw_bits, minimum, reader.array("<u2", count + 1))
