r"""One row of signs, recorded by two instruments that need not agree: on the sample, or the clock.

.. math:: x_1(t) = s_t + \varepsilon_1(t), \qquad x_2(t) = s_t + \varepsilon_2(t), \qquad
          s_t = \pm 1, \quad \varepsilon_m(t) \sim \mathcal N(0, 1)

The sign of :math:`x_1` is :math:`s_t` in :math:`\Phi(1) = 84.1\,\%` of the steps, the sign of the
sum in :math:`\Phi(\sqrt 2) = 92.1\,\%`. Then the second instrument gets a fault.
"""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.arguments import whole_number
from mmtutor.names import check_name

LATEST = 6  # steps by which a recording may be late

FAULTS = (
    "no fault", "wrong pairs", "one delay", "own delay", "own scale",
    "double rate", "half rate", "half rate, slow signs",
)  # fmt: skip
"""What may be wrong with the second instrument."""


def two_recordings(
    fault: str = "no fault", seed: int = 0, *, n: int = 300, T: int = 40
) -> tuple[Tensor, Tensor, Tensor]:
    """What two instruments recorded, ``(n, T)`` and ``(n, T)``, and the signs ``(n, T)``.

    =======================  =====================================================================
    fault                    the second instrument
    =======================  =====================================================================
    `no fault`               has noise of its own, and nothing else
    `wrong pairs`            every second recording belongs to another sample
    `one delay`              is 3 steps late
    `own delay`              is late by 0 to 6 steps, other in each recording
    `own scale`              has a unit :math:`e^{1.5 u}` and a zero :math:`3 v` in each recording
    `double rate`            measures twice in a step: ``(n, 2 T)``
    `half rate`              measures in every second step only, the first of two: ``(n, T / 2)``
    `half rate, slow signs`  the same, where each sign lasts for two steps
    =======================  =====================================================================

    (u, v normal.) The same seed gives the same signs and first recording for all faults but the
    last, whose signs are others.

    :param n: how many recordings.
    :param T: steps of each; even.
    :raises ValueError: an unknown fault, fewer than 2 recordings or steps, an odd T, a bad seed.
    """
    check_name("fault", fault, FAULTS)
    n, T = whole_number("n", n, 2), whole_number("T", T, 2)
    if T % 2:
        raise ValueError(f"T must be even, half of the steps may be measured, got {T}")
    source = torch.Generator().manual_seed(whole_number("seed", seed))
    eps = torch.randn(2, n, T, generator=source)
    unit, zero = torch.randn(2, n, 1, generator=source)
    late = torch.randint(LATEST + 1, (n, 1), generator=source)
    sign = torch.randint(2, (n, T + LATEST), generator=source) * 2.0 - 1
    if fault == "half rate, slow signs":
        sign = sign.repeat_interleave(2, dim=1)[:, : T + LATEST]
    s = sign[:, LATEST:]
    late = {"one delay": torch.full_like(late, 3), "own delay": late}.get(fault, 0 * late)
    x1, x2 = s + eps[0], sign.gather(1, LATEST - late + torch.arange(T)) + eps[1]
    if fault == "wrong pairs":
        x2[::2] = x2[::2].roll(1, dims=0)
    elif fault == "own scale":
        x2 = x2 * (1.5 * unit).exp() + 3 * zero
    elif fault == "double rate":
        again = s + torch.randn(n, T, generator=source)
        x2 = torch.stack([x2, again], dim=2).flatten(1)
    elif fault.startswith("half rate"):
        x2 = x2[:, ::2]
    return x1, x2, s
