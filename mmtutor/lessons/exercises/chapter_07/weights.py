"""7.5: weights for witnesses whose noises depend on each other."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw
from mmtutor.lessons.exercises.any_form import in_a_row


def _covariance(size: int, seed: int) -> Tensor:
    B = draw(size, size, seed=seed)
    return B @ B.T + torch.eye(size)


_CASES = (
    (torch.tensor([1.0, 0.0]), torch.tensor([[1.0, 0.9], [0.9, 1.0]])),
    *((draw(m, seed=7 * m).abs(), _covariance(m, seed=m)) for m in (3, 5)),
)


def _weights(a: Tensor, cov: Tensor) -> Tensor:
    return torch.linalg.solve(cov, a)


def _covariance_ignored(a: Tensor, cov: Tensor) -> Tensor:
    return a


def _variances_only(a: Tensor, cov: Tensor) -> Tensor:
    return a / cov.diagonal()


def _not_inverted(a: Tensor, cov: Tensor) -> Tensor:
    return cov @ a


def _inverted_entry_by_entry(a: Tensor, cov: Tensor) -> Tensor:
    return (1 / cov) @ a


def _summed_to_one(a: Tensor, cov: Tensor) -> Tensor:
    w = _weights(a, cov)
    return w / w.sum()


def _doubled(a: Tensor, cov: Tensor) -> Tensor:
    return 2 * _weights(a, cov)


def _never_negative(a: Tensor, cov: Tensor) -> Tensor:
    return _weights(a, cov).clamp_min(0)


def _softened(a: Tensor, cov: Tensor) -> Tensor:
    return _weights(a, cov).softmax(dim=0)


WEIGHTS = Exercise(
    solution=_weights,
    mistakes=(
        (_covariance_ignored, "These weights take each noise for its own: where is Σ?"),
        (_variances_only, "You used the diagonal of Σ. What is shared stands beside it."),
        (_not_inverted, "You multiplied by Σ. Noise should lower a weight: multiply by Σ⁻¹."),
        (_inverted_entry_by_entry, "1 / Σ, entry by entry, is not Σ⁻¹: solve Σ w = a."),
        (_summed_to_one, "Scaled to sum to one they name the same winner, but 2 w·x is no longer "
                         "the log-odds."),
        (_softened, "A softmax has no place here: weights may be negative, and should be."),
        (_doubled, "The 2 stands in the log-odds already, 2 w·x: w is Σ⁻¹a."),
        (_never_negative, "A negative weight is no mistake: it takes off what was heard twice."),
    ),
    praise="Stacking with the right numbers: near-copies share a weight, and noise is taken off.",
    hint="Solve Σ w = a: torch.linalg.solve(cov, a).",
    probe=in_a_row(*_CASES),
)  # fmt: skip
