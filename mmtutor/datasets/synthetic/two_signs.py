r"""Two signs, each seen through noise, and a rule that makes a class of them: AND, OR, XOR.

.. math:: x_m = s_m g_m + \varepsilon_m, \qquad g_m = \pm 1, \quad
          \varepsilon_m \sim \mathcal N(0, 1), \qquad y = f(g_1, g_2)

The features do not depend on the rule: one cloud of points, coloured in different ways.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from mmtutor.arguments import real_number, whole_number
from mmtutor.datasets.base import Sample
from mmtutor.datasets.synthetic.bayes import STRONG, WEAK, rule_accuracy, sign_accuracy
from mmtutor.datasets.synthetic.known_problem import KnownProblem, modality_names
from mmtutor.names import check_name

RULES = {
    "and": (0, 0, 0, 1),
    "or": (0, 1, 1, 1),
    "xor": (0, 1, 1, 0),
}
"""Class of the signs (-, -), (-, +), (+, -), (+, +)."""


class TwoSigns(KnownProblem):
    r"""Two senses with one number each, and the class that a rule makes of their signs.

    With :math:`\pi_m = p(g_m = + \mid x_m) = \sigma(2 s_m x_m)` the probability of class 1 is

    ===== ============================================== =========================================
    rule  p(y = 1 | x_1, x_2)                            Bayes accuracy of x_1 alone, and of both
    ===== ============================================== =========================================
    and   :math:`\pi_1 \pi_2`                            ¾, and an integral of one dimension
    or    :math:`1 - (1 - \pi_1)(1 - \pi_2)`             ¾, and the same as AND
    xor   :math:`\pi_1 (1 - \pi_2) + (1 - \pi_1) \pi_2`  ½, and
                                                         :math:`\Phi(s_1)\Phi(s_2) +
                                                         (1 - \Phi(s_1))(1 - \Phi(s_2))`
    ===== ============================================== =========================================

    (Three of four pairs of signs are in one class of AND and OR, so a guess is right ¾ of the time.
    One sense alone cannot beat it.) What one can ask of a problem is in `KnownProblem`.

    :param split: ``"train"``, ``"valid"`` or ``"test"``, each drawn on its own.
    :param rule: ``"and"``, ``"or"``, ``"xor"``, or the classes (0 or 1) of the signs (-, -), (-,
        +), (+, -), (+, +).
    :param signal: s of both senses, above 0 and up to 8, or one for each.
    :param modalities: names of the two senses.
    :param samples: how many; by default 4,000, 1,000 and 10,000.
    :param seed: of the draw. The same seed gives the same features for every rule.
    :param fresh: draw new training data each epoch.
    :ivar inputs: everything that is seen, {modality: (N, 1)}.
    :ivar targets: the classes y (N,).
    :ivar signs: the hidden signs g (N, 2), +1 or -1.
    :raises ValueError: an unknown split or rule, a signal out of range, fewer than 1 sample.
    """

    num_classes = 2

    def __init__(
        self,
        split: str = "train",
        rule: str | Sequence[int] = "xor",
        *,
        signal: float | Sequence[float] = 1.5,
        modalities: Sequence[str] = ("x1", "x2"),
        samples: int | None = None,
        seed: int = 0,
        fresh: bool = False,
    ) -> None:
        if isinstance(rule, str):
            check_name("rule", rule, RULES)
        self.rule = rule if isinstance(rule, str) else "table"
        table = RULES[rule] if isinstance(rule, str) else rule
        if not isinstance(table, Sequence) or len(table) != 4:
            raise ValueError(f"a rule is a name or four classes, got {rule!r}")
        self.table = tuple(whole_number("a class of the rule", c, 0, 1) for c in table)
        signals = signal if isinstance(signal, Sequence) else (signal, signal)
        if isinstance(signal, str) or len(signals) != 2:
            raise ValueError(f"signal must be one or two numbers, got {signal!r}")
        self.signals = tuple(real_number("signal", s, WEAK, STRONG) for s in signals)
        if len(modality_names(modalities)) != 2:
            raise ValueError(f"TwoSigns has two modalities, got {modalities!r}")
        super().__init__(split, modalities, samples=samples, seed=seed, fresh=fresh)

    def _sample(self, n: int, source: torch.Generator) -> Sample:
        plus = torch.rand(n, 2, generator=source) < 0.5
        self.signs = 2.0 * plus - 1
        x = torch.tensor(self.signals) * self.signs + torch.randn(n, 2, generator=source)
        y = torch.tensor(self.table)[2 * plus[:, 0].long() + plus[:, 1]]
        return {name: x[:, m, None] for m, name in enumerate(self.modalities)}, y

    def _posterior(self, inputs: Mapping[str, Tensor], subset: tuple[str, ...]) -> Tensor:
        names = zip(self.modalities, self.signals, strict=True)
        plus = [
            torch.sigmoid(2 * s * inputs[name][:, 0]) if name in subset else torch.tensor(0.5)
            for name, s in names
        ]
        (p1, p2), f = plus, self.table
        one = (1 - p1) * ((1 - p2) * f[0] + p2 * f[1]) + p1 * ((1 - p2) * f[2] + p2 * f[3])
        return torch.stack([1 - one, one], dim=1)

    def _accuracy(self, subset: tuple[str, ...]) -> float:
        ones = torch.tensor(self.table, dtype=torch.float64).view(2, 2)
        if not subset:
            return float(max(ones.mean(), 1 - ones.mean()))
        if len(subset) == 2:
            return rule_accuracy(self.table, self.signals)
        m = self.modalities.index(subset[0])
        minus, plus = ones.mean(dim=1 - m)  # p(y = 1 | g_m)
        return float(sign_accuracy(minus, plus, self.signals[m]))

    def __repr__(self) -> str:
        return (
            f"TwoSigns({self.split!r}, {self.rule!r}, {len(self):,} samples, "
            f"signal={self.signals}, seed={self.seed})"
        )
