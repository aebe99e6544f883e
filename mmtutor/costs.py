r"""What a module costs: operations counted, memory watched, time measured.

Parameters and operations are facts of a formula; a count settles them. Time and memory belong to
a machine and a moment. A time alone says little there, a ratio says more: two ways of computing
the same are run in turns (:func:`race`), so that whatever slows the machine slows both.
"""

from __future__ import annotations

import random
import time
import timeit
import weakref
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode


def counted_params(module: nn.Module) -> int:
    """Count the numbers that a module learns."""
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


def counted_flops(run: Callable[[], Any]) -> int:
    """Count the floating-point operations of the matrix products in one call of ``run``.

    A product of ``(n, k)`` by ``(k, m)`` counts ``2 n k m``; elementwise work is left out.
    """
    # Attention as matrix products: PyTorch before 2.15 does not count its kernel for CPUs.
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        run()
    return counter.get_total_flops()


def training_step(module: nn.Module, *inputs: Any) -> Callable[[], None]:
    """Return a function that runs a module forward and backward once, and keeps nothing.

    Its gradients reach the parameters, and those input tensors (also inside of lists and
    dictionaries) that ask for a gradient. The gradient of ``h`` is a tensor of ones.

    :raises ValueError: nothing asks for a gradient, so there is no way back.
    """
    leaves = [t for t in tree_leaves(inputs) if isinstance(t, Tensor) and t.requires_grad]
    with torch.no_grad():
        ones = torch.ones_like(module(*inputs))
    receivers = [*module.parameters(), *leaves]
    if not any(leaf.requires_grad for leaf in receivers):
        raise ValueError("nothing learns here, and no input asks for a gradient: no step to take")

    def step() -> None:
        module(*inputs).backward(ones)
        for leaf in receivers:
            leaf.grad = None

    return step


def counted_graphs(run: Callable[..., Any], *calls: Any) -> int:
    """Count the graphs into which ``torch.compile`` records a function, one call after another.

    More than one for one call: there was a graph break. No program is written, so it takes no time.

    :param calls: the input of each call.
    """
    graphs: list[Any] = []
    torch.compiler.reset()

    def count(graph: Any, _: Any) -> Callable[..., Any]:
        graphs.append(graph)
        return graph.forward

    recorded = torch.compile(run, backend=count)
    for x in calls:
        recorded(x)
    return len(graphs)


def kept_for_backward(run: Callable[[], Tensor], module: nn.Module) -> int:
    """Count the bytes of the activations: what the way back will need, but for the weights.

    :param run: computes a loss; one tensor that is needed twice counts once.
    """
    kept: dict[int, int] = {}
    own = {p.untyped_storage().data_ptr() for p in module.parameters()}

    def look(x: Tensor) -> Tensor:
        kept[x.untyped_storage().data_ptr()] = x.untyped_storage().nbytes()
        return x

    with torch.autograd.graph.saved_tensors_hooks(look, lambda x: x):
        loss = run()  # it holds them: it must live until they are added up
    total = sum(size for place, size in kept.items() if place not in own)
    del loss
    return total


def peak_memory(run: Callable[[], Any]) -> int:
    """Return the most bytes that tensors held at once during ``run``, beyond those before it.

    Storages are counted from the operation that makes them until they are freed, on any device.
    Room that an operation takes and gives back inside itself is not seen.
    """
    with _CountStorages() as counter:
        run()
    return counter.peak


class _CountStorages(TorchDispatchMode):
    def __init__(self) -> None:
        super().__init__()
        self.sizes: dict[int, int] = {}
        self.held = self.peak = 0

    def __torch_dispatch__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        # What an operation reads and nobody made in here was there before: it costs nothing.
        for leaf in tree_leaves((args, kwargs)):
            self._count(leaf, new=False)
        result = function(*args, **(kwargs or {}))
        for leaf in tree_leaves(result):
            self._count(leaf, new=True)
        return result

    def _count(self, leaf: Any, *, new: bool) -> None:
        if not isinstance(leaf, Tensor):
            return
        storage = leaf.untyped_storage()  # the same object each time, while it lives
        if id(storage) in self.sizes:
            return
        self.sizes[id(storage)] = size = storage.nbytes() if new else 0
        self.held += size
        self.peak = max(self.peak, self.held)
        weakref.finalize(storage, self._forget, id(storage)).atexit = False

    def _forget(self, key: int) -> None:
        self.held -= self.sizes.pop(key)


def own_time() -> float:
    """Seconds for which the processor has worked for this process, and for no other.

    A long step is interrupted by other programs more often than a short one, so that on a busy
    machine their ratio by the wall clock is too large. Fair for one thread. Where the system
    counts too coarsely (Windows), it is the wall clock all the same.
    """
    return _OWN()


_FINE = time.get_clock_info("process_time").resolution < 1e-4
_OWN = time.process_time if _FINE else time.perf_counter


def race(
    runs: Mapping[str, Callable[[], Any]],
    *,
    rounds: int = 20,
    floor: float = 0.002,
    budget: float | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """Time several functions in turns, so that their ratio is fair on a busy machine.

    In each round every function is called in a new order, so often that its part lasts at least
    ``floor`` seconds. The values of one round belong together: divide them round by round.

    :param runs: what to time, by name.
    :param rounds: how many rounds.
    :param floor: the least time of one function in a round, in seconds.
    :param budget: stop after so many seconds, but never before three rounds.
    :param clock: what tells the time; :func:`own_time` is steadier where others compute too.
    :returns: seconds of one call, a value a round, by name.
    :raises ValueError: nothing to time, or fewer than one round.
    """
    if not runs or rounds < 1:
        raise ValueError(f"nothing to time: {len(runs)} functions, {rounds} rounds")
    times: dict[str, list[float]] = {name: [] for name in runs}
    order, shuffler = list(runs), random.Random(0)
    calls = {name: _calls_to_last(run, floor, clock) for name, run in runs.items()}
    start = time.perf_counter()
    for finished in range(rounds):
        spent = budget is not None and time.perf_counter() - start > budget
        if spent and finished >= min(3, rounds):
            break
        shuffler.shuffle(order)
        for name in order:
            times[name].append(_seconds(runs[name], calls[name], clock))
    return times


def _calls_to_last(run: Callable[[], Any], floor: float, clock: Callable[[], float]) -> int:
    """Warm up, and find how many calls last ``floor`` seconds."""
    once = _seconds(run, 1, clock)
    for _ in range(2 if once < 0.3 else 0):  # the first call of all may prepare something
        once = min(once, _seconds(run, 1, clock))
    return max(1, round(floor / max(once, 1e-9)))


def _seconds(run: Callable[[], Any], calls: int, clock: Callable[[], float]) -> float:
    # No garbage is collected meanwhile: it would be charged to whoever runs then.
    return timeit.timeit(run, timer=clock, number=calls) / calls
