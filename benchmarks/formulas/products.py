"""Products, term by term."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from benchmarks.formulas.weights import copied, layer, layers, number, total
from mmtutor.fusion import Fusion


def product(values: list[Tensor]) -> Tensor:
    result = values[0]
    for value in values[1:]:
        result = result * value
    return result


def with_one(x: Tensor) -> Tensor:
    return torch.cat([x, torch.ones(len(x), 1, dtype=x.dtype)], dim=1)


class TensorFusion(nn.Module):
    def __init__(self, op: Fusion) -> None:
        super().__init__()
        self.W = layer(op.W.weight, op.W.bias)

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        outer, *rest = (with_one(v) for v in x.values())
        for v in rest:
            outer = torch.einsum("bi,bj->bij", outer, v).flatten(1)
        return self.W(outer)


class LowRank(nn.Module):
    def __init__(self, op: Fusion) -> None:
        super().__init__()
        self.W = nn.ModuleDict(
            {m: layers(f.weight, f.bias, op.rank) for m, f in op.W.items()}
        )  # the bias is the column that meets the appended 1
        self.b, self.rank = number(op.b), op.rank

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        terms = (product([self.W[m][r](v) for m, v in x.items()]) for r in range(self.rank))
        return total(terms) + self.b


class Film(nn.Module):
    def __init__(self, op: Fusion) -> None:
        super().__init__()
        self.target, self.W, self.b = op.target, layer(op.W.weight), number(op.b)
        self.Gamma, self.Beta = copied(op.G), copied(op.B)

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        gamma = 1 + total(G_m(x[m]) for m, G_m in self.Gamma.items())
        beta = total(B_m(x[m]) for m, B_m in self.Beta.items())
        return gamma * self.W(x[self.target]) + beta + self.b


class Bilinear(nn.Module):
    def __init__(self, op: Fusion) -> None:
        super().__init__()
        self.U, self.P = copied(op.U), layer(op.P.weight, op.P.bias)

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        return self.P(product([torch.tanh(self.U[m](v)) for m, v in x.items()]))


class CompactBilinear(nn.Module):
    def __init__(self, op: Fusion) -> None:
        super().__init__()
        self.W, self.size = layer(op.W.weight, op.W.bias), op.size
        widths = list(op.dims.values())
        self.bucket = [part % op.size for part in op.bucket.split(widths)]
        self.sign = nn.ParameterList(op.sign.split(widths)).requires_grad_(False)

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        spectra = []
        for v, bucket, sign in zip(x.values(), self.bucket, self.sign, strict=True):
            sketch = v.new_zeros(len(v), self.size).index_add(1, bucket, sign * v)
            spectra.append(torch.fft.fft(sketch))
        return self.W(torch.fft.ifft(product(spectra)).real)


class Mutan(nn.Module):
    def __init__(self, op: Fusion) -> None:
        super().__init__()
        self.W, self.W_o = copied(op.W), layer(op.W_o.weight, op.W_o.bias)
        self.M = nn.ModuleDict({m: layers(f.weight, f.bias, op.rank) for m, f in op.M.items()})
        self.rank = op.rank

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        small = {m: torch.tanh(self.W[m](v)) for m, v in x.items()}
        terms = (product([self.M[m][r](v) for m, v in small.items()]) for r in range(self.rank))
        return self.W_o(total(terms))


class Block(nn.Module):
    def __init__(self, op: Fusion) -> None:
        super().__init__()
        self.W_o, self.rank, self.chunks = layer(op.W_o.weight, op.W_o.bias), op.rank, op.chunks
        self.A = nn.ModuleDict({m: layers(f.weight, None, op.chunks) for m, f in op.A.items()})
        self.M = nn.ModuleDict()
        for m, core in op.M.items():
            blocks = zip(core.weight, core.bias, strict=True)
            self.M[m] = nn.ModuleList(layers(w, b, op.rank) for w, b in blocks)

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        z = []
        for c in range(self.chunks):
            small = {m: self.A[m][c](v) for m, v in x.items()}
            terms = (
                product([self.M[m][c][r](v) for m, v in small.items()]) for r in range(self.rank)
            )
            z.append(total(terms))
        return self.W_o(torch.cat(z, dim=1))
