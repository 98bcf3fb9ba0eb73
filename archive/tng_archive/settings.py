"""How pictures are encoded: options, and rules that change them for folders."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

TARGETS = ("quality", "lossless", "target_size", "target_psnr", "target_ssimulacra2")


@dataclass(frozen=True)
class Settings:
    """How one picture is encoded. Targets, tuning and effort are those of ``tng encode``."""

    quality: float | None = None
    lossless: bool = False
    target_size: int | None = None
    target_psnr: float | None = None
    target_ssimulacra2: float | None = None
    tune: str | None = None
    effort: int = 1
    #: Whether the original is kept as it is, without encoding.
    copy: bool = False
    #: Originals of fewer bytes are kept as they are.
    copy_below: int = 0
    #: The SSIMULACRA2 that the decoded picture must reach; below it, the original is kept as it is.
    minimum_score: float = 0.0

    def encoder_options(self) -> dict[str, Any]:
        """Those of `tng.Encoder`."""
        names = (*TARGETS, "tune", "effort")
        options = {name: getattr(self, name) for name in names}
        return {name: value for name, value in options.items() if value is not None and value is not False}

    def changed(self, changes: dict[str, Any]) -> Settings:
        """These settings with some changed. A new target replaces the old one."""
        if any(name in changes for name in TARGETS):
            changes = dict.fromkeys(TARGETS[2:], None) | {"quality": None, "lossless": False} | changes
        return dataclasses.replace(self, **changes)

    def __str__(self) -> str:
        """The options as a person would give them, for the manifest."""
        if self.copy:
            return "copy"
        if self.lossless:
            return "lossless"
        options = self.encoder_options() if self._has_target() else {"quality": 75} | self.encoder_options()
        return " ".join(f"{name.replace('_', '-')}={value}" for name, value in options.items())

    def _has_target(self) -> bool:
        return self.lossless or any(getattr(self, name) is not None for name in TARGETS if name != "lossless")


@dataclass(frozen=True)
class Rules:
    """The settings of every picture: those of the command line, changed by the last rule whose
    folder holds it.

    A file of rules is TOML:

        [[rule]]
        folder = "screenshots"
        lossless = true

        [[rule]]
        folder = "products/large"
        quality = 80
        copy-below = 4096
    """

    settings: Settings = Settings()
    #: Folders, without slashes at their ends, and what changes in them.
    rules: tuple[tuple[str, Settings], ...] = ()

    @classmethod
    def parse(cls, text: str, settings: Settings) -> Rules:
        """Reads a file of rules; raises ValueError with what is wrong."""
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"the rules are not TOML: {error}") from error
        if unknown := document.keys() - {"rule"}:
            raise ValueError(f"the rules have an unknown table: {', '.join(sorted(unknown))}")
        return cls(settings, tuple(_rule(table, settings) for table in document.get("rule", [])))

    def settings_of(self, key: str) -> Settings:
        """The settings of a picture."""
        matching = [settings for folder, settings in self.rules if key.startswith(folder + "/") or not folder]
        return matching[-1] if matching else self.settings

    def all(self) -> Iterable[Settings]:
        """Every settings that a picture can have."""
        return [self.settings, *(settings for _, settings in self.rules)]


def _rule(table: Any, settings: Settings) -> tuple[str, Settings]:
    if not isinstance(table, dict) or not isinstance(table.get("folder"), str):
        raise ValueError("a rule has no folder")
    folder = table["folder"].strip("/")
    changes = {name.replace("-", "_"): value for name, value in table.items() if name != "folder"}
    types = {field.name: field.type for field in dataclasses.fields(Settings)}
    for name, value in changes.items():
        if name not in types:
            raise ValueError(
                f"the rule of the folder {folder} has an unknown option: {name.replace('_', '-')}"
            )
        kind = bool if "bool" in types[name] else str if "str" in types[name] else (int, float)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise ValueError(
                f"the rule of the folder {folder} has a wrong {name.replace('_', '-')}: {value!r}"
            )
    if sum(name in changes for name in TARGETS) > 1:
        raise ValueError(f"the rule of the folder {folder} has two targets")
    return folder, settings.changed(changes)
