"""Where a training's time goes, part by part: input, encoders, ⊕, head, loss, backward, optimizer.

``torch.profiler`` watches a few steps. The loop gives names to its parts (``record_function``), a
:class:`Profile` to those of the model, and adds up what the profiler saw under each name. The time
of a part is that of the thread that runs the loop; on a GPU, which works on behind it, that of its
kernels too. https://docs.pytorch.org/docs/stable/profiler.html
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.profiler import ProfilerActivity, profile, record_function
from torch.utils.hooks import RemovableHandle

from mmtutor.arguments import whole_number
from mmtutor.training.arguments import Callback

__all__ = ["Profile", "part"]

PARTS = ("input", "forward", "loss", "backward", "optimizer")
"""What the loop names itself; what a model's parts leave of "forward" is "other forward"."""


def part(name: str) -> record_function:
    """Give a name to what happens in the block, for whoever profiles."""
    return record_function(f"part: {name}")


class Profile(Callback):
    """Watch some steps of a training::

        with Profile() as profile:
            fit(model, train, callbacks=[profile])
        print(profile)

    :param steps: how many to watch.
    :param warmup: how many to let go by before: the first ones prepare things.
    :ivar seconds: a step, by part. What is left of a step when all parts are taken from it is
        "loop": clipping, finite numbers, progress.
    :ivar samples_per_second: of this process, while it was watched.
    """

    def __init__(self, steps: int = 20, warmup: int = 3) -> None:
        self.steps = whole_number("steps", steps, 1)
        self.warmup = whole_number("warmup", warmup, 1)
        self.seconds: dict[str, float] = {}
        self.samples_per_second = float("nan")
        self._marks: list[tuple[float, int]] = []
        self._hooks: list[RemovableHandle] = []
        self._open: list[record_function] = []
        # Or the profiler's library writes lines for its developers to stderr.
        os.environ.setdefault("KINETO_LOG_LEVEL", "99")
        activities = [ProfilerActivity.CPU]
        if torch.cuda.is_available():
            activities.append(ProfilerActivity.CUDA)
        self.profiler = profile(activities=activities)

    def __enter__(self) -> Profile:
        return self

    def before_step(self, model: nn.Module, inputs: Any, outputs: Any, y: Tensor) -> None:
        """Count the steps: begin after ``warmup`` of them, end ``steps`` later."""
        self._marks.append((time.perf_counter(), len(y)))
        if len(self._marks) == self.warmup:
            self._name_parts(model)
            self.profiler.start()
        elif len(self._marks) == self.warmup + self.steps:
            self._stop()

    def __exit__(self, *_: object) -> None:
        if len(self._marks) > self.warmup and not self.seconds:
            self._stop()
        for hook in self._hooks:
            hook.remove()

    def _name_parts(self, model: nn.Module) -> None:
        parts = {f"encoder {m}": module for m, module in getattr(model, "encoders", {}).items()}
        named = {"⊕": "fusion", "head": "head"}
        parts |= {name: getattr(model, attribute, None) for name, attribute in named.items()}
        for name, module in parts.items():
            if isinstance(module, nn.Module):
                self._hooks += [
                    module.register_forward_pre_hook(lambda *_, name=name: self._begin(name)),
                    module.register_forward_hook(lambda *_: self._end()),
                ]

    def _begin(self, name: str) -> None:
        self._open.append(part(name))
        self._open[-1].__enter__()

    def _end(self) -> None:
        self._open.pop().__exit__(None, None, None)

    def _stop(self) -> None:
        self.profiler.stop()
        steps = len(self._marks) - self.warmup
        (start, _), (end, _) = self._marks[self.warmup - 1], self._marks[-1]
        self.samples_per_second = sum(n for _, n in self._marks[self.warmup :]) / (end - start)
        sums: dict[str, float] = {}
        for event in self.profiler.key_averages():
            if event.key.startswith("part: "):
                on_device = getattr(event, "device_time_total", 0.0)
                seconds = max(event.cpu_time_total, on_device) / 1e6 / steps
                sums[event.key.removeprefix("part: ")] = seconds
        inner = sum(seconds for name, seconds in sums.items() if name not in PARTS)
        found = {"input": sums.get("input", 0.0)}
        found |= {name: seconds for name, seconds in sums.items() if name not in PARTS}
        if "forward" in sums:
            found["other forward" if inner else "forward"] = max(sums["forward"] - inner, 0.0)
        found |= {name: sums[name] for name in PARTS[2:] if name in sums}
        found["loop"] = max((end - start) / steps - sum(found.values()), 0.0)
        self.seconds = found

    @property
    def shares(self) -> Mapping[str, float]:
        """The parts' shares of a step."""
        total = sum(self.seconds.values())
        return {name: seconds / total for name, seconds in self.seconds.items()}

    def __str__(self) -> str:
        if not self.seconds:
            return f"no step was watched: the training had no more than {self.warmup} steps"
        lines = [
            f"{name:16}{1e3 * seconds:9.3f} ms{self.shares[name]:7.1%}"
            for name, seconds in self.seconds.items()
        ]
        total = 1e3 * sum(self.seconds.values())
        return "\n".join(
            [*lines, f"{'a step':16}{total:9.3f} ms, {self.samples_per_second:,.0f} samples/s"]
        )
