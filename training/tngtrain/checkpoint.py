"""Files of a training run.

`checkpoint.pt` holds the averaged weights, `state.pt` all that a run goes on from. Both are dictionaries. A
checkpoint has `averages`, `shape` (the fields of `ModelShape`) and `step`; a state also `weights`,
`optimiser` and `schedule`. Files of the reference trainer are read as well.
"""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from .model import Model, ModelShape
from .reference import converted, converted_optimiser


def load_model(path: Path, device: str = "cpu") -> Model:
    """The model with the averaged weights of a checkpoint or state, ready to evaluate."""
    content = read_state(path, device)
    model = Model(ModelShape(**content["shape"])).to(device)
    averages = content["averages"].items()
    model.load_state_dict({name: tensor.float() for name, tensor in averages})
    return model.eval().requires_grad_(False)


def read_state(path: Path, device: str = "cpu") -> dict[str, Any]:
    """The content of a file, that of the reference trainer converted to the form of this one."""
    content = torch.load(path, map_location=device, weights_only=True)
    return _from_reference(content) if "ema" in content else content


def _from_reference(content: dict[str, Any]) -> dict[str, Any]:
    step = content.get("done", content.get("it", 0))
    averages = converted(content["ema"])
    state = {"averages": averages, "shape": asdict(ModelShape()), "step": step}
    if "opt" in content:
        state["weights"] = converted(content["net"])
        state["optimiser"] = converted_optimiser(content["net"], content["opt"])
    return state


def write_atomically(content: dict[str, Any], path: Path) -> None:
    """Saves so that the file is either the old or the new one, whatever happens meanwhile."""
    temporary = path.with_suffix(".tmp")
    torch.save(content, temporary)
    os.replace(temporary, path)
