"""The processes of a training run: one a core with gloo, one a GPU with NCCL, or a single one."""

import os

import torch
import torch.distributed as distributed
from torch import Tensor


def fast_number_type(device: torch.device) -> torch.dtype:
    """The type to train in: bfloat16, or float32 on processors without its instructions, where products of
    matrices in bfloat16 take 30 times as long."""
    emulated = device.type == "cpu" and torch.backends.cpu.get_cpu_capability() in ("DEFAULT", "AVX2")
    return torch.float32 if emulated else torch.bfloat16


class Processes:
    """This process among all; `torchrun` tells their number by environment variables."""

    def __init__(self):
        self.rank = int(os.environ.get("RANK", 0))
        self.count = int(os.environ.get("WORLD_SIZE", 1))
        self.device = self._prepared_device()
        if self.count > 1:
            distributed.init_process_group("nccl" if self.device.type == "cuda" else "gloo")

    def _prepared_device(self) -> torch.device:
        if not torch.cuda.is_available():
            torch.set_num_threads(1)
            return torch.device("cpu")
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = True
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
        torch.cuda.set_device(device)
        return device

    @property
    def leads(self) -> bool:
        """Whether this process writes the files."""
        return self.rank == 0

    def add(self, tensor: Tensor) -> None:
        """Replaces a tensor by its sum over all processes."""
        if self.count > 1:
            distributed.all_reduce(tensor)

    def average(self, tensor: Tensor) -> None:
        """Replaces a tensor by its mean over all processes."""
        self.add(tensor)
        tensor /= self.count

    def agreed(self, number: float) -> float:
        """The number that the leading process has."""
        if self.count == 1:
            return number
        shared = torch.tensor([number], dtype=torch.float64, device=self.device)
        distributed.broadcast(shared, 0)
        return shared.item()

    def wait(self) -> None:
        """Returns when all processes have come here."""
        if self.count > 1:
            distributed.barrier()

    def close(self) -> None:
        """Ends the group."""
        if self.count > 1:
            distributed.destroy_process_group()
