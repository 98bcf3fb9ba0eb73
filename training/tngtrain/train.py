"""Trains a model.

    python -m tngtrain.train config.toml                                           # one process
    OMP_NUM_THREADS=1 torchrun --nproc_per_node=2 -m tngtrain.train config.toml    # one process a core

A run goes on from its `state.pt` if there is one, to the step. To begin the cool-down, at any time, write
the number of its steps into the file `cool-down` in the run's folder; the state before it is kept as
`state-before-cool-down.pt`, so that the constant phase can go on later.
"""

import argparse
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .checkpoint import read_state, write_atomically
from .config import TrainingConfig, read_config
from .layers import Depthwise
from .model import Model, ModelShape
from .objective import DISTORTIONS, bits_per_pixel, log_cost
from .optimiser import Optimiser
from .patches import PatchSource, stratified_levels
from .processes import Processes, fast_number_type
from .schedule import Schedule
from .store import build_store, open_store

AVERAGE_STEPS, AVERAGE_DECAY = 4, 0.9995
"""The averaged weights move every so many steps; the decay is that of one step."""
GRADIENT_NORM_MAXIMUM = 1.0
REQUEST_STEPS = 20
"""How often the leading process looks for a request to cool down."""


class Training:
    """A run: model, averages, optimiser and schedule, and the step they have reached."""

    def __init__(self, config: TrainingConfig, processes: Processes):
        self.config, self.processes = config, processes
        self.device = processes.device
        torch.manual_seed(config.seed)
        Depthwise.shifted = config.shifted_depthwise
        content = self._start_content()
        shape = chosen_shape(config.model, content)
        self.model = Model(shape).to(self.device, memory_format=torch.channels_last)
        self.parameters = list(self.model.parameters())
        self.optimiser = Optimiser(self.model.named_parameters(), processes)
        self.schedule = Schedule(config.learning_rate, config.warm_up_steps)
        self.averages = {name: p.clone() for name, p in self.model.state_dict().items()}
        self.step = 0
        if content:
            self._restore(content)
        self.cost = torch.compile(self._cost) if config.compile else self._cost

    @property
    def state_path(self) -> Path:
        return self.config.run / "state.pt"

    def _start_content(self) -> dict[str, Any] | None:
        """The run's state, or else the configuration's start, or None."""
        path = self.state_path if self.state_path.exists() else self.config.start
        return read_state(path, str(self.device)) if path else None

    def _restore(self, state: dict[str, Any]) -> None:
        self.model.load_state_dict(state.get("weights", state["averages"]))
        for name, average in self.averages.items():
            average.copy_(state["averages"][name])
        self.step = state["step"]
        if "optimiser" in state:
            self.optimiser.load(state["optimiser"])
        if self.state_path.exists():
            self.schedule = Schedule(**state["schedule"])
        else:
            self.schedule.warm_up_start = self.step

    def state(self) -> dict[str, Any]:
        """All that the run goes on from."""
        return {
            "weights": self.model.state_dict(),
            "averages": self.averages,
            "optimiser": self.optimiser.state(),
            "schedule": asdict(self.schedule),
            "shape": asdict(self.model.shape),
            "step": self.step,
        }

    def save(self, name: str = "state.pt") -> None:
        """Writes the state and, beside it, the averages alone."""
        write_atomically(self.state(), self.config.run / name)
        averages = {key: tensor.half() for key, tensor in self.averages.items()}
        shape = asdict(self.model.shape)
        checkpoint = {"averages": averages, "shape": shape, "step": self.step}
        write_atomically(checkpoint, self.config.run / "checkpoint.pt")

    def _cost(self, pictures: Tensor, levels: Tensor) -> tuple[Tensor, Tensor]:
        mixed = fast_number_type(self.device) == torch.bfloat16
        with torch.autocast(self.device.type, torch.bfloat16, enabled=mixed):
            coded = self.model(pictures, levels)
        scale = self.model.shape.rate_distortion_lambda(levels)
        cost = log_cost(coded, pictures, scale, DISTORTIONS[self.config.distortion])
        return cost, bits_per_pixel(coded).mean()

    def run_step(self, patches: Tensor) -> Tensor:
        """One update from patches (count, 3, side, side), uint8. Returns log-cost and bits per pixel."""
        processes = self.processes
        # Noise and levels follow from seed, step and process alone, as the patches do.
        noise_seed = seed_of(self.config.seed, self.step, processes.rank)
        torch.manual_seed(noise_seed)
        generator = torch.Generator().manual_seed(noise_seed)
        levels = stratified_levels(len(patches), processes.rank, processes.count, generator)
        pictures = patches.to(self.device, non_blocking=True).float().div_(255)
        pictures = pictures.contiguous(memory_format=torch.channels_last)
        cost, rate = self.cost(pictures, levels.to(self.device))
        cost.backward()
        self._update()
        return torch.stack([cost.detach(), rate.detach()])

    def _update(self) -> None:
        """Averages the gradients over all processes, limits them, and moves weights and averages."""
        flat = torch.cat([p.grad.reshape(-1) for p in self.parameters])
        self.processes.average(flat)
        norm = flat.norm()
        # A step whose gradient is not finite counts as one with gradient zero.
        limit = (GRADIENT_NORM_MAXIMUM / (norm + 1e-6)).clamp(max=1.0)
        flat.nan_to_num_(0, 0, 0).mul_(torch.where(norm.isfinite(), limit, 0.0))
        pieces = flat.split([p.numel() for p in self.parameters])
        for parameter, piece in zip(self.parameters, pieces):
            parameter.grad.copy_(piece.view(parameter.shape))
        self.optimiser.step(self.schedule.rate(self.step))
        for parameter in self.parameters:
            parameter.grad = None
        self.step += 1
        if self.processes.leads and self.step % AVERAGE_STEPS == 0:
            self._move_averages()

    @torch.no_grad()
    def _move_averages(self) -> None:
        decay = min(AVERAGE_DECAY, (1 + self.step) / (20 + self.step)) ** AVERAGE_STEPS
        weights = self.model.state_dict()
        torch._foreach_lerp_(
            list(self.averages.values()), [weights[name] for name in self.averages], 1 - decay
        )


def chosen_shape(configured: ModelShape | None, start: dict[str, Any] | None) -> ModelShape:
    """The shape of what a run starts from, or else the configured one, or else the usual one.

    Throws `ValueError` if what the run starts from has another shape than the configured one.
    """
    if not start:
        return configured or ModelShape()
    shape = ModelShape(**start["shape"])
    if configured and configured != shape:
        raise ValueError(f"the run starts from {shape}, but the configuration says {configured}")
    return shape


def seed_of(*numbers: int) -> int:
    """A seed for PyTorch from several numbers."""
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] >> 1)


def cool_down_request(training: Training) -> None:
    """Begins the cool-down if the leading process finds the file that asks for it."""
    request, steps = training.config.run / "cool-down", 0
    if training.processes.leads and training.schedule.cool_down_start is None and request.exists():
        steps = int(request.read_text())
        training.save("state-before-cool-down.pt")
        request.unlink()
    steps = int(training.processes.agreed(steps))
    if steps:
        training.schedule.start_cool_down(training.step, steps)


class Log:
    """Means over `log_steps` steps, to the screen and to `log.txt` in the run's folder."""

    def __init__(self, config: TrainingConfig, processes: Processes):
        self.path, self.period = config.run / "log.txt", config.log_steps
        self.patches_a_step = config.patches.count * processes.count
        self.values: list[Tensor] = []
        self.start = time.monotonic()

    def add(self, step: int, rate: float, values: Tensor) -> None:
        """Notes log-cost and bits per pixel of a step."""
        self.values.append(values)
        if step % self.period == 0:
            cost, bits = torch.stack(self.values).mean(0).tolist()
            speed = len(self.values) * self.patches_a_step / (time.monotonic() - self.start)
            self.say(
                f"step {step}  rate {rate:.2e}  log-cost {cost:.4f}  bpp {bits:.3f}  {speed:.1f} patches/s"
            )
            self.values, self.start = [], time.monotonic()

    def say(self, line: str) -> None:
        """Writes one line."""
        print(line, flush=True)
        with self.path.open("a") as file:
            file.write(line + "\n")


def train(config: TrainingConfig, processes: Processes, last_step: int | None = None) -> Training:
    """Runs until the cool-down is over, or until `last_step`; saves the state on the way and at the end."""
    config.run.mkdir(parents=True, exist_ok=True)
    store_path = config.run / "photographs.u8"
    if processes.leads:
        build_store(list(config.photographs), store_path)
    processes.wait()
    training = Training(config, processes)
    source = PatchSource(open_store(store_path), config.patches, config.seed, processes.rank)
    log, saved = Log(config, processes), time.monotonic()
    for patches in source.batches(training.step, config.loader_threads):
        if training.step % REQUEST_STEPS == 0:
            cool_down_request(training)
        if training.step == last_step or training.schedule.ended(training.step):
            break
        rate = training.schedule.rate(training.step)
        values = training.run_step(patches)
        if processes.leads:
            log.add(training.step, rate, values)
            if time.monotonic() - saved > 60 * config.state_minutes:
                training.save()
                saved = time.monotonic()
    if processes.leads:
        training.save()
    return training


def main() -> None:
    parser = argparse.ArgumentParser(description="Train a TNG model.")
    parser.add_argument("config", type=Path, help="TOML file; see training/README.md")
    parser.add_argument("--until", type=int, help="stop at this step")
    arguments = parser.parse_args()
    processes = Processes()
    train(read_config(arguments.config), processes, arguments.until)
    processes.close()


if __name__ == "__main__":
    main()
