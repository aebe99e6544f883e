r"""A problem with dials for redundancy, uniqueness and synergy, and a known Bayes accuracy.

Who can answer a question? Some can be answered by any sense, some by one sense only, some only by
all senses together. Here the shares of the three kinds are dials. Each sample is of one kind, and
what a sense knows stands in the kind's own coordinates; where it knows nothing, it is silent (0).

The ideal classifier is one line, a sum over the senses and one product across them:

.. math:: \ell = \sum_m w_m r_m + \sum_m 2 a_m u_m
            \;\pm\; 2 \operatorname{artanh} \prod_m \tanh(a_m z_m),
          \qquad p(y \mid x) = \operatorname{softmax}(\ell)

(+ for an odd, - for an even number of senses). It need not be told the kind: what is silent adds
nothing. The terms redundancy, uniqueness and synergy are those of Williams and Beer, *Nonnegative
decomposition of multivariate information* (2010), https://arxiv.org/abs/1004.2515. Here they name
kinds of samples. A measure of information may divide the average otherwise: chapter 7 has a case.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import torch
from torch import Tensor

from mmtutor.arguments import real_number, whole_number
from mmtutor.datasets.base import Sample, random_source
from mmtutor.datasets.synthetic.bayes import (
    STRONG,
    amplitude,
    soft_xor,
    symbol_accuracy,
    xor_accuracy,
)
from mmtutor.datasets.synthetic.known_problem import KnownProblem, modality_names
from mmtutor.names import check_name


class Synthetic(KnownProblem):
    r"""Gaussian evidence of which the shares R, U and S are redundant, unique and synergistic.

    A class y is a code of signs t: for two classes one sign, + for class 1; for C > 2 classes C
    signs, + for the class and - for the others. With ε of 𝒩(0, 1) and the amplitude a_m = s_m for
    two classes, s_m / √2 for more, sense m sees :math:`x_m = [r_m, u_m, z_m]` of these kinds:

    ============= ======================= ========================================================
    kind          share of samples        what sense m sees
    ============= ======================= ========================================================
    redundant     R                       :math:`r_m = a_m t + \sqrt\rho\, \varepsilon_0 +
                                          \sqrt{1 - \rho}\, \varepsilon_m`
    unique to k   U_k                     :math:`u_k = a_k t + \varepsilon`; others are silent
    synergistic   S                       :math:`z_m = a_m g_m + \varepsilon_m`; the XOR of the
                                          hidden signs g_1, …, g_M (+ is one) is t
    silent        1 - R - Σ_k U_k - S     nothing, in no sense
    ============= ======================= ========================================================

    The Bayes accuracy of a subset A of the senses is the mean of that of the kinds,

    .. math:: \mathrm{acc}(A) = R\, \mathrm{acc}_r(A) + \sum_{k \in A} U_k\, \mathrm{acc}(s_k)
                + \sum_{k \notin A} \frac{U_k}{C} + S\, \mathrm{acc}_s(A)
                + \frac{\text{rest}}{C} .

    acc(s) is Φ(s) for two classes; acc_r(A) is the same at the signal of all views together, that
    is s if ρ = 1; acc_s(A) = 1/C unless A holds every sense, and then for two classes
    :math:`\tfrac12 (1 + \prod_m (2 \Phi(s_m) - 1))`. With more classes each is an integral, to
    eight digits.

    `copy`, `unique`, `xor` and `mixture` are the corners and the middle of the space of dials. What
    one can ask of a problem is in `KnownProblem`.

    :param split: ``"train"``, ``"valid"`` or ``"test"``, each drawn on its own.
    :param redundancy: share R of samples that every sense can answer.
    :param uniqueness: share U of samples that one sense can answer, divided evenly among the
        senses; or {modality: its share U_k}.
    :param synergy: share S of samples that only all senses together can answer. R + U + S ≤ 1; for
        the rest there is no evidence at all.
    :param modalities: names of the senses, or how many (then x1, x2, …).
    :param classes: number of classes C ≥ 2, all equally probable.
    :param signal: s ≥ 0, half the distance between the means of two classes in standard deviations,
        up to 8; or {modality: s_m}.
    :param shared_noise: ρ in [0, 1]. With 1 the senses see copies, noise and all, and a second copy
        is worth nothing. With 0 each has noise of its own, and M equal senses have the signal √M s
        together.
    :param dim: features a sense; by default as few as are needed, each with a meaning. With a
        number, coordinates of pure noise are added and all are turned by a random rotation.
    :param samples: how many; by default 4,000, 1,000 and 10,000.
    :param seed: of the draw and of the rotation.
    :param fresh: draw new training data each epoch.
    :ivar inputs: everything that is seen, {modality: (N, dim)}.
    :ivar targets: the classes y (N,).
    :ivar kinds: number of each sample's kind (N,), a place in ``kind_names``.
    :raises ValueError: a dial out of range, an unknown name, too few dimensions; or noise that is
        shared wholly by senses of different signal (their difference would tell all).
    """

    def __init__(
        self,
        split: str = "train",
        *,
        redundancy: float = 0.0,
        uniqueness: float | Mapping[str, float] = 0.0,
        synergy: float = 0.0,
        modalities: int | Sequence[str] = 2,
        classes: int = 2,
        signal: float | Mapping[str, float] = 1.5,
        shared_noise: float = 1.0,
        dim: int | None = None,
        samples: int | None = None,
        seed: int = 0,
        fresh: bool = False,
    ) -> None:
        names = modality_names(modalities)
        self.num_classes = classes = whole_number("classes", classes, 2, 1000)
        self.shared_noise = real_number("shared_noise", shared_noise, 0, 1)
        seed = whole_number("seed", seed)
        self.signals = _signals(signal, names)
        self.shares = _shares(redundancy, uniqueness, synergy, names)
        if shared_noise == 1 and redundancy > 0 and len(set(self.signals.values())) > 1:
            raise ValueError(
                "senses that share all their noise need the same signal: their difference would "
                "hold no noise. Give a shared_noise below 1"
            )
        self.kind_names = tuple(self.shares)
        self._signs = 1 if classes == 2 else classes
        used = {
            "redundant": redundancy,
            "unique": sum(self.shares[f"unique to {name}"] for name in names),
            "synergistic": synergy,
        }
        # The blocks of coordinates that every sense has, in this order.
        self._blocks = [block for block, share in used.items() if share > 0] or ["redundant"]
        self._turn = self._rotations(names, dim, seed)
        super().__init__(split, names, samples=samples, seed=seed, fresh=fresh)

    @classmethod
    def copy(cls, split: str = "train", **options: Any) -> Synthetic:
        """Every sense sees the same evidence: R = 1."""
        return cls(split, redundancy=1.0, **options)

    @classmethod
    def unique(cls, split: str = "train", **options: Any) -> Synthetic:
        """The evidence is split: one sense sees it, which one differs by sample: U = 1."""
        return cls(split, uniqueness=1.0, **options)

    @classmethod
    def xor(cls, split: str = "train", **options: Any) -> Synthetic:
        """No sense alone knows anything: S = 1."""
        return cls(split, synergy=1.0, **options)

    @classmethod
    def mixture(cls, split: str = "train", **options: Any) -> Synthetic:
        """A third of each: R = U = S = 1/3."""
        return cls(split, redundancy=1 / 3, uniqueness=1 / 3, synergy=1 / 3, **options)

    def _rotations(self, names: Sequence[str], dim: int | None, seed: int) -> dict[str, Tensor]:
        """An orthogonal matrix (dim, dim) for each sense, the same in every split; {} for none."""
        needed = self._signs * len(self._blocks)
        if dim is None:
            self.dim = needed
            return {}
        self.dim = dim = whole_number("dim, for these dials,", dim, needed, 10_000)
        turns = {}
        for m, name in enumerate(names):
            G = torch.randn(dim, dim, generator=random_source("turn", seed, m), dtype=torch.float64)
            Q, R = torch.linalg.qr(G)
            turns[name] = Q * R.diagonal().sign()
        return turns

    def _amplitudes(self, names: Sequence[str]) -> Tensor:
        """a_m of the senses named, (M,)."""
        a = [amplitude(self.signals[name], self.num_classes) for name in names]
        return torch.tensor(a, dtype=torch.float64)

    def _code(self, y: Tensor) -> Tensor:
        """t: the signs that stand for a class (N, 1) or (N, C)."""
        if self.num_classes == 2:
            return 2.0 * y[:, None] - 1
        return 2.0 * torch.nn.functional.one_hot(y, self.num_classes) - 1

    def _sample(self, n: int, source: torch.Generator) -> Sample:
        M, rho = len(self.modalities), self.shared_noise
        edges = torch.tensor(list(self.shares.values()), dtype=torch.float64).cumsum(0)[:-1]
        where = torch.rand(n, generator=source, dtype=torch.float64)
        self.kinds = torch.bucketize(where, edges, right=True)
        y = torch.randint(self.num_classes, (n,), generator=source)
        t, a = self._code(y), self._amplitudes(self.modalities).float()

        def noise(*shape: int) -> Tensor:
            return torch.randn(*shape, self._signs, generator=source)

        x = {name: torch.zeros(n, len(self._blocks), self._signs) for name in self.modalities}
        if "redundant" in self._blocks:
            of_kind, b = self.kinds == 0, self._blocks.index("redundant")
            common = noise(n)
            for m, name in enumerate(self.modalities):
                own = noise(n) if rho < 1 else 0.0
                seen = a[m] * t + math.sqrt(rho) * common + math.sqrt(1 - rho) * own
                x[name][:, b] = seen * of_kind[:, None]
        if "unique" in self._blocks:
            b = self._blocks.index("unique")
            for m, name in enumerate(self.modalities):
                x[name][:, b] = (a[m] * t + noise(n)) * (self.kinds == 1 + m)[:, None]
        if "synergistic" in self._blocks:
            of_kind, b = self.kinds == 1 + M, self._blocks.index("synergistic")
            g = 2.0 * torch.randint(2, (M, n, self._signs), generator=source) - 1
            g[-1] = t * g[:-1].prod(dim=0) * (-1) ** (M - 1)  # now the XOR of all is t
            for m, name in enumerate(self.modalities):
                x[name][:, b] = (a[m] * g[m] + noise(n)) * of_kind[:, None]
        inputs = {name: v.flatten(1) for name, v in x.items()}
        for name, Q in self._turn.items():
            spare = torch.randn(n, self.dim - inputs[name].shape[1], generator=source)
            inputs[name] = torch.cat([inputs[name], spare], dim=1) @ Q.float().T
        return inputs, y

    def _posterior(self, inputs: Mapping[str, Tensor], subset: tuple[str, ...]) -> Tensor:
        seen = [inputs[name] @ self._turn[name] if self._turn else inputs[name] for name in subset]
        x = torch.stack(seen, dim=1)[..., : len(self._blocks) * self._signs]
        x = x.unflatten(2, (len(self._blocks), self._signs))  # (B, |A|, blocks, signs)
        a = self._amplitudes(subset)
        odds = x.new_zeros(len(x), self._signs)  # ℓ
        if "redundant" in self._blocks:
            w, _ = self._pooled(a)
            odds = odds + 2 * torch.einsum("m,bmn->bn", w, x[:, :, self._blocks.index("redundant")])
        if "unique" in self._blocks:
            odds = odds + 2 * torch.einsum("m,bmn->bn", a, x[:, :, self._blocks.index("unique")])
        if "synergistic" in self._blocks and len(subset) == len(self.modalities):
            views = 2 * a[:, None] * x[:, :, self._blocks.index("synergistic")]
            odds = odds + reduce(soft_xor, views.unbind(dim=1))
        if self.num_classes == 2:
            odds = torch.cat([torch.zeros_like(odds), odds], dim=1)
        return odds.softmax(dim=1)

    def _pooled(self, a: Tensor) -> tuple[Tensor, float]:
        r"""Weights of the redundant views, w = Σ⁻¹a, and their common amplitude √(aᵀΣ⁻¹a).

        Σ = (1-ρ) I + ρ 1 1ᵀ is the covariance of their noise.
        """
        rho, k = self.shared_noise, len(a)
        if rho == 1:
            return a / k, float(a[0])
        w = (a - rho * a.sum() / (1 + (k - 1) * rho)) / (1 - rho)
        return w, math.sqrt(float(a @ w))

    def _accuracy(self, subset: tuple[str, ...]) -> float:
        C, chance = self.num_classes, 1 / self.num_classes
        if not subset:
            return chance
        _, a = self._pooled(self._amplitudes(subset))
        whole = len(subset) == len(self.modalities)
        reached = {
            "redundant": symbol_accuracy(a / amplitude(1.0, C), C),
            "synergistic": xor_accuracy(tuple(self.signals.values()), C) if whole else chance,
            "silent": chance,
        }
        for name, s in self.signals.items():
            reached[f"unique to {name}"] = symbol_accuracy(s, C) if name in subset else chance
        return sum(share * reached[kind] for kind, share in self.shares.items() if share)

    def __repr__(self) -> str:
        shares = ", ".join(f"{share:.3g} {kind}" for kind, share in self.shares.items() if share)
        return (
            f"Synthetic({self.split!r}, {len(self):,} samples of {shares}; {self.num_classes} "
            f"classes, {len(self.modalities)} modalities of dim {self.dim}, seed={self.seed})"
        )


def _signals(signal: float | Mapping[str, float], names: Sequence[str]) -> dict[str, float]:
    """s_m of each sense."""
    if not isinstance(signal, Mapping):
        signal = dict.fromkeys(names, signal)
    for name in signal:
        check_name("modality", name, names)
    for name in names:
        if name not in signal:
            raise ValueError(f"signal says nothing of modality {name!r}")
    return {name: real_number(f"signal of {name!r}", signal[name], 0, STRONG) for name in names}


def _shares(
    redundancy: float,
    uniqueness: float | Mapping[str, float],
    synergy: float,
    names: Sequence[str],
) -> dict[str, float]:
    """Share of each kind of samples, the silent ones last."""
    if not isinstance(uniqueness, Mapping):
        share = real_number("uniqueness", uniqueness, 0, 1) / len(names)
        uniqueness = dict.fromkeys(names, share)
    for name in uniqueness:
        check_name("modality", name, names)
    shares = {"redundant": redundancy}
    shares |= {f"unique to {name}": uniqueness.get(name, 0.0) for name in names}
    shares["synergistic"] = synergy
    for kind, share in shares.items():
        shares[kind] = real_number(f"the share of {kind} samples", share, 0, 1)
    rest = 1 - sum(shares.values())
    if rest < -1e-9:
        raise ValueError(f"the shares of all kinds add up to {1 - rest:g}, more than 1")
    return shares | {"silent": rest if rest > 1e-9 else 0.0}
