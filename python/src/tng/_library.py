"""The functions and structures of tng.h, by ctypes. A call releases the global interpreter lock."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_bool, c_char, c_double, c_int, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p
from pathlib import Path
from typing import Any

NAME = "libtng.so.0"


class SizedStructure(ctypes.Structure):
    """A structure whose first member is its size."""

    def __init__(self, **members: Any) -> None:
        super().__init__(struct_size=ctypes.sizeof(type(self)), **members)

    def set(self, name: str, value: float) -> None:
        """Sets a number; raises if the member cannot hold it, which ctypes does not say."""
        setattr(self, name, value)
        if getattr(self, name) != value:
            raise ValueError(f"{name} is out of range: {value}")


class Error(SizedStructure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("status", c_int),
        ("part", c_int),
        ("tile", c_int64),
        ("offset", c_int64),
        ("value", c_uint64),
        ("bound", c_uint64),
        ("message", c_char * 256),
    ]


class Layout(SizedStructure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("width", c_uint32),
        ("height", c_uint32),
        ("format", c_int),
        ("depth", c_uint32),
        ("stride", c_size_t),
    ]


class Metadata(SizedStructure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("icc_profile", c_void_p),
        ("icc_profile_size", c_size_t),
        ("exif", c_void_p),
        ("exif_size", c_size_t),
        ("xmp", c_void_p),
        ("xmp_size", c_size_t),
    ]


class EncoderOptions(SizedStructure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("target", c_int),
        ("value", c_double),
        ("tuning", c_int),
        ("effort", c_int32),
        ("threads", c_int32),
        ("max_pixels", c_uint64),
        ("max_memory", c_uint64),
        ("is_cancelled", c_void_p),
        ("cancel_context", c_void_p),
        ("graphics", c_int),
    ]


class DecoderOptions(SizedStructure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("threads", c_int32),
        ("max_pixels", c_uint64),
        ("max_memory", c_uint64),
        ("max_metadata", c_uint64),
        ("max_chunks", c_uint64),
        ("max_tile_seconds", c_double),
        ("is_cancelled", c_void_p),
        ("cancel_context", c_void_p),
    ]


class Info(SizedStructure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("width", c_uint32),
        ("height", c_uint32),
        ("format", c_int),
        ("depth", c_uint32),
        ("is_ready", c_bool),
        ("is_lossless", c_bool),
        ("has_model", c_bool),
        ("model_id", c_uint32),
        ("level", c_uint32),
        ("level_count", c_uint32),
        ("file_size", c_uint64),
    ]


class Area(SizedStructure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("reduction", c_uint32),
        ("x", c_uint32),
        ("y", c_uint32),
        ("width", c_uint32),
        ("height", c_uint32),
    ]


class Completeness(SizedStructure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("whole_tiles", c_uint32),
        ("tile_count", c_uint32),
        ("byte_share", c_double),
    ]


#: What each function takes; those that return something else than a tng_status follow.
_ARGUMENTS: dict[str, list[Any]] = {
    "tng_version_string": [],
    "tng_status_name": [c_int],
    "tng_status_category": [c_int],
    "tng_category_name": [c_int],
    "tng_encoder_options_init": [POINTER(EncoderOptions), c_size_t],
    "tng_encoder_create": [POINTER(EncoderOptions), POINTER(c_void_p), POINTER(Error)],
    "tng_encoder_free": [c_void_p],
    "tng_encoder_encode": [
        c_void_p,
        POINTER(Layout),
        c_void_p,
        c_size_t,
        POINTER(Metadata),
        POINTER(c_void_p),
        POINTER(c_size_t),
        POINTER(Error),
    ],
    "tng_free": [c_void_p],
    "tng_decoder_options_init": [POINTER(DecoderOptions), c_size_t],
    "tng_decoder_create": [POINTER(DecoderOptions), POINTER(c_void_p), POINTER(Error)],
    "tng_decoder_free": [c_void_p],
    "tng_decoder_reset": [c_void_p],
    "tng_decoder_append": [c_void_p, c_void_p, c_size_t, POINTER(Error)],
    "tng_decoder_read_info": [c_void_p, POINTER(Info), POINTER(Error)],
    "tng_decoder_read_metadata": [c_void_p, POINTER(Metadata), POINTER(Error)],
    "tng_decoder_set_area": [c_void_p, POINTER(Area), POINTER(Error)],
    "tng_decoder_decode": [c_void_p, POINTER(Layout), c_void_p, c_size_t, POINTER(Error)],
    "tng_decoder_decode_partial": [
        c_void_p,
        POINTER(Layout),
        c_void_p,
        c_size_t,
        POINTER(Completeness),
        POINTER(Error),
    ],
    "tng_ssimulacra2": [
        POINTER(Layout),
        c_void_p,
        c_size_t,
        POINTER(Layout),
        c_void_p,
        c_size_t,
        c_int32,
        POINTER(c_double),
        POINTER(Error),
    ],
}
_RESULTS = {
    "tng_version_string": ctypes.c_char_p,
    "tng_status_name": ctypes.c_char_p,
    "tng_category_name": ctypes.c_char_p,
    "tng_encoder_options_init": None,
    "tng_encoder_free": None,
    "tng_free": None,
    "tng_decoder_options_init": None,
    "tng_decoder_free": None,
    "tng_decoder_reset": None,
}


def address(function: Any) -> c_void_p:
    """Where a function of the library is, for a member that points to one."""
    return ctypes.cast(function, c_void_p)


def _load() -> ctypes.CDLL:
    """The library that the package carries, or else the system's."""
    carried = Path(__file__).with_name(NAME)
    loaded = ctypes.CDLL(str(carried) if carried.exists() else NAME)
    for name, arguments in _ARGUMENTS.items():
        function = getattr(loaded, name)
        function.argtypes = arguments
        function.restype = _RESULTS.get(name, c_int)
    return loaded


library = _load()

#: The version of the library.
__version__: str = library.tng_version_string().decode()
