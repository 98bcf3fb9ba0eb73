"""Writes and reads weights files (Documentation/Weights.md)."""

import struct
from dataclasses import dataclass, field

import numpy as np

from .crc32c import crc32c
from .integer import Block, Convolution, Depthwise, Gain, Layer, Network, Pointwise, Shuffle, Unshuffle
from .tables import SCALES, Table

SIGNATURE = b"\x8aTNW"
VERSION = 2
LEVELS = 128
"""The quality levels that the exporter gives a model unless it is told otherwise."""
LAMBDA_FRACTION = 24
"""Fractional bits of λ."""
ROLES = {
    "analysis": 1, "hyper analysis": 2, "hyper synthesis": 3, "context trunk": 4, "context output": 5,
    "synthesis": 6,
}  # fmt: skip
"""The numbers of the networks."""
FIRST_CONTEXT_INPUT, STEPS_MAXIMUM = 16, 16
ROLES |= {f"context input {step}": FIRST_CONTEXT_INPUT + step for step in range(STEPS_MAXIMUM)}
OPTIONAL = 0x80
"""The bit of a role that lets readers drop a network that they do not know."""
HEADS = {OPTIONAL | 1: 2, OPTIONAL | 2: 4, OPTIONAL | 3: 8}
"""The roles of heads, and how many samples of the picture one of theirs stands for on a side."""


@dataclass(frozen=True)
class RefinementConstants:
    """What an encoder has to know of a model to choose integers for its latents: Documentation/Weights.md.

    The defaults are those of models for the mean squared error.
    """

    rounding_weight: int = 35 << 8
    distortion_weight: int = 1 << 16
    curvature: tuple[int, int] = (900, 40)
    first_slope: tuple[int, int] = (2500, 120)
    least_predicted_gain: int = 200
    predicted_gain_span: int = 800
    least_gain: int = 128
    untried_margin: int = 2000
    proportional_passes: int = 2
    makes_untried: bool = True

    LAYOUT = "<HIHHHHHHHHBB"

    def serialized(self) -> bytes:
        """The bytes of the record."""
        lines = (*self.curvature, *self.first_slope)
        gains = (self.least_predicted_gain, self.predicted_gain_span, self.least_gain, self.untried_margin)
        own = (self.rounding_weight, self.distortion_weight, *lines, *gains)
        return struct.pack(self.LAYOUT, *own, self.proportional_passes, self.makes_untried)

    @classmethod
    def parsed(cls, data: bytes) -> "RefinementConstants":
        """The constants of a record."""
        rounding, weight, c0, c1, s0, s1, *rest, passes, untried = struct.unpack(cls.LAYOUT, data)
        return cls(rounding, weight, (c0, c1), (s0, s1), *rest, passes, bool(untried))


@dataclass(frozen=True)
class Head:
    """What gives a picture at a fraction of its size from what the first layers of the synthesis give."""

    layers: int
    """How many they are."""
    network: Network


@dataclass(frozen=True)
class IntegerModel:
    """All that a weights file holds: networks by name, tables, and the numbers they are built on."""

    name: str
    objective: str
    """What it was trained for, a name of `objective.DISTORTIONS`."""
    latent_reduction: int
    """The samples on a side of the square that a latent position stands for."""
    hyper_reduction: int
    latent_channels: int
    hyper_channels: int
    fraction_bits: int
    """The fractional bits of latents and means."""
    skip_below: int
    groups: tuple[tuple[int, ...], ...]
    """`groups[step][parity]` is the group of channels coded in that step."""
    lambdas: tuple[int, ...]
    """λ of each quality level, in 2^−24."""
    refinement: RefinementConstants
    networks: dict[str, Network]
    scale_tables: list[Table]
    hyper_tables: list[Table]
    heads: dict[int, Head] = field(default_factory=dict)
    """By the samples of the picture that one of theirs stands for on a side: 2, 4 or 8."""

    @property
    def levels(self) -> int:
        """The number of quality levels."""
        return len(self.lambdas)

    @property
    def hyper_factor(self) -> int:
        """The latent positions on a side of the square that a hyper latent position stands for."""
        return self.hyper_reduction // self.latent_reduction

    def rate_distortion_lambda(self, level: int) -> float:
        """λ of a level."""
        return self.lambdas[level] / (1 << LAMBDA_FRACTION)


def serialized(model: IntegerModel) -> bytes:
    """The bytes of the weights file; the last four are the model's id."""
    parts = [SIGNATURE, bytes([VERSION]), _text(model.name), _text(model.objective)]
    sizes = (
        model.latent_reduction, model.hyper_reduction, model.latent_channels, model.hyper_channels,
        model.fraction_bits, model.skip_below,
    )  # fmt: skip
    parts.append(struct.pack("<BBHHBB", *sizes))
    parts += [bytes([len(model.groups)]), *(bytes(step) for step in model.groups)]
    parts.append(struct.pack(f"<B{model.levels}I", model.levels, *model.lambdas))
    parts.append(model.refinement.serialized())
    parts.append(bytes([len(model.networks) + len(model.heads)]))
    for name, network in model.networks.items():
        parts.append(_network_bytes(ROLES[name], _layers_bytes(network)))
    for role, reduction in HEADS.items():
        if head := model.heads.get(reduction):
            parts.append(_network_bytes(role, bytes([head.layers]) + _layers_bytes(head.network)))
    parts += [_table_bytes(table) for table in model.scale_tables + model.hyper_tables]
    body = b"".join(parts)
    return body + struct.pack("<I", crc32c(body))


def _network_bytes(role: int, record: bytes) -> bytes:
    return struct.pack("<BI", role, len(record)) + record


def _layers_bytes(network: Network) -> bytes:
    return b"".join([bytes([len(network)]), *(_layer_bytes(layer) for layer in network)])


def _text(text: str) -> bytes:
    data = text.encode()
    return bytes([len(data)]) + data


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
        case Convolution():
            return b"\6" + _pointwise_bytes(layer.pointwise)


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
    if reader.take(4) != SIGNATURE:
        raise ValueError("not a weights file")
    (version,) = reader.numbers("B")
    if version != VERSION:
        raise ValueError(f"the weights file has version {version}, not {VERSION}")
    if struct.unpack("<I", data[-4:])[0] != crc32c(data[:-4]):
        raise ValueError("the id of the weights file does not match its bytes")
    texts = [reader.take(*reader.numbers("B")).decode() for _ in range(2)]
    sizes = reader.numbers("BBHHBB")
    groups = tuple(reader.numbers("4B") for _ in range(*reader.numbers("B")))
    lambdas = reader.numbers(f"{reader.numbers('B')[0]}I")
    refinement = RefinementConstants.parsed(reader.take(struct.calcsize(RefinementConstants.LAYOUT)))
    networks, heads = _read_networks(reader, len(lambdas))
    scale_tables = [_read_table(reader) for _ in range(SCALES)]
    hyper_tables = [_read_table(reader) for _ in range(sizes[3])]
    own = (groups, lambdas, refinement, networks, scale_tables, hyper_tables, heads)
    return IntegerModel(*texts, *sizes, *own)


def _read_networks(reader: _Reader, levels: int) -> tuple[dict[str, Network], dict[int, Head]]:
    names, networks, heads = {role: name for name, role in ROLES.items()}, {}, {}
    for _ in range(*reader.numbers("B")):
        role, length = reader.numbers("BI")
        record = _Reader(reader.take(length))
        if role in names:
            networks[names[role]] = _read_layers(record, levels)
        elif role in HEADS:
            heads[HEADS[role]] = Head(*record.numbers("B"), _read_layers(record, levels))
        elif not role & OPTIONAL:
            raise ValueError(f"unknown network of role {role} at byte {reader.offset - length - 5}")
    return networks, heads


def _read_layers(reader: _Reader, levels: int) -> Network:
    return [_read_layer(reader, levels) for _ in range(*reader.numbers("B"))]


def _read_layer(reader: _Reader, levels: int) -> Layer:
    (kind,) = reader.numbers("B")
    match kind:
        case 1:
            return _read_pointwise(reader)
        case 2:
            first, depthwise = _read_pointwise(reader), _read_depthwise(reader)
            return Block(first, depthwise, *(_read_pointwise(reader) for _ in range(3)))
        case 3:
            return _read_gain(reader, levels)
        case 4:
            return Unshuffle(*reader.numbers("B"))
        case 5:
            return Shuffle(*reader.numbers("B"))
        case 6:
            return Convolution(_read_pointwise(reader))
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


def _read_gain(reader: _Reader, levels: int) -> Gain:
    (channels,) = reader.numbers("H")
    rows = [(reader.array("u1", 1)[0], reader.array("<i2", channels)) for _ in range(levels)]
    return Gain(np.stack([factors for _, factors in rows]), np.array([s for s, _ in rows], np.uint8))


def _read_table(reader: _Reader) -> Table:
    raw_bits, minimum, count = reader.numbers("BhH")
    return Table(raw_bits, minimum, reader.array("<u2", count + 1))
