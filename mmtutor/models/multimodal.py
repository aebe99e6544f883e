r"""Encoders, ⊕ and a head: where the pieces meet.

Feature-level fusion joins what the encoders say, then decides:
:math:`\hat y = g\big(f_1(x_1) \oplus \dots \oplus f_M(x_M)\big)`.
Model-level fusion decides in every modality, then joins the decisions:
:math:`M = M_1 \oplus M_2 \oplus \dots \oplus M_n`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import torch
from torch import Tensor, nn

from mmtutor.arguments import whole_number
from mmtutor.fusion import Fusion, make
from mmtutor.fusion.checks import check_modality
from mmtutor.models.checks import check_dropout, check_module, encoder_widths
from mmtutor.names import check_name


class MultimodalModel(nn.Module):
    r"""Feature-level fusion: ``ŷ = g(f_1(x_1) ⊕ … ⊕ f_M(x_M))``.

    :param encoders: ``f_m`` by modality name; each has ``out_dim`` and maps a batch to
        ``(B, out_dim)``. Where the operator reads tokens and the encoder has ``tokens``, that is
        what it is asked for: ``((B, T, out_dim), padding)``.
    :param fusion: ⊕, as a name in :data:`mmtutor.fusion.OPERATORS` or as an operator built
        beforehand.
    :param out_dim: width of the output: number of classes, or 1 for a regression.
    :param dim: width of ``h``, where ``fusion`` is a name.
    :param head: ``g``; a linear layer if not given, so that ⊕ alone decides which interactions
        between modalities the model can express.
    :param modality_dropout: while training, each modality of each sample is marked absent with
        this probability (never all of them), so that the model learns to do without it.
    :param absent: what stands for a modality that is not there. ``"mask"``: nothing, ⊕ leaves it
        out. ``"token"``: a vector :math:`t_m` in place of :math:`f_m(x_m)`, zero at first and
        learnt from samples that lack the modality, by themselves or by ``modality_dropout``;
        without either it stays zero.
    :param options: passed on to the operator, where ``fusion`` is a name.
    :raises TypeError: an encoder, a head or ⊕ of another kind.
    :raises ValueError: no encoders, a probability outside [0, 1), an operator built for other
        modalities or widths than the encoders give, or ``"token"`` beside one that reads sequences.
    """

    def __init__(
        self,
        encoders: Mapping[str, nn.Module],
        fusion: str | Fusion = "concat",
        *,
        out_dim: int,
        dim: int = 64,
        head: nn.Module | None = None,
        modality_dropout: float = 0.0,
        absent: Literal["mask", "token"] = "mask",
        **options: Any,
    ) -> None:
        super().__init__()
        dims, out_dim = encoder_widths(encoders), whole_number("out_dim", out_dim, 1)
        check_dropout("modality_dropout", modality_dropout)
        check_name("absent", absent, ("mask", "token"))
        if head is not None:
            check_module("head", head)
        given = not isinstance(fusion, str)
        if isinstance(fusion, str):
            fusion = make(fusion, dims, dim, **options)
        check_module("fusion, where it is no name,", fusion, Fusion)
        if given and options:
            raise ValueError(
                f"{', '.join(options)} would go to an operator that is made here, but this one is "
                "built already: build it with them"
            )
        if fusion.dims != dims:
            raise ValueError(f"the encoders give {dims}, the fusion operator takes {fusion.dims}")
        if absent == "token" and fusion.reads_tokens:
            raise ValueError(
                f"absent='token' is one vector a modality, but {type(fusion).__name__} reads "
                "sequences: use absent='mask', or an operator of vectors such as 'gated'"
            )
        self.encoders = nn.ModuleDict(encoders)
        self.fusion = fusion
        vectors = {m: torch.zeros(d) for m, d in dims.items()} if absent == "token" else {}
        self.t = nn.ParameterDict(vectors)
        self.head = nn.Linear(fusion.out_dim, out_dim) if head is None else head
        self.modality_dropout = modality_dropout
        self.out_dim = out_dim

    @property
    def modalities(self) -> tuple[str, ...]:
        """The names of the modalities."""
        return self.fusion.modalities

    def features(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Encode each modality that is there: ``f_m(x_m)``, as the operator reads it.

        :returns: ``{name: (B, d_m)}``, or ``{name: ((B, T_m, d_m), padding)}`` where operator and
            encoder both know tokens.
        :raises KeyError: a modality that has no encoder.
        """
        features: dict[str, Any] = {}
        for name, x in inputs.items():
            check_name("modality", name, self.encoders, KeyError)
            encode: Any = self.encoders[name]
            if self.fusion.reads_tokens and hasattr(encode, "tokens"):
                encode = encode.tokens
            features[name] = encode(x)
        return features

    def fuse(
        self, inputs: Mapping[str, Any], present: Mapping[str, Tensor] | None = None
    ) -> Tensor:
        """Compute ``h = f_1(x_1) ⊕ … ⊕ f_M(x_M)``, ``(B, d)``."""
        features = self.features(inputs)
        if self.training and self.modality_dropout > 0:
            present = self._drop(features, present)
        if not self.t:
            return self.fusion(features, present)
        x, mask = self.fusion.admit(features, present)
        if mask is not None:
            columns = zip(x.items(), mask.unbind(dim=1), strict=True)
            x = {m: torch.where(has[:, None], x_m, self.t[m]) for (m, x_m), has in columns}
        return self.fusion(x)

    def forward(
        self, inputs: Mapping[str, Any], present: Mapping[str, Tensor] | None = None
    ) -> Tensor:
        """Compute ``ŷ``.

        :param inputs: ``{name: batch}``; a name left out is absent.
        :param present: ``{name: (B,) bool}``, as for :meth:`mmtutor.fusion.Fusion.forward`.
        :returns: logits or predictions, ``(B, out_dim)``.
        """
        return self.head(self.fuse(inputs, present))

    def _drop(
        self, features: Mapping[str, Any], present: Mapping[str, Tensor] | None
    ) -> dict[str, Tensor]:
        there = torch.stack([_has(value) for value in features.values()], dim=1)  # (B, M)
        for i, name in enumerate(features):
            if present is not None and name in present:
                there[:, i] &= present[name].to(there.device)
        keep = there & (torch.rand(there.shape, device=there.device) >= self.modality_dropout)
        keep = torch.where(keep.any(dim=1, keepdim=True), keep, there)
        return {**(present or {}), **dict(zip(features, keep.unbind(dim=1), strict=True))}


class Ensemble(nn.Module):
    r"""Model-level fusion: ``M = M_1 ⊕ M_2 ⊕ … ⊕ M_n`` over the models' logits.

    :param models: a model for each modality, by name; each maps its own modality's batch to
        logits ``(B, C)``. A :class:`MultimodalModel` with that single modality will do.
    :param fusion: ⊕ over logits, as a name or as an operator.
    :param out_dim: number of classes ``C``, where it cannot be read off the models.
    :raises TypeError: a model or ⊕ of another kind.
    :raises ValueError: no models, a name that cannot be used, or unknown number of classes.
    """

    def __init__(
        self,
        models: Mapping[str, nn.Module],
        fusion: str | Fusion = "average",
        *,
        out_dim: int | None = None,
        **options: Any,
    ) -> None:
        super().__init__()
        if not isinstance(models, Mapping) or not models:
            raise ValueError("an ensemble needs a mapping of one model at least, by modality")
        for name, model in models.items():
            check_modality(name)
            check_module(f"the model of {name!r}", model)
        classes = getattr(next(iter(models.values())), "out_dim", None)
        if out_dim is not None or classes is None:
            classes = whole_number(
                "out_dim of Ensemble(models, out_dim=…), the number of classes,", out_dim, 1
            )
        if isinstance(fusion, str):
            fusion = make(fusion, dict.fromkeys(models, classes), classes, **options)
        check_module("fusion, where it is no name,", fusion, Fusion)
        self.models = nn.ModuleDict(models)
        self.fusion = fusion
        self.out_dim = classes

    @property
    def modalities(self) -> tuple[str, ...]:
        """The names of the modalities."""
        return tuple(self.models)

    def logits(self, inputs: Mapping[str, Any]) -> dict[str, Tensor]:
        """Return what each model says about its own modality, ``{name: (B, C)}``.

        :raises KeyError: a modality that has no model.
        """
        for name in inputs:
            check_name("modality", name, self.models, KeyError)
        return {
            name: model({name: inputs[name]}) if _takes_names(model) else model(inputs[name])
            for name, model in self.models.items()
            if name in inputs
        }

    def forward(
        self, inputs: Mapping[str, Any], present: Mapping[str, Tensor] | None = None
    ) -> Tensor:
        """Fuse the models' logits: ``(B, C)``."""
        return self.fusion(self.logits(inputs), present)


def _has(features: Tensor | tuple[Tensor, Tensor]) -> Tensor:
    """Which samples have a modality, ``(B,)``: all, or those with a token that is not padding."""
    if isinstance(features, tuple):
        return ~features[1].all(dim=1)
    return torch.ones(len(features), dtype=torch.bool, device=features.device)


def _takes_names(model: nn.Module) -> bool:
    return isinstance(model, (MultimodalModel, Ensemble))
