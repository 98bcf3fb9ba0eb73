"""TNG for imageio: ``imageio.v3.imread``, ``imwrite`` with the options of :class:`tng.Encoder`, ``improps``, ``immeta``."""

from __future__ import annotations

from collections.abc import Iterator
from types import EllipsisType
from typing import Any

import numpy as np
import numpy.typing as npt
from imageio.config import FileExtension, PluginConfig, extension_list, known_extensions, known_plugins
from imageio.core.request import URI_BYTES, InitializationError, Request
from imageio.core.v3_plugin_api import ImageProperties, PluginV3

from .decoding import Decoder, Mode, Region
from .encoding import Encoder
from .errors import TNGError

NAME = "TNG"


class TNGPlugin(PluginV3):
    """Reads and writes one picture a file."""

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self._decoder: Decoder | None = None
        if request.mode.io_mode == "r":
            decoder = Decoder()
            decoder.feed(request.get_file().read())
            try:
                decoder.info()
            except TNGError as error:
                raise InitializationError(str(error)) from error
            self._decoder = decoder

    def read(
        self,
        *,
        index: int | EllipsisType | None = 0,
        mode: Mode | None = None,
        scale: float = 1,
        region: Region | None = None,
    ) -> npt.NDArray[Any]:
        """Decodes the picture, as :meth:`tng.Decoder.decode` does; with ``index=...``, as a batch of one."""
        if index not in (0, None, ...):
            raise IndexError(f"a TNG file has one picture, so there is no {index}")
        assert self._decoder is not None
        pixels = self._decoder.decode(scale=scale, region=region, mode=mode)
        return pixels[np.newaxis] if index is ... else pixels

    def iter(self) -> Iterator[npt.NDArray[Any]]:
        """Yields the picture."""
        yield self.read()

    def write(self, ndimage: npt.ArrayLike | list[npt.ArrayLike], **options: Any) -> bytes | None:
        """Encodes a picture, and returns the file if it is to be returned."""
        if isinstance(ndimage, list):
            if len(ndimage) != 1:
                raise ValueError("a TNG file has one picture")
            ndimage = ndimage[0]
        metadata = {name: options.pop(name) for name in ("icc_profile", "exif", "xmp") if name in options}
        data = Encoder(**options).encode(np.asarray(ndimage), **metadata)
        file = self.request.get_file()
        file.write(data)
        return data if self.request._uri_type == URI_BYTES else None

    def properties(self, index: int | EllipsisType | None = 0) -> ImageProperties:
        """Shape and type, without decoding."""
        assert self._decoder is not None
        info = self._decoder.info()
        dtype = np.dtype(np.uint8 if info.depth <= 8 else np.uint16)
        batch = index is ...
        return ImageProperties(
            shape=(1, *info.shape) if batch else info.shape,
            dtype=dtype,
            n_images=1 if batch else None,
            is_batch=batch,
        )

    def metadata(self, index: int | EllipsisType | None = 0, exclude_applied: bool = True) -> dict[str, Any]:
        """Profile, EXIF and XMP, as far as the file has them, and what else it says of its picture."""
        assert self._decoder is not None
        return {name: value for name, value in vars(self._decoder.info()).items() if value is not None}


known_plugins[NAME] = PluginConfig(name=NAME, class_name="TNGPlugin", module_name=__name__)
if ".tng" not in known_extensions:
    extension = FileExtension(extension=".tng", priority=[NAME], name="Tiny Network Graphics")
    extension_list.append(extension)
    known_extensions[".tng"] = [extension]
