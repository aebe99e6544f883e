"""Chapter 5: right answers in other forms, wrong ones as a student would give them."""

from __future__ import annotations

import numpy as np
import torch


def with_one(x):
    return torch.cat([x, torch.ones(1)])


def low_rank_by_loop(x1, x2, U, V):
    a, b = [*x1.tolist(), 1.0], [*x2.tolist(), 1.0]
    return sum(
        sum(u * x for u, x in zip(row_u, a, strict=True))
        * sum(v * x for v, x in zip(row_v, b, strict=True))
        for row_u, row_v in zip(U.tolist(), V.tolist(), strict=True)
    )


def low_rank_in_numpy(x1, x2, U, V):
    a, b = np.append(x1.numpy(), 1), np.append(x2.numpy(), 1)
    return np.dot(U.numpy() @ a, V.numpy() @ b)


def low_rank_with_columns(x1, x2, U, V):
    """The 1 meets the last column; the result has shape (1,)."""
    first = U[:, :-1] @ x1 + U[:, -1]
    return (first @ (V[:, :-1] @ x2 + V[:, -1]))[None]


def low_rank_as_matrix(x1, x2, U, V):
    """Shape (1, 1)."""
    return (with_one(x1) @ U.T)[None] @ (V @ with_one(x2))[:, None]


def by_the_outer_product(x1, x2, U, V):
    table = torch.outer(with_one(x1), with_one(x2))
    return (U @ table @ V.T).diagonal().sum()


def by_a_table_in_numpy(x1, x2, U, V):
    return np.append(x1, np.float32(1)) @ (U.numpy().T @ V.numpy()) @ np.append(x2, np.float32(1))


def by_a_table_in_lists(x1, x2, U, V):
    a, b = [*x1.tolist(), 1.0], [*x2.tolist(), 1.0]
    table = [[p * q for q in b] for p in a]
    return sum(
        u * v * p
        for row_u, row_v in zip(U.tolist(), V.tolist(), strict=True)
        for u, places in zip(row_u, table, strict=True)
        for v, p in zip(row_v, places, strict=True)
    )


def zero_appended(x1, x2, U, V):
    zero = torch.zeros(1)
    return ((U @ torch.cat([x1, zero])) * (V @ torch.cat([x2, zero]))).sum()


RANKS = {"pair": 1, "sum": 2, "same way": 2, "both north": 1}
TENSOR, LOW = 57_296, 2_024


def low_rank_of_two_terms(x1, x2, U, V):
    """R = 2, whatever R is."""
    a, b = with_one(x1), with_one(x2)
    return (U[0] @ a) * (V[0] @ b) + (U[1] @ a) * (V[1] @ b)


RIGHT = {
    "5.1": [{"b": 2, "a": 3, "c": 1, "d": -4}],
    "5.2": [(TENSOR, LOW)],
    "5.3": [
        {name: float(rank) for name, rank in RANKS.items()},
        {name: torch.tensor(rank) for name, rank in RANKS.items()},
        {name: np.int64(rank) for name, rank in RANKS.items()},
        {name: str(rank) for name, rank in RANKS.items()},
        torch.tensor([1, 2, 2, 1]),
    ],
    "5.4": [low_rank_by_loop, low_rank_in_numpy, low_rank_with_columns, low_rank_as_matrix],
}

WRONG = {
    "5.1": [
        ([3, 5, 4, -4], "a is h(0,0)"),
        ([0, 2, 1, -4], "the table has it"),
        ([3, 5, 4, -10], "steps"),
        ([3, 2, 1, -7], "twice"),
        ([3, 2, 1, -2], "one neighbour"),
        ([3, 2, 1, 2], "itself"),
        ([3, -2, -1, 4], "The signs of b and c"),
    ],
    "5.2": [
        ([TENSOR + 1, LOW], "adds a bias"),
        ([TENSOR, LOW + 8], "adds a bias"),
        ([TENSOR, 260], "h has 8. The rest is right"),
        ([TENSOR, LOW + 24], "outside the sum"),
        ([7_162, LOW], "one coordinate of h"),
        ([512, LOW], "*product* of the three"),
        ([TENSOR - 8, LOW], "lacks the bias"),
    ],
    "5.3": [
        ({**RANKS, "pair": 2}, "is one product"),
        ({**RANKS, "same way": 4}, "does not count numbers"),
        ({**RANKS, "both north": 3}, "3 of 4 are right"),
        ({**RANKS, "sum": 3}, "only zeros"),
        ({**RANKS, "same way": 1, "both north": 2}, "And that is not all"),
    ],
    "5.4": [
        (low_rank_of_two_terms, ""),
        (lambda x1, x2, U, V: with_one(x1) @ (U.T @ V) @ with_one(x2), "you built a table"),
        (by_the_outer_product, "you built a table"),
        (by_a_table_in_numpy, "you built a table"),
        (by_a_table_in_lists, "you built a table"),
        (lambda x1, x2, U, V: ((U @ x1) * (V @ x2)).sum(), "did you append the 1"),
        (lambda x1, x2, U, V: torch.outer(U @ with_one(x1), V @ with_one(x2)).sum(), "rank 1"),
        (zero_appended, "Where are the 1s?"),
    ],
}
