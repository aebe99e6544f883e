"""A joint head, and beside it one for each modality: for objectives that weigh them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from mmtutor.models.checks import check_module
from mmtutor.models.multimodal import MultimodalModel


class Branched(nn.Module):
    r"""A multimodal model whose encoders also answer alone, each through a head of its own.

    .. math:: z_m = g_m(f_m(x_m)), \qquad z = g\big(f_1(x_1) \oplus \dots \oplus f_M(x_M)\big)

    While training it gives all answers, ``{modality: (B, C), "joint": (B, C)}``, which
    :class:`mmtutor.objectives.Blended` weighs. Otherwise it gives the joint one.

    :param model: the joint model.
    :raises ValueError: a modality is called ``"joint"``, or ⊕ reads tokens and not vectors.
    """

    def __init__(self, model: MultimodalModel) -> None:
        super().__init__()
        check_module("model", model, MultimodalModel)
        if model.fusion.reads_tokens:
            raise ValueError(
                f"fusion {model.fusion.name!r} reads tokens; a head for each modality needs one "
                "vector a sample: choose an operator that reads vectors"
            )
        if "joint" in model.modalities:
            raise ValueError("'joint' is the name of the joint head, a modality cannot have it")
        self.model = model
        self.heads = nn.ModuleDict(
            {m: nn.Linear(d, model.out_dim) for m, d in model.fusion.dims.items()}
        )
        self.out_dim = model.out_dim

    @property
    def encoders(self) -> nn.ModuleDict:
        """The joint model's encoders."""
        return self.model.encoders

    def branches(self, inputs: Mapping[str, Any]) -> dict[str, Tensor]:
        """Every head's logits; the encoders run once."""
        features = self.model.features(inputs)
        alone = {m: self.heads[m](h) for m, h in features.items()}
        return {**alone, "joint": self.model.head(self.model.fusion(features))}

    def forward(self, inputs: Mapping[str, Any]) -> dict[str, Tensor] | Tensor:
        """All answers while training, the joint one otherwise."""
        return self.branches(inputs) if self.training else self.model(inputs)
