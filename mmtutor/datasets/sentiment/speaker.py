r"""Who means what: the stated model behind `SpokenSentiment`, small enough to enumerate.

A speaker means something bad or good, y ∈ {0, 1}, each half of the time. With probability σ the
speaker is sarcastic, z = 1. Then

* the **words** say y, or where z = 1 the opposite;
* **voice** and **face** each show y with probability (1 + a)/2, else the opposite;
* with z = 1 the voice is **drawled** with probability μ, with z = 0 never;
* each of the three shows nothing with probability ν.

Given y and z all draws are independent. What a sense shows is one of few *cues*, so p(y, cues) is a
table, and what the best reader of any senses gets right is an exact sum over it:

.. math:: \mathrm{acc}(A) = \sum_{c_A} \max_y p(y, c_A)
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor

from mmtutor.arguments import real_number

SENSES = ("text", "voice", "face")
CUES = {
    "text": ("bad", "good", "nothing"),
    "voice": ("dark", "bright", "level", "dark, drawled", "bright, drawled"),
    "face": ("bad", "good", "nothing"),
}
"""What each sense can show; the place in the tuple is the cue's number."""
NOTHING = 2


@dataclass(frozen=True)
class Speaker:
    """The dials of the model.

    :param sarcasm: σ, how often the words are the opposite of what is meant.
    :param agreement: a, how surely voice and face go with what is meant: 1 always, 0 by chance.
    :param noise: ν, how often a sense shows nothing.
    :param drawl: μ, how often sarcasm can be heard as a drawl.
    :raises ValueError: a dial outside 0…1.
    """

    sarcasm: float = 0.4
    agreement: float = 0.5
    noise: float = 0.05
    drawl: float = 0.9

    def __post_init__(self) -> None:
        for name in ("sarcasm", "agreement", "noise", "drawl"):
            real_number(name, getattr(self, name), 0, 1)

    def shown(self, y: int, z: int) -> dict[str, list[float]]:
        """p(cue of a sense | y, z), {sense: one number for each of its cues}."""
        q, nu, mu = (1 + self.agreement) / 2, self.noise, self.drawl if z else 0.0
        face = [(1 - nu) * p for p in ((q, 1 - q) if y == 0 else (1 - q, q))]
        words = [(1 - nu) * float(said == y ^ z) for said in (0, 1)]
        plain, drawled = [(1 - mu) * p for p in face], [mu * p for p in face]
        return {"text": [*words, nu], "voice": [*plain, nu, *drawled], "face": [*face, nu]}

    def table(self) -> Tensor:
        """p(text, voice, face, y), (3, 5, 3, 2), in double precision."""
        p = torch.zeros(*(len(cues) for cues in CUES.values()), 2, dtype=torch.float64)
        for y, z in product((0, 1), (0, 1)):
            shown = self.shown(y, z)
            each = [torch.tensor(shown[sense], dtype=torch.float64) for sense in SENSES]
            share = 0.5 * (self.sarcasm if z else 1 - self.sarcasm)
            p[..., y] += share * torch.einsum("t,v,f->tvf", *each)
        return p
