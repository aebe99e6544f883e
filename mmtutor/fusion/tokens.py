r"""The contract of ⊕ for operators that read sequences: words, patches, moments of a sound.

A modality is a sequence of tokens :math:`x_m = (x_{m,1}, \dots, x_{m,T_m})`, each of width
:math:`d_m`, exactly as an encoder's ``tokens(x)`` returns them: the pair ``(tokens,
padding_mask)``. Sequences of unequal length are filled up to a rectangle; ``padding_mask`` is true
where nothing is.

Everything else is as in :mod:`mmtutor.fusion.base`. A padding token counts as one that does not
exist: zeros replace it before the formula sees it, so its content cannot reach ``h`` or a
gradient. A sample whose tokens of a modality are all padding does not have that modality.
"""

from __future__ import annotations

import abc
from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor

from mmtutor.fusion import checks
from mmtutor.fusion.base import Fusion


class TokenFusion(Fusion[dict[str, Tensor]]):
    """One ⊕ over named sequences: ``{name: (B, T_m, d_m)} -> (B, out_dim)``.

    A modality may be ``tokens``, or the pair ``(tokens, padding_mask)`` with ``padding_mask``
    ``(B, T_m)`` boolean, true = ignore, or a vector ``(B, d_m)``, which counts as one token.
    ``T_m`` may differ from modality to modality and from batch to batch.
    """

    reads_tokens: ClassVar[bool] = True

    @abc.abstractmethod
    def fuse(self, x: dict[str, Tensor], present: dict[str, Tensor] | None) -> Tensor:
        """Compute ``h``: the formula itself.

        :param x: every modality of ``dims``, in that order, ``(B, T_m, d_m)``; zeros where a
            token is padding or absent.
        :param present: ``{name: (B, T_m) bool}``, which tokens exist; a sample has at least one
            in all, but may have none of a modality. ``None`` if nothing lacks.
        :returns: ``(B, out_dim)``.
        """

    @abc.abstractmethod
    def flops(self, batch: int, tokens: Mapping[str, int] | None = None) -> int:
        """Count as :meth:`mmtutor.fusion.Fusion.flops` does, for ``T_m`` tokens a modality.

        Attention counts its two products, whole: masked pairs too, as they are computed.
        :class:`~torch.utils.flop_counter.FlopCounterMode` does the same whichever kernel runs;
        torch versions that do not know the CPU kernel count nothing for it.

        :param tokens: ``{name: T_m}``, padding included; 1 where a name is left out.
        """

    def admit(
        self, features: Mapping[str, Any], present: Mapping[str, Tensor] | None
    ) -> tuple[dict[str, Tensor], dict[str, Tensor] | None]:
        """Check a batch and put zeros where a token is padding or absent."""
        given = checks.check_tokens(features, self.dims)
        x = {name: tokens for name, (tokens, _) in given.items()}
        whole = len(given) == len(self.dims) and all(mask is None for _, mask in given.values())
        if whole and not present:
            return x, None

        columns = checks.check_present(present or {}, self.dims, x)
        some = next(iter(x.values()))
        batch, exists = some.shape[0], {}
        for name, width in self.dims.items():
            if name not in given:
                x[name] = some.new_zeros(batch, 1, width)
                exists[name] = torch.zeros(batch, 1, dtype=torch.bool, device=some.device)
                continue
            tokens, padding_mask = given[name]
            flags = columns[name][:, None] if name in columns else None  # (B, 1)
            if padding_mask is not None:
                here = ~padding_mask.to(some.device)
                here = here if flags is None else here & flags
            elif flags is not None:
                here = flags.expand(tokens.shape[:2])
            else:
                exists[name] = torch.ones(tokens.shape[:2], dtype=torch.bool, device=some.device)
                continue
            x[name], exists[name] = torch.where(here[..., None], tokens, 0), here
        checks.check_nobody_is_empty(has_tokens(exists))
        return {name: x[name] for name in self.dims}, exists


def has_tokens(present: Mapping[str, Tensor]) -> Tensor:
    """Return which sample has which modality, ``(B, M)``: a token of it at least."""
    return torch.stack([flags.any(dim=1) for flags in present.values()], dim=1)


def mean_token(tokens: Tensor, present: Tensor | None = None) -> Tensor:
    """Mean over the tokens that exist, ``(B, T, d) -> (B, d)``; zeros where none does.

    :param present: ``(B, T) bool``.
    """
    if present is None:
        return tokens.mean(dim=1)
    flags = present.to(tokens.dtype)  # before the division: a share has the precision of tokens
    share = flags / flags.sum(dim=1, keepdim=True).clamp(min=1)  # (B, T)
    return (share[..., None] * tokens).sum(dim=1)
