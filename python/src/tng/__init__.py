"""Tiny Network Graphics: an image format whose encoder and decoder are integer neural networks.

    import tng

    data = tng.encode(array, quality=60)
    array = tng.decode(data)
    tng.info(data).shape

Where Pillow or imageio are installed, they read and write ``.tng`` as soon as this package is imported.
"""

import contextlib

from ._library import __version__
from .comparing import ssimulacra2
from .decoding import Completeness, Decoder, Info, decode, decode_partial, info
from .encoding import Encoder, encode
from .errors import (
    DamagedError,
    LimitError,
    ModelError,
    TargetError,
    TNGError,
    TruncatedError,
    UnsupportedError,
)

__all__ = [
    "Completeness",
    "DamagedError",
    "Decoder",
    "Encoder",
    "Info",
    "LimitError",
    "ModelError",
    "TNGError",
    "TargetError",
    "TruncatedError",
    "UnsupportedError",
    "__version__",
    "decode",
    "decode_partial",
    "encode",
    "info",
    "ssimulacra2",
]

with contextlib.suppress(ImportError):
    from . import pillow as _pillow  # noqa: F401
with contextlib.suppress(ImportError):
    from . import imageio as _imageio  # noqa: F401
