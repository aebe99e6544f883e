r"""What a training costs before it is run: time, memory, money, and work lost to failures.

The network priced is M towers of L Transformer blocks, one tower a modality, over T tokens of width
d, joined by concatenation and a linear head; a batch has B samples. Per step it takes

.. math::

    t = a_0 + a_1 M L + a_2 F + a_3 L\,BMT\,d + a_4 P, \qquad
    F = 3 L\,BMT\,(24 d^2 + 4 T d), \qquad P = M L (12 d^2 + 13 d) + \dots

with F the operations of its matrix products (twice the forward's on the way back), P the numbers
that the optimizer moves, and :math:`a_k \ge 0` measured: see :func:`fit_machine`. On N devices a
step takes :math:`t(B/N)` and the exchange of gradients, on a ring
:math:`2 (N-1) (4P/N / \beta + \alpha)` at β bytes a second and α seconds of delay: Patarasuk and
Yuan 2009, https://doi.org/10.1016/j.jpdc.2008.09.002. How often to save is told by
:func:`best_interval`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import torch

from mmtutor.arguments import positive_number, real_number, whole_number

__all__ = [
    "Cluster",
    "Costs",
    "Machine",
    "Workload",
    "best_interval",
    "costs",
    "fit_machine",
    "lost_share",
    "simulated_share",
]

CLASSES = 10  # of the head
BYTES_A_PARAMETER = 16  # weight, gradient and AdamW's two means, in float32
BYTES_SAVED = 12  # a checkpoint holds all of these but the gradient
KEPT = 12  # widths of a token that a block keeps for the way back, see tests/test_scaling.py


@dataclass(frozen=True, kw_only=True)
class Workload:
    """What is trained.

    :ivar batch: samples a step, B.
    :ivar width: of a token, d, a multiple of 16: heads are 16 wide.
    :ivar tokens: of a modality, T.
    :ivar modalities: M.
    :ivar layers: blocks of a tower, L.
    """

    batch: int
    width: int
    tokens: int
    modalities: int
    layers: int = 2

    def __post_init__(self) -> None:
        for name in ("batch", "width", "tokens", "modalities", "layers"):
            whole_number(name, getattr(self, name), 1)

    @property
    def params(self) -> int:
        """Numbers to learn, P: blocks of :math:`12 d^2 + 13 d`, and the head."""
        d, M = self.width, self.modalities
        return M * self.layers * (12 * d * d + 13 * d) + (M * d + 1) * CLASSES

    @property
    def flops(self) -> int:
        """Operations of the matrix products of a step, F; the head's are left out."""
        d, T = self.width, self.tokens
        return 3 * self.layers * self.batch * self.modalities * T * (24 * d * d + 4 * T * d)

    @property
    def activations(self) -> int:
        """Bytes that are kept from the way there for the way back, but for small ones."""
        kept = self.layers * self.batch * self.modalities * self.tokens * self.width
        return 4 * KEPT * kept

    def features(self) -> list[float]:
        """What the time of a step is a sum of: 1, ML, F, L·BMT·d, P."""
        moved = self.layers * self.batch * self.modalities * self.tokens * self.width
        return [1.0, self.modalities * self.layers, self.flops, moved, self.params]

    def split(self, devices: int) -> Workload:
        """What one of N devices computes: the largest share of the batch."""
        whole_number("devices", devices, 1)
        return replace(self, batch=math.ceil(self.batch / devices))


@dataclass(frozen=True)
class Machine:
    """A machine, as what each thing that a step does costs there.

    :ivar seconds: :math:`a_0 … a_4`, of the features in their order.
    """

    seconds: tuple[float, ...]

    def step(self, workload: Workload) -> float:
        """Seconds of a step."""
        return sum(a * x for a, x in zip(self.seconds, workload.features(), strict=True))


def fit_machine(points: Iterable[tuple[Workload, float]]) -> Machine:
    """The machine on which these workloads took these seconds a step.

    The sum of squares of the *relative* errors is least. Nothing takes less than no time: what
    would come out negative is left out, the most negative first, and the others are fitted again.

    :raises ValueError: fewer points than there are unknowns, or a time that is none.
    """
    points = list(points)
    unknowns = len(points[0][0].features()) if points else 5
    if len(points) < unknowns:
        raise ValueError(f"{len(points)} points for {unknowns} unknowns")
    t = torch.tensor([real_number("seconds", s, 1e-12) for _, s in points], dtype=torch.float64)
    X = torch.tensor([w.features() for w, _ in points], dtype=torch.float64) / t[:, None]
    size = X.norm(dim=0)
    used = list(range(unknowns))
    while True:
        a = torch.linalg.lstsq(X[:, used] / size[used], torch.ones_like(t)).solution
        if a.min() >= 0:
            break
        del used[int(a.argmin())]
    seconds = [0.0] * unknowns
    for k, value in zip(used, (a / size[used]).tolist(), strict=True):
        seconds[k] = value
    return Machine(tuple(seconds))


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Many such machines.

    :ivar devices: N.
    :ivar link: bytes a second that a device sends to its neighbour, β.
    :ivar delay: seconds until the first byte arrives, α.
    :ivar disk: bytes a second at which a checkpoint is written.
    :ivar hours_between_failures: of one device, on average.
    :ivar restart: seconds from a failure until the training goes on.
    :ivar price: of a device and an hour.
    :ivar watts: of a device at work, with its share of cooling.
    """

    devices: int = 1
    link: float = 1e9
    delay: float = 2e-5
    disk: float = 5e8
    hours_between_failures: float = 10_000.0
    restart: float = 120.0
    price: float = 2.0
    watts: float = 500.0

    def __post_init__(self) -> None:
        whole_number("devices", self.devices, 1)
        for name in ("link", "disk", "hours_between_failures"):
            positive_number(name, getattr(self, name))
        for name in ("delay", "restart", "price", "watts"):
            real_number(name, getattr(self, name))

    def exchange(self, params: int) -> float:
        """Seconds to sum the gradients of so many numbers over all devices, on a ring."""
        N = self.devices
        return 2 * (N - 1) * (4 * params / N / self.link + self.delay)


def best_interval(save: float, between: float) -> float:
    r"""How long to work between two checkpoints: :math:`\tau = \sqrt{2 \delta \mu}`.

    :param save: seconds that a checkpoint takes, δ.
    :param between: seconds between failures of the whole, on average, μ; much more than δ.

    Source: Young 1974, https://doi.org/10.1145/361147.361115; more terms: Daly 2006,
    https://doi.org/10.1016/j.future.2004.11.016.
    """
    return math.sqrt(2 * real_number("save", save) * real_number("between", between))


def lost_share(interval: float, save: float, between: float, restart: float = 0.0) -> float:
    r"""Time lost for each second of work: :math:`\delta/\tau + (\tau/2 + \delta + R)/\mu`.

    Saving costs δ every τ seconds. A failure, every μ seconds, costs half an interval of work on
    average, and R to start again; failures while a checkpoint is written add δ. It holds to first
    order, for τ far below μ.
    """
    positive_number("interval", interval)
    positive_number("between", between)
    return save / interval + (interval / 2 + save + restart) / between


def simulated_share(
    interval: float,
    save: float,
    between: float,
    restart: float = 0.0,
    *,
    days: float = 600,
    seed: int = 0,
) -> float:
    """The same, played: each attempt at an interval and a checkpoint succeeds, or is made again.

    :param days: of work to be done.
    :param seed: of the moments of failure, which nothing foretells.
    """
    draw = torch.Generator().manual_seed(seed)
    todo = segments = int(days * 86_400 / interval)
    wasted = 0.0
    while todo:
        fails = torch.empty(todo).exponential_(1 / between, generator=draw)
        fails = fails[fails < interval + save]
        todo = len(fails)
        wasted += float(fails.sum()) + restart * todo
    return (wasted + segments * save) / (segments * interval)


@dataclass(frozen=True)
class Costs:
    """What it comes to.

    :ivar compute: seconds of a step for computing, on each device.
    :ivar exchange: seconds of a step for the exchange of gradients.
    :ivar memory: bytes on each device: weights, gradients, optimizer and activations.
    :ivar interval: seconds of work between two checkpoints.
    :ivar lost: time lost to saving and failures, for each second of work.
    :ivar hours: of the whole training, lost time included.
    :ivar price: of the whole.
    :ivar kilowatt_hours: of the whole.
    """

    compute: float
    exchange: float
    memory: int
    interval: float
    lost: float
    hours: float
    price: float
    kilowatt_hours: float

    @property
    def communication_dominates(self) -> bool:
        """Whether a step exchanges for longer than it computes."""
        return self.exchange > self.compute


def costs(
    workload: Workload, machine: Machine, cluster: Cluster | None = None, *, samples: float = 1e6
) -> Costs:
    """Price a training: all devices at work on each batch, gradients exchanged after the work.

    Nothing overlaps: where computing hides a part of the exchange, a step takes less.

    :param samples: seen in all, over all epochs.
    """
    cluster = cluster or Cluster()
    own = workload.split(cluster.devices)
    compute, exchange = machine.step(own), cluster.exchange(workload.params)
    work = (compute + exchange) * real_number("samples", samples) / workload.batch
    save = BYTES_SAVED * workload.params / cluster.disk
    between = 3600 * cluster.hours_between_failures / cluster.devices
    interval = best_interval(save, between)
    lost = lost_share(interval, save, between, cluster.restart)
    hours = work * (1 + lost) / 3600
    return Costs(
        compute=compute,
        exchange=exchange,
        memory=BYTES_A_PARAMETER * workload.params + own.activations,
        interval=interval,
        lost=lost,
        hours=hours,
        price=hours * cluster.devices * cluster.price,
        kilowatt_hours=hours * cluster.devices * cluster.watts / 1000,
    )
