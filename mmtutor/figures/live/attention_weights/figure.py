"""One query to drag, three modalities, a temperature: who is listened to, and how much?"""

from __future__ import annotations

from typing import Any, ClassVar

import traitlets

from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript

MODALITIES = ("sight", "sound", "text")
LIMIT = 2.0
TEMPERATURES = (0.1, 10.0)

WORDS = {
    "label": "Attention weights of three modalities, for a query and a temperature",
    "plane": (
        "Plane with the keys of three modalities, the query, and the answer y between the keys. "
        "Move the query by dragging or with the arrow keys."
    ),
    "query": "query",
    "point": "the query is at {a}, {b}",
    "sight": "sight",
    "sound": "sound",
    "text": "text",
    "key": "key",
    "score": "score / τ",
    "weight": "weight",
    "absent": "{name} is absent",
    "none": "–",
    "temperature": "temperature τ",
    "values": "The value of a modality is its key here: y is the mean of the keys, by weight.",
    "said": "Query {query}: {name} is listened to most, with {weight} %. y = {y}.",
    "said_alike": "Query {query}: all who are there are listened to alike. y = {y}.",
    "said_one": "Only {name} is there and has all the weight, whatever the query. y = {y}.",
    "said_nobody": "Nobody is there: a softmax of nothing, and no y.",
}


class AttentionWeights(LiveFigure):
    r"""A query in the plane, the keys of three modalities, and the weights that come of them.

    .. math::

        a = \mathrm{softmax}_m\!\left(\frac{q \cdot k_m}{\tau \sqrt 2}\right), \qquad
        y = \sum_m a_m k_m

    over the modalities that are present: the value of a modality is its key, so that :math:`y`
    lies in the same plane, inside of what the keys span.

    :param query: two numbers in :math:`[-2, 2]`.
    :param key_vectors: those of sight, sound and text, two numbers in :math:`[-2, 2]` each.
    :param temperature: ``τ``, 0.1 to 10.
    :param absent: names of the modalities that are absent.
    :param words: texts to show instead of the English ones.
    :raises ValueError: an unknown modality, or a number outside its range.

    >>> AttentionWeights(query=[0.0, -2.0], absent=["sound"]).absent
    ['sound']
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (516, 900)

    query = traitlets.List(traitlets.Float(), [-0.8, -0.4]).tag(sync=True)
    key_vectors = traitlets.List(
        traitlets.List(traitlets.Float()), [[-1.4, 1.1], [1.6, 0.9], [0.2, -1.6]]
    ).tag(sync=True)
    temperature = traitlets.Float(1.0).tag(sync=True, low=TEMPERATURES[0], high=TEMPERATURES[1])
    absent = traitlets.List(traitlets.Unicode(), []).tag(sync=True, among=MODALITIES)

    _esm = javascript(
        "runtime/controls.js", "attention_weights/attention.js", "attention_weights/figure.js"
    )

    @traitlets.validate("query")
    def _inside(self, proposal: Any) -> list[float]:
        return _point("query", proposal["value"])

    @traitlets.validate("key_vectors")
    def _all_inside(self, proposal: Any) -> list[list[float]]:
        keys = proposal["value"]
        if len(keys) != len(MODALITIES):
            raise ValueError(f"key_vectors are those of {', '.join(MODALITIES)}, got {len(keys)}")
        return [_point(f"the key of {m}", k) for m, k in zip(MODALITIES, keys, strict=True)]


def _point(name: str, values: list[float]) -> list[float]:
    if len(values) != 2 or not all(-LIMIT <= value <= LIMIT for value in values):
        raise ValueError(f"{name} must be two numbers between -2 and 2, got {values}")
    return values
