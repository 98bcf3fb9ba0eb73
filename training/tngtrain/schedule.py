"""The learning rate: a warm-up, a constant rate, and a cool-down that may begin at any step."""

import math
from dataclasses import dataclass

FINAL_FRACTION = 0.01


@dataclass
class Schedule:
    """The learning rate of each step. `cool_down_start` is None until the cool-down is asked for."""

    learning_rate: float
    warm_up_steps: int
    warm_up_start: int = 0
    cool_down_start: int | None = None
    cool_down_steps: int = 0

    def rate(self, step: int) -> float:
        """The learning rate of a step, counted from 0."""
        warmth = min(1.0, (step - self.warm_up_start + 1) / max(1, self.warm_up_steps))
        return self.learning_rate * warmth * self._cooling(step)

    def _cooling(self, step: int) -> float:
        if self.cool_down_start is None:
            return 1.0
        done = min(1.0, (step - self.cool_down_start) / self.cool_down_steps)
        return FINAL_FRACTION + (1 - FINAL_FRACTION) * 0.5 * (1 + math.cos(math.pi * done))

    def start_cool_down(self, step: int, steps: int) -> None:
        """Lowers the rate along a cosine from `step` on, over `steps` steps; the run then ends."""
        if self.cool_down_start is None:
            self.cool_down_start, self.cool_down_steps = step, steps

    def ended(self, step: int) -> bool:
        """Whether the cool-down is over at a step."""
        start = self.cool_down_start
        return start is not None and step >= start + self.cool_down_steps
