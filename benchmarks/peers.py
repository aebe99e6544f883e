"""Published implementations that can be installed, each behind one interface.

None of them is needed: a package that is not here is left out, by name. What they compute is not
always quite what the operator computes; widths, ranks and extras (a tanh, a norm) are set as
alike as their options allow, and where theirs cannot be switched off, ours is switched on.

======================== ==================================================================
package (on PyPI)        what is taken from it
======================== ==================================================================
torch                    ``nn.Bilinear``; ``nn.MultiheadAttention``, one for each ordered pair;
                         ``nn.TransformerEncoder``
torchmultimodal-nightly  ``ConcatFusionModule``, ``AttentionFusionModule`` (needs ``iopath``)
pykale                   ``LowRankTensorFusion``, ``BimodalInteractionFusion``
block-bootstrap-pytorch  ``MLB``, ``Mutan``, ``Block`` (needs ``bootstrap.pytorch``)
======================== ==================================================================
"""

from __future__ import annotations

import importlib
import importlib.metadata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from mmtutor.fusion import Fusion


@dataclass(frozen=True)
class Peer:
    """One published module beside one operator.

    :param package: the name under which it is installed.
    :param title: what the table calls it.
    :param module: where to import from.
    :param build: from the imported module and an operator, a module that takes a list of features.
    :param fits: whether it can do what the operator is asked to do.
    :param most: the most multiplications, batch · ∏ widths · out_dim, that it is asked for: beyond
        that one step takes so long that the whole benchmark would wait for it.
    :param options: how our operator is built beside it, where that differs from the default.
    """

    package: str
    title: str
    module: str
    build: Callable[[Any, Fusion], nn.Module]
    fits: Callable[[Fusion], bool] = lambda op: True
    options: Mapping[str, Any] = field(default_factory=dict)
    most: float = float("inf")


class OfList(nn.Module):
    """Hand a dictionary's features, in their order, to a module that takes a list."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Mapping[str, Tensor]) -> Tensor:
        return self.inner(list(x.values()))


class TwoInputs(nn.Module):
    """``nn.Bilinear`` takes its two inputs one by one."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Mapping[str, Tensor]) -> Tensor:
        return self.inner(*x.values())


class PairsOfHeads(nn.Module):
    """Cross-attention between every ordered pair, built from PyTorch's own layer."""

    def __init__(self, op: Fusion) -> None:
        super().__init__()
        self.pairs = op.pairs
        self.lookups = nn.ModuleDict(
            {
                f"{a} {b}": nn.MultiheadAttention(
                    op.dims[a], op.heads, kdim=op.dims[b], vdim=op.dims[b], batch_first=True
                )
                for a, b in op.pairs
            }
        )
        total = sum(op.dims.values())
        self.W = nn.Linear(total + sum(op.dims[a] for a, _ in op.pairs), op.out_dim)

    def forward(self, x: Mapping[str, Tensor]) -> Tensor:
        x = {m: v if v.dim() == 3 else v[:, None] for m, v in x.items()}
        found = [v.mean(dim=1) for v in x.values()]
        for a, b in self.pairs:
            y, _ = self.lookups[f"{a} {b}"](x[a], x[b], x[b], need_weights=False)
            found.append(y.mean(dim=1))
        return self.W(torch.cat(found, dim=1))


class OneSequence(nn.Module):
    """Joint self-attention, built from PyTorch's own layers (theirs have more biases)."""

    def __init__(self, op: Fusion) -> None:
        super().__init__()
        d = op.out_dim
        self.P = nn.ModuleDict({m: nn.Linear(width, d) for m, width in op.dims.items()})
        self.c = nn.Parameter(torch.randn(d))
        layer = nn.TransformerEncoderLayer(
            d, 1, 2 * d, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(
            layer, len(op.layers), norm=nn.LayerNorm(d), enable_nested_tensor=False
        )

    def forward(self, x: Mapping[str, Tensor]) -> Tensor:
        z = [self.P[m](v if v.dim() == 3 else v[:, None]) for m, v in x.items()]
        return self.layers(torch.cat([self.c.expand(len(z[0]), 1, -1), *z], dim=1))[:, 0]


class KaleLowRank(nn.Module):
    """Its factors are in a Python list: registered here, or they would never be learnt."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner
        self.learnt = nn.ParameterList([*inner.factors, inner.fusion_weights, inner.fusion_bias])

    def forward(self, x: Mapping[str, Tensor]) -> Tensor:
        return self.inner(list(x.values()))


def two(op: Fusion) -> bool:
    return len(op.dims) == 2


def widths(op: Fusion) -> list[int]:
    return list(op.dims.values())


MM, KALE = "torchmultimodal.modules.fusions", "kale.embed.multimodal_fusion"
CADENE = "block.models.networks.fusions.fusions"

PEERS: dict[str, list[Peer]] = {
    "concat": [
        Peer(
            "torchmultimodal-nightly",
            "TorchMultimodal concat",
            f"{MM}.concat_fusion",
            lambda m, op: m.ConcatFusionModule(nn.Linear(sum(widths(op)), op.out_dim)),
        )
    ],
    "attention": [
        Peer(
            "torchmultimodal-nightly",
            "TorchMultimodal attention",
            f"{MM}.attention_fusion",
            lambda m, op: m.AttentionFusionModule(dict(op.dims), op.out_dim),
        )
    ],
    "tensor": [
        Peer(
            "torch",
            "nn.Bilinear",
            "torch.nn",
            lambda m, op: TwoInputs(m.Bilinear(*widths(op), op.out_dim)),
            two,
            most=1e9,
        ),
        Peer(
            "pykale",
            "PyKale bimodal matrix",
            KALE,
            lambda m, op: OfList(m.BimodalInteractionFusion(widths(op), op.out_dim, "matrix")),
            two,
        ),
    ],
    "low_rank": [
        Peer(
            "pykale",
            "PyKale low-rank",
            KALE,
            lambda m, op: KaleLowRank(m.LowRankTensorFusion(widths(op), op.out_dim, op.rank)),
        )
    ],
    "bilinear": [
        Peer(
            "block-bootstrap-pytorch",
            "BLOCK's MLB",
            CADENE,
            lambda m, op: OfList(
                m.MLB(widths(op), op.out_dim, op.rank, activ_input="tanh", activ_output=None)
            ),
            two,
        )
    ],
    "mutan": [
        Peer(
            "block-bootstrap-pytorch",
            "BLOCK's Mutan",
            CADENE,
            lambda m, op: OfList(m.Mutan(widths(op), op.out_dim, op.width, op.rank)),
            two,
            {"tanh": False},
        )
    ],
    "block": [
        Peer(
            "block-bootstrap-pytorch",
            "BLOCK's Block",
            CADENE,
            lambda m, op: OfList(
                m.Block(widths(op), op.out_dim, op.chunks * op.width, op.chunks, op.rank)
            ),
            two,
            {"normalize": True},
        )
    ],
    "cross_attention": [
        Peer(
            "torch",
            "nn.MultiheadAttention",
            "torch",
            lambda m, op: PairsOfHeads(op),
            # Its width is that of who asks; ours is that of h.
            lambda op: set(op.dims.values()) == {op.out_dim},
        )
    ],
    "joint_attention": [
        Peer("torch", "nn.TransformerEncoder", "torch", lambda m, op: OneSequence(op))
    ],
}
"""The peers of each operator; an operator that is not here has none that could be found."""


def load(peer: Peer) -> Any:
    """Import a peer's module; ``None`` if it is not installed, or does not load."""
    try:
        return importlib.import_module(peer.module)
    except Exception:  # whatever goes wrong in an old package's import: it is left out
        return None


def found() -> tuple[dict[str, str], list[str]]:
    """Return the versions of the packages that load, and the names of those that do not."""
    versions: dict[str, str] = {}
    missing = []
    for peer in (peer for peers in PEERS.values() for peer in peers):
        if load(peer) is None:
            missing.append(peer.package)
        else:
            versions[peer.package] = importlib.metadata.version(peer.package)
    return versions, sorted(set(missing) - set(versions))
