"""Claims whose bound lies far from their value: why, or that they wait for their mend.

``FAR`` says for each why no nearer bound is right. ``TO_MEND`` is to become empty: tighten the
bound, claim the difference, use ``same_as`` or ``equals``, or say ``otherwise=``.
"""

from __future__ import annotations

FAR: dict[str, dict[str, str]] = {}

TO_MEND: dict[str, tuple[str, ...]] = {
    "book/code/clinic-cases.ipynb": (
        "before training, the loss is ln C, to within",
        "unrelated captions: more than the picture alone",
        "the leaking model where captions do not leak",
    ),
    "book/code/clinic.ipynb": (
        "who is stuck pays ln C, to within",
        "and the accuracy is",
        "ReLU: the accuracy is lower by",
        "with both, the report is off by",
        "rate and training split: off by",
        "ReLU and word ids: the accuracy is",
        "and from always saying the commonest class it is",
        "permuted labels: more than the commonest class",
    ),
    "book/code/cnn-lstm.ipynb": (
        "a frozen layer's running average moves by",
        "reshape: row 1 hears the captions of others, at most",
        "other words: move by",
        "loss on four samples, learnt by heart",
    ),
}
