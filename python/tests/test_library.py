"""The structures of the binding against those of tng.h, by the C compiler."""

import ctypes
import shutil
import subprocess
from pathlib import Path

import pytest
from tng import _library, decoding, encoding, errors

HEADER = Path(__file__).parents[2] / "Sources/Library/CTNG/Interface/include/tng.h"
STRUCTURES = {
    "tng_error": _library.Error,
    "tng_layout": _library.Layout,
    "tng_metadata": _library.Metadata,
    "tng_encoder_options": _library.EncoderOptions,
    "tng_decoder_options": _library.DecoderOptions,
    "tng_info": _library.Info,
    "tng_area": _library.Area,
    "tng_completeness": _library.Completeness,
}
CONSTANTS = {
    "TNG_FORMAT_": {"GRAY": 1, "GRAY_ALPHA": 2, "RGB": 3, "RGBA": 4},
    "TNG_PART_": {"LATENTS": errors._PARTS.index("latents"), "ICC_PROFILE": errors._PARTS.index("icc")},
    "TNG_TARGET_": {
        "QUALITY": encoding._TARGETS["quality"],
        "LOSSLESS": encoding._TARGETS["lossless"],
        "BYTES": encoding._TARGETS["target_size"],
        "PSNR": encoding._TARGETS["target_psnr"],
        "SSIMULACRA2": encoding._TARGETS["target_ssimulacra2"],
        "LEVEL": encoding._TARGETS["level"],
    },
    "TNG_TUNING_": {
        "DEFAULT": encoding._TUNINGS[None],
        "PSNR": encoding._TUNINGS["psnr"],
        "PERCEPTUAL": encoding._TUNINGS["perceptual"],
    },
    "TNG_GRAPHICS_": {"AUTO": encoding._GRAPHICS["auto"], "NEVER": encoding._GRAPHICS["never"]},
}


@pytest.mark.skipif(not (HEADER.exists() and shutil.which("cc")), reason="needs the header and a C compiler")
def test_structures_and_constants_are_those_of_the_header(tmp_path):
    claims = []
    for name, structure in STRUCTURES.items():
        claims.append(f"sizeof({name}) == {ctypes.sizeof(structure)}")
        for field, *_ in structure._fields_:
            place = getattr(structure, field)
            claims.append(f"offsetof({name}, {field}) == {place.offset}")
            claims.append(f"sizeof((({name} *)0)->{field}) == {place.size}")
    claims += [
        f"{prefix}{name} == {value}" for prefix, values in CONSTANTS.items() for name, value in values.items()
    ]
    source = tmp_path / "claims.c"
    source.write_text("#include <tng.h>\n" + "".join(f'_Static_assert({claim}, "");\n' for claim in claims))
    subprocess.run(["cc", "-std=c11", f"-I{HEADER.parent}", "-fsyntax-only", source], check=True)


def test_channels_are_formats():
    assert decoding._MODES == ["L", "LA", "RGB", "RGBA"]
