"""Reads the averaged weights of a checkpoint, of this trainer or of the reference one."""

from pathlib import Path

import torch

from .model import Model
from .reference import converted


def load_model(path: Path, device: str = "cpu") -> Model:
    """The model with a checkpoint's averaged weights, in float32."""
    state = torch.load(path, map_location=device, weights_only=True)["ema"]
    state = converted(state) if "stem.weight" in state else state
    model = Model().to(device)
    model.load_state_dict({name: tensor.float() for name, tensor in state.items()})
    return model.eval()
