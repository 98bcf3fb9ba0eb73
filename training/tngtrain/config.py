"""The configuration of a training run: one TOML file."""

import dataclasses
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .model import ModelShape
from .objective import DISTORTIONS
from .patches import PatchSettings


@dataclass(frozen=True)
class TrainingConfig:
    """Every setting of a run. Paths in the file are relative to the file."""

    photographs: tuple[Path, ...]
    """Folders of photographs."""
    run: Path
    """Folder of the run: log, state, checkpoints; made if it is not there."""
    start: Path | None = None
    """State or checkpoint that a new run starts from: network, step, weights, averages, and what it holds of
    the optimiser."""
    distortion: str = "perceptual"
    """One of `objective.DISTORTIONS`."""
    learning_rate: float = 6e-4
    warm_up_steps: int = 300
    seed: int = 1
    state_minutes: float = 10.0
    """How often the state is saved."""
    log_steps: int = 200
    loader_threads: int = 1
    compile: bool = False
    """Compile the step with `torch.compile`: for GPUs."""
    shifted_depthwise: bool = False
    """Compute depthwise layers as shifted products: for compiled GPU code."""
    patches: PatchSettings = field(default_factory=PatchSettings)
    model: ModelShape | None = None
    """The network; by default that of `start`, or the one that `ModelShape` describes."""

    def __post_init__(self):
        if self.distortion not in DISTORTIONS:
            raise ValueError(f"unknown distortion {self.distortion!r}: one of {', '.join(DISTORTIONS)}")


def read_config(path: Path) -> TrainingConfig:
    """The configuration in a TOML file. Throws `ValueError` for a setting that does not exist."""
    values = tomllib.loads(path.read_text())
    patches = _checked(PatchSettings, values.pop("patches", {}), path)
    shape = _checked(ModelShape, values.pop("model", {}), path)
    model = ModelShape(**shape) if shape else None
    _checked(TrainingConfig, values, path)
    folder = path.parent
    values["photographs"] = tuple(folder / name for name in values["photographs"])
    values["run"] = folder / values["run"]
    if "start" in values:
        values["start"] = folder / values["start"]
    return TrainingConfig(**values, patches=PatchSettings(**patches), model=model)


def _checked(kind: type, values: dict[str, Any], path: Path) -> dict[str, Any]:
    unknown = values.keys() - {f.name for f in dataclasses.fields(kind)}
    if unknown:
        raise ValueError(f"{path}: unknown settings {sorted(unknown)}")
    return values
