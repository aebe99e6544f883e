r"""Bayes accuracies of evidence with Gaussian noise, exact or to eight digits.

A class is shown as a code of signs: two classes by one sign t = ±1, more classes by one sign each,
+1 for the class that it is and -1 for the others. A sign is seen as :math:`x = a t + \varepsilon`
with :math:`\varepsilon \sim \mathcal N(0, 1)`, which says about it

.. math:: \ell = \ln \frac{p(t = +1 \mid x)}{p(t = -1 \mid x)} = 2 a x .

The strength of evidence is given by its *signal* s, half the distance between the means of two
classes in standard deviations: a = s for two classes, :math:`a = s / \sqrt 2` for more.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn.functional import pad, softplus

STRONG = 8.0  # a sign this strong is misread once in 10^15 times
WEAK = 1e-9  # and signs whose signals multiply to this are worth nothing in the first eight digits


def normal_cdf(x: Tensor | float) -> Tensor:
    """Φ(x), in double precision."""
    return torch.special.ndtr(torch.as_tensor(x, dtype=torch.float64))


def normal_pdf(x: Tensor) -> Tensor:
    """φ(x) = exp(-x²/2) / √(2π)."""
    return torch.exp(-x.square() / 2) / math.sqrt(2 * math.pi)


def amplitude(signal: float, classes: int) -> float:
    """a: what one sign is multiplied with."""
    return signal if classes == 2 else signal / math.sqrt(2)


def soft_xor(a: Tensor, b: Tensor) -> Tensor:
    r"""Log-odds that exactly one of two signs is +, from the log-odds of each.

    .. math:: \ell = \ln \frac{e^a + e^b}{1 + e^{a + b}}
              = -2 \operatorname{artanh} \left( \tanh \tfrac a2 \tanh \tfrac b2 \right)
    """
    return torch.logaddexp(a, b) - torch.logaddexp(torch.zeros_like(a), a + b)


def symbol_accuracy(signal: float, classes: int, step: float = 0.02) -> float:
    r"""Accuracy of reading one of C equally probable classes shown at ``signal`` s.

    .. math:: \mathrm{acc} = \int \varphi(u - \sqrt 2 s)\, \Phi(u)^{C-1}\, du
              \quad (= \Phi(s) \text{ for } C = 2)

    The class's own coordinate must come out above the C-1 others. The integrand is analytic and
    falls off like a Gaussian, so the trapezoidal rule errs by less than 1e-12.
    """
    if classes == 2:
        return float(normal_cdf(signal))
    shift = math.sqrt(2) * min(signal, 2 * STRONG)
    u = torch.arange(-10.0, shift + 10.0, step, dtype=torch.float64)
    return float((normal_pdf(u - shift) * normal_cdf(u) ** (classes - 1)).sum() * step)


@lru_cache(maxsize=1024)
def xor_accuracy(signals: tuple[float, ...], classes: int, step: float = 0.05) -> float:
    r"""Accuracy of reading one of C classes, each sign of whose code is the XOR of M signs.

    For two classes the XOR of M signs is right when an even number of them is misread:

    .. math:: \mathrm{acc} = \tfrac12 \Bigl(1 + \prod_m (2 \Phi(s_m) - 1)\Bigr).

    For more classes, what the M views say about one sign of the code is the *soft XOR*

    .. math:: \ell = 2 \operatorname{artanh} \prod_m \tanh(\ell_m / 2),

    and the class is the coordinate with the largest ℓ. Let h(v) be the density of
    :math:`v = \ln(e^{|\ell|} - 1)` where ℓ has the right sign; where it has the wrong sign, it is
    :math:`e^{-|\ell|} h(v)`. With :math:`H_\pm` the probabilities of a larger |ℓ|, right or wrong,

    .. math:: \mathrm{acc} = \int h\, \bigl[(1 - H_-)^{C-1} + e^{-|\ell|} H_+^{C-1}\bigr]\, dv .

    h is known for one view (φ), and carried to each further view by `_one_more`. Halving ``step``
    changes nothing above 1e-8.
    """
    if math.prod(signals) < WEAK:
        return 1 / classes
    if classes == 2:
        return (1 + math.prod(2 * float(normal_cdf(s)) - 1 for s in signals)) / 2
    # |ℓ| is below that of every single view: the weakest first, so that the grid is short.
    a = [amplitude(min(s, STRONG), classes) for s in sorted(signals)]
    lowest = sum(math.log(min(x, 1.0)) for x in a) - 30
    v = torch.arange(lowest, _highest(a[0]), step, dtype=torch.float64)
    right = _density(v, a[0])  # h
    for a_m in a[1:]:
        right = _one_more(right, v, a_m)
    misread = torch.exp(-softplus(v))
    above_right, above_wrong = _above(right) * step, _above(right * misread) * step
    others = classes - 1
    at_each = right * ((1 - above_wrong) ** others + misread * above_right**others)
    below_grid = 1 - (right * (1 + misread)).sum() * step  # where ℓ is all but 0
    return float(at_each.sum() * step + below_grid * (1 - above_wrong[0]) ** others)


def _highest(a: float) -> float:
    """No |ℓ| of one view with this amplitude is larger (but once in 10^15 times)."""
    return 2 * a**2 + 16 * a + 1


def _density(v: Tensor, a: float) -> Tensor:
    """h(v) of one view: ℓ = 2 a x of the right sign, x ~ N(a, 1)."""
    x = softplus(v) / (2 * a)
    return normal_pdf(x - a) / (2 * a) * torch.sigmoid(v)  # dl = σ(v) dv


def _one_more(right: Tensor, v: Tensor, a: float) -> Tensor:
    r"""h(v) with one more view, from that of the views before, given on the grid v.

    In :math:`L = e^{|\ell|} - 1` the soft XOR of two views A and B is :math:`L = AB / (2 + A + B)`.
    At a fixed δ = ln A - ln B, so that A and B are :math:`r e^{\pm\delta/2}`, and with
    :math:`c = \cosh(\delta/2)`,

    .. math:: r = L c + \sqrt{L^2 c^2 + 2 L}, \qquad
              h(v) = \int h_A\, h_B\, (1 + e^{-|\ell_A| - |\ell_B|})\,
                     \frac{1 + r c}{2 + r c}\, d\delta .
    """
    step, most = float(v[1] - v[0]), float(v[-1])
    table = _cells(right)
    spread = max(most, _highest(a)) + 30.0
    delta = torch.arange(-spread, spread, 0.15, dtype=torch.float64)
    c = torch.cosh(delta / 2)
    rows = []
    for part in v.split(256):  # so that the memory stays small
        Lc = part.exp()[:, None] * c
        r = Lc + torch.sqrt(Lc.square() + 2 * part.exp()[:, None])
        v_A, v_B = r.log() + delta / 2, r.log() - delta / 2
        place = (v_A - v[0]) / step
        cell = place.long().clamp(3, len(v) - 5)
        t = place - cell
        h_A = torch.zeros_like(t)
        for power in reversed(range(8)):
            h_A = h_A * t + table[power][cell - 3]
        h_A = torch.where((v_A >= v[0]) & (v_A <= most), h_A, 0.0)
        both = 1 + torch.exp(-softplus(v_A) - softplus(v_B))
        rows.append((h_A * _density(v_B, a) * both * (1 + r * c) / (2 + r * c)).sum(dim=1) * 0.15)
    return torch.cat(rows)


def _cells(f: Tensor) -> Tensor:
    """Polynomials through eight neighbours, for the cell in their middle: coefficients (8, n-7)."""
    nodes = torch.arange(-3.0, 5.0, dtype=torch.float64)
    return torch.linalg.solve(torch.linalg.vander(nodes, N=8), f.unfold(0, 8, 1).T)


def _above(f: Tensor) -> Tensor:
    """∫ f from each point of the grid to its end, in steps; f is 0 around both ends."""
    cells = (_cells(f) / torch.arange(1.0, 9.0, dtype=torch.float64)[:, None]).sum(dim=0)
    cells = pad(cells, (3, 4))
    return cells.flip(0).cumsum(0).flip(0)


def sign_accuracy(at_minus: Tensor, at_plus: Tensor, signal: float) -> Tensor:
    r"""Best accuracy for y, 0 or 1, from a view of one sign: + and - are equally probable.

    p(y = 1 | x) goes from ``at_minus`` to ``at_plus`` as the sign gets clear. If it passes ½ then
    at one place x*, where

    .. math:: \sigma(2 s x^*) = \frac{\tfrac12 - p_-}{p_+ - p_-},

    and the accuracy is a sum of Φs; otherwise the answer is always the same.
    """
    ends = torch.stack([at_minus, at_plus])  # (2, …)
    turn = torch.logit((0.5 - at_minus) / (at_plus - at_minus)) / (2 * signal)  # x*
    below = torch.stack([normal_cdf(turn + signal), normal_cdf(turn - signal)])
    one_above = (below * (1 - ends) + (1 - below) * ends).mean(dim=0)
    same = (ends.amin(dim=0) >= 0.5) | (ends.amax(dim=0) <= 0.5)
    one = torch.where(same, ends.mean(dim=0), one_above)  # calling 1 on one side, or always
    return torch.maximum(one, 1 - one)


@lru_cache(maxsize=256)
def rule_accuracy(
    rule: tuple[int, int, int, int], signals: tuple[float, float], step: float = 0.001
) -> float:
    r"""Best accuracy for y = f(g_1, g_2), any rule of two signs seen at ``signals``.

    For each x_1 it is `sign_accuracy` of the second sign, exactly. The integral over x_1 is left to
    Simpson's rule on a grid that has 0, where the answer may turn, among its even points. Halving
    ``step`` changes nothing above 1e-9.

    :param rule: f for the signs (-, -), (-, +), (+, -), (+, +); each 0 or 1.
    :param signals: s_1, s_2 > 0; the signs are independent, + and - equally probable.
    """
    s1, s2 = signals
    n = 2 * math.ceil((s1 + 9) / (2 * step))
    k = torch.arange(-n, n + 1, dtype=torch.float64)
    x, simpson = k * step, (3 - (-1.0) ** k) * step / 3
    plus = torch.sigmoid(2 * s1 * x)
    f = torch.tensor(rule, dtype=torch.float64)
    at_minus, at_plus = (1 - plus) * f[0] + plus * f[2], (1 - plus) * f[1] + plus * f[3]
    density = (normal_pdf(x - s1) + normal_pdf(x + s1)) / 2
    return float((sign_accuracy(at_minus, at_plus, s2) * density) @ simpson)
