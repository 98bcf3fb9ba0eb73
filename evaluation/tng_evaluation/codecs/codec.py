"""What a codec is to the evaluation."""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from ..cost import Cost


class Unavailable(Exception):
    """The codec is not installed; the message says what is missing."""


class Codec(ABC):
    """A way to make a picture small: an encoder with its settings, and the decoder.

    Pictures are arrays of rows × columns × 3 samples, 8 bits. A higher quality makes a larger file.
    Importing a codec's module needs nothing installed; its methods raise `Unavailable` when what
    they need is missing.
    """

    name: str
    """The identifier in tables and commands, such as `avif-speed2`."""

    label: str
    """The name in reports, such as `AVIF (speed 2)`."""

    settings: str
    """What the encoder is told, for people."""

    qualities: tuple[float, ...]
    """The ladder that is measured, rising."""

    is_slow: bool = False
    """Whether encoding takes seconds: then times are measured on fewer pictures."""

    has_one_file: ClassVar[bool] = True
    """Whether the file is the same for every number of threads. Rows tell of that of one thread."""

    lowest: ClassVar[float] = 1
    highest: ClassVar[float] = 99
    """The range of qualities that are lossy."""

    step: ClassVar[float] = 1
    """The finest difference of quality that the encoder tells apart."""

    @abstractmethod
    def version(self) -> str:
        """Name and version of the library that encodes and decodes."""

    @abstractmethod
    def encode(self, picture: np.ndarray, quality: float, threads: int) -> tuple[bytes, Cost]:
        """The file of a picture, and the cost from samples in memory to bytes in memory."""

    @abstractmethod
    def decode(self, data: bytes, threads: int) -> tuple[np.ndarray, Cost]:
        """The picture of a file, and the cost from bytes in memory to samples in memory."""

    def warm_up(self, threads: int) -> None:
        """Does once what only the first call in a process must do, such as loading a library."""
        data, _ = self.encode(np.zeros((64, 64, 3), np.uint8), self.qualities[0], threads)
        self.decode(data, threads)
