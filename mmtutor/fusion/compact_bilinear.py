r"""Compact bilinear fusion (MCB): a random summary of the outer product, without the outer product.

The *count sketch* of a vector throws each coordinate, with a random sign, into one of :math:`D`
buckets: :math:`\Psi(v)_k = \sum_{i:\,\eta(i) = k} s_i v_i`. Inner products survive on average,
:math:`\mathrm{E}\,\langle \Psi(v), \Psi(w)\rangle = \langle v, w\rangle`. And the sketch of an
outer product is the circular convolution of the sketches, a product after a Fourier transform:

.. math:: \Psi(x_1 \otimes x_2) = \Psi(x_1) * \Psi(x_2)
          = \mathcal F^{-1}\big(\mathcal F\Psi(x_1) \circ \mathcal F\Psi(x_2)\big)
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from mmtutor.arguments import check_counts
from mmtutor.fusion.base import Fusion, Paper
from mmtutor.fusion.factors import multiply, signed_root, unit


class CompactBilinear(Fusion):
    r"""Multimodal compact bilinear pooling.

    .. math::

        h = W z + b, \qquad z = \mathcal F^{-1}\Big(\prod_m{}^{\!\circ}\; \mathcal F\,
        \Psi_m\big(x_m / \sqrt{d_m}\big)\Big) = \Psi(x_1 \otimes \dots \otimes x_M)
        \,\Big/ \sqrt{\textstyle\prod_m d_m}

    where :math:`\prod^\circ` multiplies elementwise. Published for two modalities; convolution is
    associative, so that any number will do, each with hash :math:`\eta_m` and signs :math:`s_m` of
    its own. They are drawn once, never learnt, and saved with the weights. The division by
    :math:`\sqrt{d_m}`, which :math:`W` could undo, keeps :math:`\lVert z \rVert` near 1 at any
    width. An inner product of two such ``z`` has the expectation
    :math:`\prod_m \langle x_m, y_m\rangle / d_m` over the draw, and a variance of at most
    :math:`\frac{3^M - 1}{D} \prod_m \lVert x_m \rVert^2 \lVert y_m \rVert^2 / d_m^2`.

    An absent modality is the neutral element of convolution, an impulse, whose transform is 1: the
    product goes over those present. At :math:`M = 1` it is a linear map of the sketch. ``z`` holds
    products of *all* modalities present and no lower orders; with ``ones`` it sketches
    :math:`[x_1; 1] \otimes \dots \otimes [x_M; 1]`, the outer product of tensor fusion (the 1 goes
    into bucket 0 with sign +, and each factor is divided by :math:`\sqrt 2`). With ``normalize``,
    ``z`` passes through the signed square root :math:`\mathrm{sign}(z)\sqrt{|z|}` and is divided by
    its norm, as the paper does.

    Parameters: :math:`(D + 1)\,d`. Matrix products: :math:`2 B D\,d`; the Fourier transforms, of
    order :math:`B M D \log D`, are not among them.

    Source: Fukui et al. 2016, *Multimodal Compact Bilinear Pooling for Visual Question Answering
    and Visual Grounding*, https://arxiv.org/abs/1606.01847; Gao et al. 2016, *Compact Bilinear
    Pooling*, https://arxiv.org/abs/1511.06062

    :param sketch: ``D``, the number of buckets (16,000 in the paper).
    :param ones: append a 1 to each modality first.
    :param normalize: signed square root and unit norm.
    :param seed: draw hash and signs from a generator of their own; otherwise from the global one.
    :raises ValueError: ``sketch`` below 1.
    """

    name = "compact_bilinear"
    equations = (
        r"h = W z + b",
        r"z = \mathcal F^{-1}\Big(\prod_m{}^{\!\circ}\; \mathcal F\, "
        r"\Psi_m\big(x_m / \sqrt{d_m}\big)\Big)",
    )
    papers = (
        Paper("Fukui et al. 2016", "https://arxiv.org/abs/1606.01847"),
        Paper("Gao et al. 2016", "https://arxiv.org/abs/1511.06062"),
    )

    def __init__(
        self,
        dims: Mapping[str, int],
        out_dim: int,
        *,
        sketch: int = 1024,
        ones: bool = False,
        normalize: bool = False,
        seed: int | None = None,
    ) -> None:
        super().__init__(dims, out_dim)
        check_counts(sketch=sketch)
        self.size, self.ones, self.normalize = sketch, ones, normalize
        generator = None if seed is None else torch.Generator().manual_seed(seed)
        total = (sum(dims.values()),)
        bucket = torch.randint(sketch, total, generator=generator)
        sign = torch.randint(2, total, generator=generator) * 2.0 - 1
        scale = torch.cat([torch.full((d,), d**-0.5) for d in dims.values()])
        # All modalities in a row: first those of the first one, and so on.
        self.bucket = nn.Buffer(bucket)  # (Σd_m,)
        self.sign = nn.Buffer(sign * scale)  # (Σd_m,)
        self.W = nn.Linear(sketch, out_dim)
        # ‖z‖ is near 1, however many numbers it has, so that these weights are of order 1.
        nn.init.normal_(self.W.weight)
        nn.init.zeros_(self.W.bias)

    def sketches(self, x: Mapping[str, Tensor]) -> list[Tensor]:
        """Return every ``Ψ_m(x_m / √d_m)``, ``(B, D)`` each."""
        widths = list(self.dims.values())
        buckets, signs = self.bucket.split(widths), self.sign.split(widths)
        found = []
        for v, bucket, sign in zip(x.values(), buckets, signs, strict=True):
            # Sums of many terms and Fourier transforms want at least single precision.
            signed = v.to(torch.promote_types(v.dtype, torch.float32)) * sign  # (B, d_m)
            empty = signed.new_zeros(v.shape[0], self.size)
            found.append(empty.scatter_add(1, bucket.expand(v.shape[0], -1), signed))
        return found

    def compact(self, x: Mapping[str, Tensor], present: Tensor | None = None) -> Tensor:
        """Return ``z``, the sketch of the outer product, ``(B, D)``."""
        spectra = [torch.fft.rfft(v) for v in self.sketches(x)]  # (B, ⌊D/2⌋ + 1), complex
        if self.ones:
            # The transform of an impulse is 1.
            spectra = [(s + 1) * math.sqrt(0.5) for s in spectra]
        z = torch.fft.irfft(multiply(spectra, present), n=self.size)  # (B, D)
        return unit(signed_root(z)) if self.normalize else z

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Compute ``W z + b``."""
        return self.W(self.compact(x, present))  # (B, D) -> (B, d)

    def num_params(self) -> int:
        """``(D + 1) d``."""
        return (self.size + 1) * self.out_dim

    def flops(self, batch: int) -> int:
        """``2 B D d``."""
        return 2 * batch * self.size * self.out_dim
